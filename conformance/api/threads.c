/* SPDX-License-Identifier: MIT */
/* Many host threads at once. [OpenCL 3.0, appendix A.2] */
#include "api_test.h"

#include <pthread.h>

#define THREADS 8
#define ROUNDS  200

struct worker {
    const struct vgpu_fixture *f;
    cl_command_queue queue; /* shared, or NULL: each makes its own */
    cl_mem buffer;
    int number;
    void (*work)(struct worker *worker);
    pthread_t thread;
};

static void *run(void *argument)
{
    struct worker *worker = argument;

    worker->work(worker);
    return NULL;
}

static void run_all(const struct vgpu_fixture *f, cl_command_queue queue, cl_mem buffer,
                    void (*work)(struct worker *worker))
{
    struct worker workers[THREADS];

    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){f, queue, buffer, i, work, 0};
        ASSERT_EQ(0, pthread_create(&workers[i].thread, NULL, run, &workers[i]));
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
}

static void count_on_queue(struct worker *w)
{
    const size_t global = 64;
    cl_command_queue queue = w->queue ? w->queue : vgpu_test_queue(w->f, 0);
    cl_kernel kernel = vgpu_test_kernel(w->f, "api_count");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof w->buffer, &w->buffer));
    for (int i = 0; i < ROUNDS; i++) {
        cl_event event = NULL;

        EXPECT_CL(CL_SUCCESS,
                  clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, NULL, 0, NULL,
                                         i % 3 ? NULL : &event));
        if (event)
            api_release_event(event);
    }
    EXPECT_CL(CL_SUCCESS, clFinish(queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    if (!w->queue)
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

static void counts_every_item(const struct vgpu_fixture *f, cl_command_queue queue)
{
    cl_int value = 0;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof value, &value);

    run_all(f, queue, buffer, count_on_queue);
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof value,
                                              &value, 0, NULL, NULL));
    EXPECT_EQ(THREADS * ROUNDS * 64, value);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(threads, share_an_in_order_queue)
{
    counts_every_item(f, f->queue);
}

VGPU_TEST(threads, share_an_out_of_order_queue)
{
    cl_command_queue queue = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);

    counts_every_item(f, queue);
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
}

VGPU_TEST(threads, share_a_buffer_from_queues_of_their_own)
{
    counts_every_item(f, NULL);
}

static void write_and_read_own_part(struct worker *w)
{
    const size_t offset = (size_t)w->number * 256;
    cl_int out[64], in[64] = {0};

    for (cl_int i = 0; i < ROUNDS; i++) {
        for (int k = 0; k < 64; k++)
            out[k] = i * 1000 + w->number * 64 + k;
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueWriteBuffer(w->queue, w->buffer, i % 2 ? CL_TRUE : CL_FALSE,
                                       offset, sizeof out, out, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(w->queue, w->buffer, CL_TRUE, offset,
                                                  sizeof in, in, 0, NULL, NULL));
        EXPECT_BYTES(out, in, sizeof in);
    }
}

VGPU_TEST(threads, write_and_read_parts_of_one_buffer)
{
    cl_mem buffer = vgpu_test_buffer(f, 0, THREADS * 256, NULL);

    run_all(f, f->queue, buffer, write_and_read_own_part);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

static void create_and_release(struct worker *w)
{
    for (int i = 0; i < ROUNDS; i++) {
        cl_mem buffer = vgpu_test_buffer(w->f, 0, 64 + (size_t)i, NULL);
        cl_event event = vgpu_test_user_event(w->f), command = NULL;
        cl_command_queue queue =
            vgpu_test_queue(w->f, i % 2 ? CL_QUEUE_PROFILING_ENABLE : 0);
        cl_kernel kernel = vgpu_test_kernel(w->f, "api_add_one");
        const cl_int pattern = i;

        EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
        EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(queue, buffer, &pattern, sizeof pattern,
                                                  0, 64, 1, &event, &command));
        EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queue));
        EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(event, CL_COMPLETE));
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
        api_release_event(command);
    }
}

VGPU_TEST(threads, create_and_release_in_a_storm)
{
    run_all(f, NULL, NULL, create_and_release);
}

static void retain_and_release_shared(struct worker *w)
{
    for (int i = 0; i < 20 * ROUNDS; i++) {
        EXPECT_CL(CL_SUCCESS, clRetainMemObject(w->buffer));
        EXPECT_CL(CL_SUCCESS, clRetainCommandQueue(w->queue));
        EXPECT_CL(CL_SUCCESS, clRetainContext(w->f->context));
        EXPECT_CL(CL_SUCCESS, clReleaseContext(w->f->context));
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(w->queue));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(w->buffer));
    }
}

VGPU_TEST(threads, retain_and_release_the_same_objects)
{
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    cl_uint count = 0;

    run_all(f, f->queue, buffer, retain_and_release_shared);
    EXPECT_CL(CL_SUCCESS, clGetMemObjectInfo(buffer, CL_MEM_REFERENCE_COUNT, sizeof count,
                                             &count, NULL));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

static void map_and_unmap(struct worker *w)
{
    for (int i = 0; i < ROUNDS; i++) {
        cl_int err;
        cl_int *mapped =
            clEnqueueMapBuffer(w->queue, w->buffer, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE,
                               (size_t)w->number * 256, 256, 0, NULL, NULL, &err);

        ASSERT_CL(CL_SUCCESS, err);
        mapped[i % 64] += 1;
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueUnmapMemObject(w->queue, w->buffer, mapped, 0, NULL, NULL));
    }
}

VGPU_TEST(threads, map_parts_of_one_buffer)
{
    cl_int values[THREADS * 64] = {0}, sum = 0;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof values, values);
    cl_uint count = 99;

    run_all(f, f->queue, buffer, map_and_unmap);
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof values,
                                              values, 0, NULL, NULL));
    for (size_t i = 0; i < THREADS * 64; i++)
        sum += values[i];
    EXPECT_EQ(THREADS * ROUNDS, sum);
    EXPECT_CL(CL_SUCCESS,
              clGetMemObjectInfo(buffer, CL_MEM_MAP_COUNT, sizeof count, &count, NULL));
    EXPECT_EQ(0, count);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

static void build_and_query(struct worker *w)
{
    const char *source =
        "__kernel void api_scale_add(__global int *y, __global const int *x, int a) { }";

    for (int i = 0; i < ROUNDS / 10; i++) {
        char text[256];
        cl_int err;
        cl_program program =
            clCreateProgramWithSource(w->f->context, 1, &source, NULL, &err);
        cl_kernel kernel;

        ASSERT_CL(CL_SUCCESS, err);
        EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "", NULL, NULL));
        kernel = clCreateKernel(program, "api_scale_add", &err);
        EXPECT_CL(CL_SUCCESS, err);
        EXPECT_CL(CL_SUCCESS, clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME,
                                              sizeof text, text, NULL));
        EXPECT_STREQ("api_scale_add", text);
        EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}

VGPU_TEST(threads, build_programs)
{
    run_all(f, NULL, NULL, build_and_query);
}

static cl_program shared_program;

/* Who finds the program being compiled by another is told so. */
static void compile_and_link_shared(struct worker *w)
{
    for (int i = 0; i < ROUNDS / 10; i++) {
        cl_int err = clCompileProgram(shared_program, 0, NULL, "", 1, &shared_program,
                                      (const char *[]){"itself.h"}, NULL, NULL);
        cl_program linked;

        EXPECT_TRUE(err == CL_SUCCESS || err == CL_INVALID_OPERATION);
        linked = clLinkProgram(w->f->context, 0, NULL, "", 1, &shared_program, NULL, NULL,
                               &err);
        EXPECT_TRUE(err == CL_SUCCESS || err == CL_INVALID_OPERATION);
        EXPECT_EQ(err == CL_SUCCESS, linked != NULL);
        if (linked)
            EXPECT_CL(CL_SUCCESS, clReleaseProgram(linked));
    }
}

VGPU_TEST(threads, compile_and_link_one_program)
{
    shared_program =
        api_program(f, "#ifndef ITSELF\n#define ITSELF\n#include \"itself.h\"\n"
                       "__kernel void api_add_one(__global int *x) { }\n#endif\n");
    run_all(f, NULL, NULL, compile_and_link_shared);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(shared_program));
}

static void first_calls(struct worker *w)
{
    cl_platform_id platform = NULL;
    cl_device_id device = NULL;
    cl_uint count = 0;

    (void)w;
    EXPECT_CL(CL_SUCCESS, clGetPlatformIDs(1, &platform, &count));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS,
              clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, &count));
    EXPECT_EQ(2, count);
}

/* In a process of its own, so that these are the first calls of all. */
VGPU_UNIT_TEST_WITH_ENV(threads, meet_in_the_very_first_call, "VGPU_DEVICES=cu=1;cu=1")
{
    run_all(NULL, NULL, NULL, first_calls);
}
