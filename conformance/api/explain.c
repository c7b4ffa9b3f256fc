/* SPDX-License-Identifier: MIT */
/* What the context's notify callback is told of launches that are refused. */
#include "api_test.h"

#include <semaphore.h>
#include <string.h>

struct heard {
    sem_t told;
    char text[1024];
};

static void CL_CALLBACK listen(const char *text, const void *data, size_t size,
                               void *user_data)
{
    struct heard *heard = user_data;

    (void)data;
    (void)size;
    strncpy(heard->text, text, sizeof heard->text - 1);
    sem_post(&heard->told);
}

/* A kernel in a context that listens. */
struct setting {
    struct heard heard;
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel kernel;
};

static void set_up(struct setting *s, const struct vgpu_fixture *f, const char *name)
{
    cl_int err;

    memset(s, 0, sizeof *s);
    sem_init(&s->heard.told, 0, 0);
    s->context = clCreateContext(NULL, 1, &f->device, listen, &s->heard, &err);
    ASSERT_CL(CL_SUCCESS, err);
    s->queue = clCreateCommandQueue(s->context, f->device, 0, &err);
    ASSERT_CL(CL_SUCCESS, err);
    s->program = clCreateProgramWithBuiltInKernels(s->context, 1, &f->device, name, &err);
    ASSERT_CL(CL_SUCCESS, err);
    s->kernel = clCreateKernel(s->program, name, &err);
    ASSERT_CL(CL_SUCCESS, err);
}

static void tear_down(struct setting *s)
{
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(s->kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(s->program));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(s->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(s->context));
    sem_destroy(&s->heard.told);
}

static cl_int launch(struct setting *s, size_t local_size)
{
    const size_t global_size = 4096;

    return clEnqueueNDRangeKernel(s->queue, s->kernel, 1, NULL, &global_size, &local_size,
                                  0, NULL, NULL);
}

static const char *what_was_told(struct setting *s)
{
    sem_wait(&s->heard.told);
    return s->heard.text;
}

VGPU_TEST(notify, names_the_argument_that_was_never_set)
{
    struct setting s;

    set_up(&s, f, "api_add_one");
    EXPECT_CL(CL_INVALID_KERNEL_ARGS, launch(&s, 64));
    EXPECT_CONTAINS(what_was_told(&s),
                    "kernel 'api_add_one': argument 0 ('int* x') was never");
    tear_down(&s);
}

VGPU_TEST(notify, tells_how_an_argument_must_be_given)
{
    const double value = 0;
    struct setting s;

    set_up(&s, f, "api_scale_add");
    EXPECT_CL(CL_INVALID_ARG_INDEX, clSetKernelArg(s.kernel, 7, sizeof value, &value));
    EXPECT_CONTAINS(what_was_told(&s), "'api_scale_add' has no argument 7: it has 3");
    EXPECT_CL(CL_INVALID_ARG_SIZE, clSetKernelArg(s.kernel, 2, sizeof value, &value));
    EXPECT_CONTAINS(what_was_told(&s), "argument 2 ('int a') is a value of 4 bytes");
    EXPECT_CONTAINS(s.heard.text, "got 8 bytes and a value");
    EXPECT_CL(CL_INVALID_ARG_SIZE, clSetKernelArg(s.kernel, 0, 4, &value));
    EXPECT_CONTAINS(what_was_told(&s), "argument 0 ('int* y') is a buffer");
    tear_down(&s);
}

VGPU_TEST(notify, names_the_kernels_that_there_are)
{
    struct setting s;
    cl_int err;

    set_up(&s, f, "api_nothing");
    EXPECT_TRUE(clCreateKernel(s.program, "nothing", &err) == NULL);
    EXPECT_CL(CL_INVALID_KERNEL_NAME, err);
    EXPECT_CONTAINS(what_was_told(&s), "no kernel 'nothing'; its kernels: api_nothing");
    tear_down(&s);
}

VGPU_TEST(notify, names_the_buffer_that_is_gone)
{
    struct setting s;
    cl_mem buffer;
    cl_int err;

    set_up(&s, f, "api_add_one");
    buffer = clCreateBuffer(s.context, 0, 16384, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(s.kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_INVALID_KERNEL_ARGS, launch(&s, 64));
    EXPECT_CONTAINS(what_was_told(&s), "was released meanwhile");
    tear_down(&s);
}

VGPU_TEST(notify, names_sizes_and_limit_of_a_work_group)
{
    struct setting s;

    set_up(&s, f, "api_nothing");
    EXPECT_CL(CL_INVALID_WORK_ITEM_SIZE, launch(&s, 2048));
    EXPECT_CONTAINS(what_was_told(&s), "2048 x 1 x 1");
    EXPECT_CONTAINS(s.heard.text, "at most 1024 work-items");
    tear_down(&s);
}

VGPU_TEST(notify, tells_what_to_do_where_a_local_size_does_not_divide)
{
    const char *source = "__kernel void api_nothing(void) { }";
    struct setting s;
    cl_int err;

    set_up(&s, f, "api_nothing");
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(s.kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(s.program));
    s.program = clCreateProgramWithSource(s.context, 1, &source, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(s.program, 0, NULL,
                                         "-cl-uniform-work-group-size", NULL, NULL));
    s.kernel = clCreateKernel(s.program, "api_nothing", &err);
    EXPECT_CL(CL_INVALID_WORK_GROUP_SIZE, launch(&s, 100));
    EXPECT_CONTAINS(what_was_told(&s), "100 x 1 x 1 does not divide the global size of "
                                       "4096 x 1 x 1");
    EXPECT_CONTAINS(s.heard.text, "round the global size up");
    tear_down(&s);
}

VGPU_TEST(notify, names_the_local_memory_that_is_missing)
{
    struct setting s;
    cl_mem buffer;
    cl_int err;

    set_up(&s, f, "api_reverse");
    buffer = clCreateBuffer(s.context, 0, 16384, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(s.kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(s.kernel, 1, 1 << 20, NULL));
    EXPECT_CL(CL_OUT_OF_RESOURCES, launch(&s, 64));
    EXPECT_CONTAINS(what_was_told(&s), "1048576 bytes of local memory");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    tear_down(&s);
}

enum { MISTAKES = 30, MOST_TOLD = 20 };

VGPU_TEST(stderr, is_told_of_mistakes)
{
    cl_int err;
    cl_program program =
        clCreateProgramWithBuiltInKernels(f->context, 1, &f->device, "api_nothing", &err);

    ASSERT_CL(CL_SUCCESS, err);
    for (int i = 0; i < MISTAKES; i++)
        EXPECT_TRUE(clCreateKernel(program, "nothing", &err) == NULL);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

static size_t count_lines(const char *text, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part))) {
        count++;
        text++;
    }
    return count;
}

VGPU_UNIT_TEST(stderr, is_told_so_often_and_where_it_is_wanted)
{
    static const struct {
        const char *environment;
        size_t expected;
    } rows[] = {{"VGPU_EXPLAIN", MOST_TOLD}, {"VGPU_EXPLAIN=0", 0}};

    for (size_t i = 0; i < 2; i++) {
        const char *const environment[] = {rows[i].environment, NULL};
        struct vgpu_test_process process =
            vgpu_test_spawn_self("stderr.is_told_of_mistakes", environment);

        EXPECT_EQ(0, process.status);
        EXPECT_EQ(rows[i].expected,
                  count_lines(process.err, "vgpu: the program has no kernel 'nothing'"));
        vgpu_test_process_fini(&process);
    }
}
