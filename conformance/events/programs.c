/* SPDX-License-Identifier: MIT */
/* Programs that other tests run with a trace or a log. Each is a test as well: all of it
 * works without either. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include <CL/cl_vgpu.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static cl_kernel add_kernel(const struct vgpu_fixture *f, cl_mem x)
{
    const cl_int one = 1;
    cl_kernel kernel = vgpu_test_kernel(f, "events_add");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof x, &x));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof one, &one));
    return kernel;
}

/* One of each kind in the in-order queue; then two on an out-of-order queue that wait for
 * a user event and for each other, behind a barrier. */
VGPU_TEST(program, small)
{
    enum { BYTES = 4096 };
    static int host[BYTES / sizeof(int)];
    const size_t global = BYTES / sizeof(int), local = 64;
    const cl_int zero = 0;
    cl_command_queue other = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    cl_mem x = vgpu_test_buffer(f, CL_MEM_READ_WRITE, BYTES, NULL);
    cl_mem y = vgpu_test_buffer(f, CL_MEM_READ_WRITE, BYTES, NULL);
    cl_kernel add = add_kernel(f, x), meet = vgpu_test_kernel(f, "events_meet");
    cl_event gate = vgpu_test_user_event(f), first = NULL, second = NULL;

    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(x, "the \"sums\""));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(meet, 0, sizeof x, &x));
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, y, &zero, sizeof zero, 0, BYTES,
                                              0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueWriteBuffer(f->queue, x, CL_FALSE, 0, BYTES, host, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, add, 1, NULL, &global, &local,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, meet, 1, NULL, &global, &local,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBuffer(f->queue, x, y, 0, 0, BYTES, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueReadBuffer(f->queue, y, CL_TRUE, 0, BYTES, host, 0, NULL, NULL));
    EXPECT_EQ(2, host[5]);

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(other, add, 1, NULL, &global, &local, 1,
                                                 &gate, &first));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(other, add, 1, NULL, &global, &local, 1,
                                                 &first, &second));
    EXPECT_CL(CL_SUCCESS, clEnqueueBarrierWithWaitList(other, 1, &second, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(other, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clFinish(other));

    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(first));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(second));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(add));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(meet));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(x));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(y));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(other));
}

VGPU_TEST(program, with_a_command_that_fails)
{
    cl_event gate = vgpu_test_user_event(f), event = NULL;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &event));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, -7));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
}

VGPU_TEST(program, that_forgets_a_user_event)
{
    cl_event gate = vgpu_test_user_event(f), event = NULL;

    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 1, &gate, &event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &event));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
}

static void launch_often(const struct vgpu_fixture *f, int count)
{
    const size_t global = 64;
    cl_mem x = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 64 * sizeof(int), NULL);
    cl_kernel kernel = add_kernel(f, x);

    for (int i = 0; i < count; i++)
        EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                     &global, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(x));
}

VGPU_TEST(program, of_many_launches)
{
    launch_often(f, 10000);
}

VGPU_TEST(program, of_many_groups)
{
    enum { ITEMS = 1 << 20 };
    const size_t global = ITEMS, local = 1;
    cl_mem x = vgpu_test_buffer(f, CL_MEM_READ_WRITE, ITEMS * sizeof(int), NULL);
    cl_kernel kernel = add_kernel(f, x);

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &local, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(x));
}

/* Waits until the trace tells of the text. */
static void wait_for(const char *text)
{
    static char bytes[1 << 20];
    bool found = false;

    while (!found) {
        FILE *const file = fopen(getenv("VGPU_TRACE"), "rb");
        const size_t size = file ? fread(bytes, 1, sizeof bytes - 1, file) : 0;

        bytes[size] = '\0';
        found = strstr(bytes, text) != NULL;
        if (file)
            fclose(file);
    }
}

/* Where there is a trace: ends by SIGKILL while a kernel runs and a command waits. */
VGPU_TEST(program, that_is_killed_while_a_kernel_runs)
{
    const size_t one = 1;
    char zeros[64] = "";
    cl_mem x = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof zeros, zeros);
    cl_kernel kernel = vgpu_test_kernel(f, "events_spin");

    if (!getenv("VGPU_TRACE")) {
        EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(x));
        return;
    }
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof x, &x));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &one, &one, 0,
                                                 NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueMarkerWithWaitList(f->queue, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFlush(f->queue));
    wait_for("\"cat\":\"work-groups\",\"name\":\"events_spin (not ended)\"");
    wait_for("\"name\":\"marker (not ended)\"");
    kill(getpid(), SIGKILL);
}

static void *kill_when_large(void *unused)
{
    struct stat status;

    while (stat(getenv("VGPU_TRACE"), &status) != 0 || status.st_size < 300 << 10)
        ;
    kill(getpid(), SIGKILL);
    return unused;
}

/* The same, while the trace is being written. */
VGPU_TEST(program, that_is_killed_while_it_launches)
{
    pthread_t thread;

    if (!getenv("VGPU_TRACE"))
        return;
    ASSERT_EQ(0, pthread_create(&thread, NULL, kill_when_large, NULL));
    for (;;)
        launch_often(f, 1000);
}

VGPU_TEST(program, that_forks)
{
    int status;
    pid_t child;

    launch_often(f, 10);
    child = fork();
    if (child == 0) {
        fclose(stderr); /* what exits here is a copy of a test */
        fclose(stdout);
        exit(7);
    }
    ASSERT_EQ(child, waitpid(child, &status, 0));
    EXPECT_EQ(7, WEXITSTATUS(status));
    launch_often(f, 10);
}

/* The file may not grow as far as the trace would like. */
VGPU_TEST(program, that_may_write_little)
{
    const struct rlimit limit = {200 << 10, 200 << 10};

    if (!getenv("VGPU_TRACE"))
        return; /* this process has files of its own */
    ASSERT_EQ(0, setrlimit(RLIMIT_FSIZE, &limit));
    launch_often(f, 10000);
}
