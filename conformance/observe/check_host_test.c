/* SPDX-License-Identifier: MIT */
/* The checks as a program meets them: what the host does wrong, names, exit status. */
#include "vgpu_test.h"

#include <CL/cl_vgpu.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char source[] =
    "__kernel void set(__global int *a) { a[get_global_id(0)] = 1; }\n"
    "__kernel void get(__global const int *a, __global int *b)\n"
    "{\n"
    "    b[get_global_id(0)] = a[get_global_id(0)];\n"
    "}\n"
    "struct holder { __global int *inside; };\n"
    "__kernel void keep(__global struct holder *h, __global int *a) { h->inside = a + 1; "
    "}\n"
    "__kernel void use(__global struct holder *h) { h->inside[0] = 5; }\n";

enum { ITEMS = 256 };

static cl_kernel make_kernel(const struct vgpu_fixture *f, const char *name)
{
    const char *text = source;
    cl_int err;
    cl_program program = clCreateProgramWithSource(f->context, 1, &text, NULL, &err);
    cl_kernel kernel;

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 1, &f->device, NULL, NULL, NULL));
    kernel = clCreateKernel(program, name, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    return kernel;
}

static cl_mem make_buffer(const struct vgpu_fixture *f)
{
    static int zeroes[ITEMS];

    return vgpu_test_buffer(f, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof zeroes,
                            zeroes);
}

static void set_buffer(cl_kernel kernel, cl_uint index, cl_mem buffer)
{
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, index, sizeof buffer, &buffer));
}

static void launch(cl_command_queue queue, cl_kernel kernel, size_t items,
                   cl_uint num_waits, const cl_event *waits, cl_event *event)
{
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &items, NULL,
                                                 num_waits, waits, event));
}

VGPU_TEST_WITH_ENV(check_host, buffers_are_called_by_their_labels, "VGPU_CHECK=memory")
{
    cl_kernel set = make_kernel(f, "set");
    cl_mem buffer = make_buffer(f);
    const char *told;

    vgpu_test_stderr_start();
    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(buffer, "weights"));
    set_buffer(set, 0, buffer);
    launch(f->queue, set, ITEMS + 1, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    told = vgpu_test_stderr_stop();
    EXPECT_CONTAINS(told, "out of bounds");
    EXPECT_CONTAINS(told, "\"weights\" (1024 bytes");
    EXPECT_CONTAINS(told, "element 256 of a is accessed, which has 256");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(set));
}

VGPU_TEST_WITH_ENV(check_host, a_sub_buffer_ends_where_it_ends, "VGPU_CHECK=memory")
{
    const cl_buffer_region region = {256, 256};
    cl_kernel set = make_kernel(f, "set");
    cl_mem buffer = make_buffer(f);
    cl_int err;
    cl_mem part =
        clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &err);

    EXPECT_CL(CL_SUCCESS, err);
    vgpu_test_stderr_start();
    set_buffer(set, 0, part);
    launch(f->queue, set, 65, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "element 64 of a is accessed, which has 64");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(part));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(set));
}

VGPU_TEST_WITH_ENV(check_host, mapped_buffers_are_not_for_kernels, "VGPU_CHECK=memory")
{
    cl_kernel set = make_kernel(f, "set");
    cl_mem buffer = make_buffer(f);
    cl_int err;
    void *mapped = clEnqueueMapBuffer(f->queue, buffer, CL_TRUE, CL_MAP_READ, 0, 64, 0,
                                      NULL, NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    vgpu_test_stderr_start();
    set_buffer(set, 0, buffer);
    launch(f->queue, set, ITEMS, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "use of a mapped buffer");
    EXPECT_CL(CL_SUCCESS,
              clEnqueueUnmapMemObject(f->queue, buffer, mapped, 0, NULL, NULL));
    vgpu_test_stderr_start();
    launch(f->queue, set, ITEMS, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_STREQ("", vgpu_test_stderr_stop());
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(set));
}

VGPU_TEST_WITH_ENV(check_host, a_buffer_that_goes_while_it_is_mapped_is_told_of,
                   "VGPU_CHECK=memory")
{
    cl_mem buffer = make_buffer(f);
    cl_int err;

    clEnqueueMapBuffer(f->queue, buffer, CL_TRUE, CL_MAP_READ, 0, 64, 0, NULL, NULL,
                       &err);
    EXPECT_CL(CL_SUCCESS, err);
    vgpu_test_stderr_start();
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clFlush(f->queue));
    buffer = make_buffer(f); /* gives back what commands held */
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "release of a mapped buffer: buffer 1");
}

VGPU_TEST_WITH_ENV(check_host, pointers_into_released_buffers_are_told_of,
                   "VGPU_CHECK=memory")
{
    cl_kernel keep = make_kernel(f, "keep"), use = make_kernel(f, "use");
    cl_mem holder = make_buffer(f), buffer = make_buffer(f);

    set_buffer(keep, 0, holder);
    set_buffer(keep, 1, buffer);
    launch(f->queue, keep, 1, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(keep));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    vgpu_test_stderr_start();
    set_buffer(use, 0, holder);
    launch(f->queue, use, 1, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "use after release: memory of buffer 2");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(holder));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(use));
}

/* Two launches that write one buffer, in two queues; the second may wait for the first.
 */
static const char *write_twice(const struct vgpu_fixture *f, bool waits, bool host_waits)
{
    cl_kernel set = make_kernel(f, "set");
    cl_mem buffer = make_buffer(f);
    cl_command_queue other = vgpu_test_queue(f, 0);
    cl_event first;
    const char *told;

    vgpu_test_stderr_start();
    set_buffer(set, 0, buffer);
    launch(f->queue, set, ITEMS, 0, NULL, &first);
    if (host_waits)
        EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    launch(other, set, ITEMS, waits ? 1 : 0, waits ? &first : NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(other));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    told = vgpu_test_stderr_stop();
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(first));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(other));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(set));
    return told;
}

VGPU_TEST_WITH_ENV(check_host, launches_that_nothing_orders_race, "VGPU_CHECK=race")
{
    EXPECT_CONTAINS(write_twice(f, false, false), "data race between launches");
}

VGPU_TEST_WITH_ENV(check_host, launches_that_wait_do_not_race, "VGPU_CHECK=race")
{
    EXPECT_STREQ("", write_twice(f, true, false));
}

VGPU_TEST_WITH_ENV(check_host, launches_that_the_host_waits_for_do_not_race,
                   "VGPU_CHECK=race")
{
    EXPECT_STREQ("", write_twice(f, false, true));
}

VGPU_TEST_WITH_ENV(check_host, markers_order_what_was_before, "VGPU_CHECK=race")
{
    cl_kernel set = make_kernel(f, "set");
    cl_mem buffer = make_buffer(f);
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);

    vgpu_test_stderr_start();
    set_buffer(set, 0, buffer);
    for (int i = 0; i < 4; i++) {
        launch(queue, set, ITEMS, 0, NULL, NULL);
        EXPECT_CL(CL_SUCCESS, clEnqueueBarrierWithWaitList(queue, 0, NULL, NULL));
    }
    EXPECT_CL(CL_SUCCESS, clFinish(queue));
    EXPECT_STREQ("", vgpu_test_stderr_stop());
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(set));
}

VGPU_TEST_WITH_ENV(check_host, copies_of_what_was_never_written_are_not_written,
                   "VGPU_CHECK=uninit")
{
    cl_kernel get = make_kernel(f, "get");
    const int one = 1;
    cl_mem from = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 1024, NULL);
    cl_mem to = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 1024, NULL);
    cl_mem out = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 1024, NULL);

    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, from, &one, sizeof one, 0, 512, 0,
                                              NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBuffer(f->queue, from, to, 256, 0, 512, 0, NULL, NULL));
    set_buffer(get, 0, to);
    set_buffer(get, 1, out);
    vgpu_test_stderr_start();
    launch(f->queue, get, 64, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_STREQ("", vgpu_test_stderr_stop());
    vgpu_test_stderr_start();
    launch(f->queue, get, 65, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "4 bytes at offset 256 of a are read");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(from));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(to));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(out));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(get));
}

/* --- What a context's callback is told. --- */

struct heard {
    sem_t told;
    unsigned count;
    char text[2048];
};

static void CL_CALLBACK listen(const char *text, const void *data, size_t size,
                               void *user_data)
{
    struct heard *const heard = user_data;

    (void)data;
    (void)size;
    heard->count++;
    strncpy(heard->text, text, sizeof heard->text - 1);
    sem_post(&heard->told);
}

/* The fixture, with a context and a queue whose callback listens. */
static struct vgpu_fixture listening(const struct vgpu_fixture *f, struct heard *heard)
{
    struct vgpu_fixture own = *f;
    cl_int err;

    memset(heard, 0, sizeof *heard);
    sem_init(&heard->told, 0, 0);
    own.context = clCreateContext(NULL, 1, &f->device, listen, heard, &err);
    EXPECT_CL(CL_SUCCESS, err);
    own.queue = clCreateCommandQueueWithProperties(own.context, f->device, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    return own;
}

static void listened(const struct vgpu_fixture *own, struct heard *heard)
{
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(own->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(own->context));
    sem_destroy(&heard->told);
}

VGPU_TEST_WITH_ENV(check_host, the_contexts_callback_is_told_of_each_finding_once,
                   "VGPU_CHECK=all")
{
    struct heard heard;
    const struct vgpu_fixture own = listening(f, &heard);
    cl_kernel set = make_kernel(&own, "set"), get = make_kernel(&own, "get");
    cl_mem buffer = make_buffer(&own);
    cl_mem unwritten = vgpu_test_buffer(&own, CL_MEM_READ_WRITE, 1024, NULL);

    vgpu_test_stderr_start();
    set_buffer(set, 0, buffer);
    launch(own.queue, set, ITEMS + 64, 0, NULL, NULL);
    launch(own.queue, set, ITEMS + 64, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(own.queue));
    sem_wait(&heard.told);
    EXPECT_CONTAINS(heard.text, "out of bounds: element 256 of a is accessed");
    EXPECT_CONTAINS(heard.text, "kernel \"set\" writes a");
    EXPECT_CONTAINS(heard.text, "What to do: ");
    EXPECT_EQ(heard.text[0], 'o'); /* as other messages come, without "vgpu: " */
    set_buffer(get, 0, unwritten);
    set_buffer(get, 1, buffer);
    launch(own.queue, get, 64, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(own.queue));
    sem_wait(&heard.told);
    EXPECT_CONTAINS(heard.text, "read of memory that was never written");
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "vgpu: out of bounds: element 256");
    EXPECT_EQ(2, heard.count);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(unwritten));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(set));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(get));
    listened(&own, &heard);
}

VGPU_TEST_WITH_ENV(check_host, the_contexts_callback_is_told_of_the_hosts_mistakes,
                   "VGPU_CHECK=memory")
{
    struct heard heard;
    const struct vgpu_fixture own = listening(f, &heard);
    cl_mem buffer = make_buffer(&own);
    cl_int err;

    clEnqueueMapBuffer(own.queue, buffer, CL_TRUE, CL_MAP_READ, 0, 64, 0, NULL, NULL,
                       &err);
    EXPECT_CL(CL_SUCCESS, err);
    vgpu_test_stderr_start();
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clFinish(own.queue));
    buffer = make_buffer(&own); /* gives back what commands held */
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    sem_wait(&heard.told);
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "release of a mapped buffer");
    EXPECT_CONTAINS(heard.text, "release of a mapped buffer: buffer 1");
    EXPECT_EQ(1, heard.count);
    listened(&own, &heard);
}

/* --- The end of the process: seen from outside. --- */

static struct vgpu_test_process run_kernel(const char *file, const char *checks)
{
    char path[512], variable[128];
    const char *const argv[] = {VGPU_RUN_KERNEL, path, NULL};
    const char *const environment[] = {variable, "NO_COLOR=1", NULL};

    snprintf(path, sizeof path, "%s/%.100s", VGPU_KERNEL_FOLDER, file);
    snprintf(variable, sizeof variable, "VGPU_CHECK=%.80s", checks);
    return vgpu_test_spawn(argv, environment);
}

VGPU_UNIT_TEST(check_host, fatal_findings_make_the_exit_status)
{
    struct vgpu_test_process bad =
        run_kernel("buggy/memory_global_behind.cl", "memory,fatal");
    struct vgpu_test_process good = run_kernel("correct/vector_add.cl", "all,fatal");

    EXPECT_EQ(86, bad.status);
    EXPECT_CONTAINS(bad.err, "vgpu: checks found 1 mistake (memory 1)");
    EXPECT_EQ(0, good.status);
    EXPECT_STREQ(
        "vgpu: checks found nothing wrong (memory 0, race 0, barrier 0, uninit 0, "
        "leak 0)\n",
        good.err);
    vgpu_test_process_fini(&bad);
    vgpu_test_process_fini(&good);
}

VGPU_UNIT_TEST(check_host, lines_of_the_source_are_shown)
{
    struct vgpu_test_process bad = run_kernel("buggy/memory_global_behind.cl", "memory");

    EXPECT_CONTAINS(bad.err, ":7:");
    EXPECT_CONTAINS(bad.err, "| out[i] = in[i]; // BUG: memory\n");
    EXPECT_CONTAINS(bad.err, "work-item (64,0,0), local (0,0,0), of work-group (64,0,0)");
    vgpu_test_process_fini(&bad);
}

VGPU_TEST_WITH_ENV(check_host, names_of_files_may_be_long_and_hostile,
                   "VGPU_CHECK=memory", "NO_COLOR=1")
{
    enum { LENGTH = 6000 };
    static char text[LENGTH + 200];
    const char *const sources[] = {text};
    cl_int err;
    cl_program program;
    cl_kernel kernel;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 1020, NULL);
    int used = snprintf(text, sizeof text, "#line 7 \"");
    const char *told;

    memset(text + used, 'x', LENGTH);
    snprintf(text + used + LENGTH, sizeof text - (size_t)used - LENGTH,
             "\\033[2J/end.cl\"\n__kernel void put(__global int *a)\n"
             "{\n    a[get_global_id(0)] = 1;\n}\n");
    program =
        clCreateProgramWithSource(f->context, 1, (const char **)sources, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    ASSERT_CL(CL_SUCCESS, clBuildProgram(program, 1, &f->device, NULL, NULL, NULL));
    kernel = clCreateKernel(program, "put", &err);
    ASSERT_CL(CL_SUCCESS, err);
    set_buffer(kernel, 0, buffer);
    vgpu_test_stderr_start();
    launch(f->queue, kernel, ITEMS, 0, NULL, NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    told = vgpu_test_stderr_stop();
    EXPECT_CONTAINS(told, "out of bounds");
    EXPECT_CONTAINS(told, "[2J/end.cl:9:");
    EXPECT_TRUE(!strchr(told, '\033'));
    EXPECT_CONTAINS(told, "What to do:");
    EXPECT_LT(strlen(told), 2000);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* It has copies of the objects, which its parent releases. */
VGPU_TEST(check_host, has_a_child_that_ends_early)
{
    cl_mem buffer;
    int status;
    pid_t child;

    if (!getenv("VGPU_TEST_FORKS"))
        return;
    buffer = make_buffer(f);
    child = fork();
    if (child == 0)
        exit(EXIT_SUCCESS);
    EXPECT_EQ(child, waitpid(child, &status, 0));
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_UNIT_TEST(check_host, children_are_not_searched_for_leaks)
{
    const char *const environment[] = {"VGPU_TEST_FORKS=1", "VGPU_CHECK=all,fatal",
                                       "LSAN_OPTIONS=detect_leaks=0", "NO_COLOR=1", NULL};
    struct vgpu_test_process process =
        vgpu_test_spawn_self("check_host.has_a_child_that_ends_early", environment);

    EXPECT_EQ(0, process.status);
    EXPECT_STREQ("vgpu: checks found nothing wrong (memory 0, race 0, barrier 0, uninit "
                 "0, leak 0)\n",
                 process.err);
    vgpu_test_process_fini(&process);
}

static int leave_objects(void)
{
    cl_platform_id platform;
    cl_device_id device;
    cl_context context;
    cl_mem buffer;

    clGetPlatformIDs(1, &platform, NULL);
    clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL);
    context = clCreateContext(NULL, 1, &device, NULL, NULL, NULL);
    buffer = clCreateBuffer(context, 0, 4096, NULL, NULL);
    return clSetMemObjectLabelVGPU(buffer, "forgotten");
}

VGPU_UNIT_TEST(check_host, leaves_objects_when_it_is_told_to)
{
    if (!getenv("VGPU_TEST_LEAVES_OBJECTS"))
        return;
    EXPECT_CL(CL_SUCCESS, leave_objects());
}

VGPU_UNIT_TEST(check_host, objects_that_are_left_are_told_of)
{
    const char *const environment[] = {"VGPU_TEST_LEAVES_OBJECTS=1", "VGPU_CHECK=leak",
                                       "NO_COLOR=1", NULL};
    struct vgpu_test_process process =
        vgpu_test_spawn_self("check_host.leaves_objects_when_it_is_told_to", environment);

    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, "leak: 1 memory object of 4096 bytes was not released: "
                                 "buffer 1 \"forgotten\"");
    EXPECT_CONTAINS(process.err, "leak: 1 context was not released: context 1");
    vgpu_test_process_fini(&process);
}
