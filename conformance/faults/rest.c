/* SPDX-License-Identifier: MIT */
/* What a fault leaves alone, and what it does not: dependants, callbacks, other queues
 * and devices, the state of the unit's thread. */
#include "vgpu_test.h"

#include "faults_test.h"

#include <fenv.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

VGPU_TEST(dependants, of_a_faulty_kernel_fail_and_its_queue_goes_on)
{
    const cl_kernel kernel = vgpu_test_kernel(f, "plain_fault");
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);
    const cl_int kind = FAULT_NULL, size = 1024, item = 3, zero = 0;
    const size_t global = 1024;
    cl_event faulty, dependant, next;

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof data, &data));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof kind, &kind));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 2, sizeof size, &size));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 3, sizeof item, &item));
    vgpu_test_stderr_start();
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, &faulty));
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, data, &zero, sizeof zero, 0, 4096,
                                              1, &faulty, &dependant));
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, data, &zero, sizeof zero, 0, 4096,
                                              0, NULL, &next));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    vgpu_test_stderr_stop();
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, clWaitForEvents(1, &faulty));
    EXPECT_CL(CL_OUT_OF_RESOURCES, vgpu_test_event_status(faulty));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              vgpu_test_event_status(dependant));
    EXPECT_CL(CL_COMPLETE, vgpu_test_event_status(next));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(faulty));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(dependant));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(next));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}

struct told {
    atomic_int notified, ended;
    char text[512];
};

static void CL_CALLBACK note_text(const char *text, const void *info, size_t size,
                                  void *data)
{
    struct told *const told = data;

    (void)info, (void)size;
    strncpy(told->text, text, sizeof told->text - 1);
    atomic_fetch_add(&told->notified, 1);
}

static void CL_CALLBACK note_end(cl_event event, cl_int status, void *data)
{
    (void)event;
    atomic_store(&((struct told *)data)->ended, status);
}

VGPU_TEST(callbacks, of_context_and_event_hear_of_faults)
{
    struct told told = {0};
    struct vgpu_fixture mine = *f;
    const size_t one = 1;
    cl_kernel kernel;
    cl_mem data;
    cl_event event;
    cl_int err;

    mine.context = clCreateContext(NULL, 1, &f->device, note_text, &told, &err);
    ASSERT_CL(CL_SUCCESS, err);
    mine.queue = clCreateCommandQueueWithProperties(mine.context, f->device, NULL, &err);
    kernel = vgpu_test_kernel(&mine, "bend_and_fault");
    data = vgpu_test_buffer(&mine, CL_MEM_READ_WRITE, 64, NULL);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof data, &data));
    vgpu_test_stderr_start();
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(mine.queue, kernel, 1, NULL, &one, NULL,
                                                 0, NULL, &event));
    EXPECT_CL(CL_SUCCESS, clSetEventCallback(event, CL_COMPLETE, note_end, &told));
    EXPECT_CL(CL_SUCCESS, clFinish(mine.queue));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(mine.queue));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(mine.context));
    while (atomic_load(&told.notified) == 0 || atomic_load(&told.ended) == 0)
        ;
    vgpu_test_stderr_stop();
    EXPECT_CL(CL_OUT_OF_RESOURCES, atomic_load(&told.ended));
    EXPECT_EQ(1, atomic_load(&told.notified));
    EXPECT_CONTAINS(told.text, "kernel \"bend_and_fault\" at kernels.c:");
    EXPECT_CONTAINS(told.text, ", work-group (0, 0, 0)");
    EXPECT_CONTAINS(told.text, "address 0x0, by a null pointer");
}

VGPU_TEST_WITH_ENV(a_unit, is_as_it_was_behind_a_fault, "VGPU_DEVICES=cu=1")
{
    const cl_kernel bend = vgpu_test_kernel(f, "bend_and_fault");
    const cl_kernel tell = vgpu_test_kernel(f, "tell_state");
    const cl_mem data = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 64, NULL);
    const size_t one = 1;
    cl_int state[4] = {0};

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(bend, 0, sizeof data, &data));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(tell, 0, sizeof data, &data));
    vgpu_test_stderr_start();
    EXPECT_CL(CL_SUCCESS,
              clEnqueueNDRangeKernel(f->queue, bend, 1, NULL, &one, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueReadBuffer(f->queue, data, CL_TRUE, 0, 16, state, 0, NULL, NULL));
    vgpu_test_stderr_stop();
    EXPECT_EQ(FE_UPWARD, state[0]);
    EXPECT_CL(CL_SUCCESS,
              clEnqueueNDRangeKernel(f->queue, tell, 1, NULL, &one, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueReadBuffer(f->queue, data, CL_TRUE, 0, 16, state, 0, NULL, NULL));
    EXPECT_EQ(FE_TONEAREST, state[0]);
    EXPECT_EQ(0, state[1]); /* the signals of faults are not blocked */
    EXPECT_EQ(1, state[2]); /* the program's are */
    EXPECT_EQ(0, state[3]);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(bend));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(tell));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(data));
}
