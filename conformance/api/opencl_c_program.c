/* SPDX-License-Identifier: MIT */
/* Compiled programs: variables, printf, several devices, several threads, callbacks.
 * [OpenCL 3.0, 5.8] */
#include "opencl_c_test.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

#define COUNTER                                                                        \
    "__global int counter = 100; __global int zero; __constant int steps[] = {1, 2};\n" \
    "__kernel void f(__global int *x) { counter += steps[0]; zero += steps[1];\n"        \
    "  x[0] = counter + 1000 * zero; }\n"

VGPU_TEST(clBuildProgram, gives_program_scope_variables_that_last_as_long_as_it)
{
    cl_program program = built(f, COUNTER, "-cl-std=CL3.0");
    cl_program other = built(f, COUNTER, "-cl-std=CL3.0");
    size_t size = 0;

    ASSERT_TRUE(program != NULL && other != NULL);
    EXPECT_EQ(2101, run_one(f, program));
    EXPECT_EQ(4102, run_one(f, program));
    EXPECT_EQ(2101, run_one(f, other));
    EXPECT_CL(CL_SUCCESS,
              clGetProgramBuildInfo(program, f->device,
                                    CL_PROGRAM_BUILD_GLOBAL_VARIABLE_TOTAL_SIZE,
                                    sizeof size, &size, NULL));
    EXPECT_LE(2 * sizeof(cl_int), size);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "-cl-std=CL3.0", NULL, NULL));
    EXPECT_EQ(2101, run_one(f, program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(other));
}

VGPU_TEST_WITH_ENV(clBuildProgram, gives_each_device_variables_and_options_of_its_own,
                   "VGPU_DEVICES=cu=1;cu=1")
{
    static const char source[] =
        "__global int counter = START;\n"
        "__kernel void f(__global int *x) { x[0] = ++counter; }\n";
    cl_device_id devices[2];
    cl_command_queue queues[2];
    cl_kernel kernel;
    cl_program program;
    struct vgpu_fixture both = *f;
    cl_int err, value;
    cl_mem buffer;

    ASSERT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    both.context = clCreateContext(NULL, 2, devices, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    program = api_program(&both, source);
    buffer = vgpu_test_buffer(&both, 0, sizeof value, NULL);
    for (int i = 0; i < 2; i++) {
        char options[64];

        snprintf(options, sizeof options, "-cl-std=CL3.0 -D START=%d", 100 * (i + 1));
        queues[i] = clCreateCommandQueue(both.context, devices[i], 0, &err);
        ASSERT_CL(CL_SUCCESS, err);
        EXPECT_CL(CL_SUCCESS,
                  clBuildProgram(program, 1, &devices[i], options, NULL, NULL));
    }
    kernel = kernel_of(program, "f");
    for (int i = 0; i < 4; i++) {
        launch(queues[i % 2], kernel, buffer, 1, 1);
        read_ints(queues[i % 2], buffer, &value, 1);
        EXPECT_EQ(100 * (i % 2 + 1) + i / 2 + 1, value);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    for (int i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(queues[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(both.context));
}

VGPU_TEST_WITH_ENV(clCreateKernel, refuses_one_that_differs_between_devices,
                   "VGPU_DEVICES=cu=1;cu=1")
{
    cl_device_id devices[2];
    struct vgpu_fixture both = *f;
    cl_program program;
    cl_uint count = 9;
    cl_int err;

    ASSERT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    both.context = clCreateContext(NULL, 2, devices, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    program = api_program(&both, "__kernel void f(__global TYPE *x) { x[0] = 1; }\n"
                                 "__kernel void g(__global int *x) { x[0] = 2; }\n");
    EXPECT_CL(CL_SUCCESS,
              clBuildProgram(program, 1, &devices[0], "-D TYPE=int", NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clBuildProgram(program, 1, &devices[1], "-D TYPE=float", NULL, NULL));
    EXPECT_TRUE(clCreateKernel(program, "f", &err) == NULL);
    EXPECT_CL(CL_INVALID_KERNEL_DEFINITION, err);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel_of(program, "g")));
    EXPECT_CL(CL_SUCCESS, clCreateKernelsInProgram(program, 0, NULL, &count));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(both.context));
}

/* What goes to stdout meanwhile. */
static void run_with_stdout(const struct vgpu_fixture *f, cl_program program, char *text,
                            size_t size)
{
    FILE *const file = tmpfile();
    const int saved = dup(STDOUT_FILENO);

    ASSERT_TRUE(file != NULL && saved >= 0);
    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    run_one(f, program);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

VGPU_TEST(clEnqueueNDRangeKernel, prints_to_stdout_before_it_is_finished)
{
    cl_program program = built(f,
                               "__kernel void f(__global int *x) {\n"
                               "  printf(\"%d %s %.2f %v4d%%\\n\", 42, \"words\", 1.5f,\n"
                               "         (int4)(1, 2, 3, 4)); x[0] = 1; }\n",
                               "");
    char text[256] = "";

    ASSERT_TRUE(program != NULL);
    run_with_stdout(f, program, text, sizeof text);
    EXPECT_STREQ("42 words 1.50 1,2,3,4%\n", text);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

struct building {
    const struct vgpu_fixture *f;
    int number;
    bool right;
};

static void *build_and_run(void *argument)
{
    struct building *building = argument;
    char options[32];
    cl_program program;

    snprintf(options, sizeof options, "-D N=%d", building->number / 2);
    program =
        built(building->f, "__kernel void f(__global int *x) { x[0] = N; }", options);
    building->right = program && run_one(building->f, program) == building->number / 2;
    if (program)
        clReleaseProgram(program);
    return NULL;
}

VGPU_TEST(clBuildProgram, compiles_on_many_threads_at_once)
{
    enum { THREADS = 12 };
    struct building buildings[THREADS];
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        buildings[i] = (struct building){.f = f, .number = i};
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, build_and_run, &buildings[i]));
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_TRUE(buildings[i].right);
    }
}

/* Kernel objects of one program, launched by several threads with sizes that have no code
 * yet. */
struct launching {
    const struct vgpu_fixture *f;
    cl_program program;
    size_t local;
    bool right;
};

static void *launch_many(void *argument)
{
    struct launching *launching = argument;
    const struct vgpu_fixture *const f = launching->f;
    cl_command_queue queue = vgpu_test_queue(f, 0);
    cl_kernel kernel = kernel_of(launching->program, "f");
    cl_int values[1024];
    cl_mem buffer = vgpu_test_buffer(f, 0, sizeof values, NULL);

    launching->right = true;
    for (size_t i = 0; i < 4; i++) {
        const cl_int local = (cl_int)(launching->local << i);

        launch(queue, kernel, buffer, 1024, (size_t)local);
        read_ints(queue, buffer, values, 1024);
        for (int k = 0; k < 1024; k++)
            launching->right = launching->right && values[k] == local;
    }
    clReleaseMemObject(buffer);
    clReleaseKernel(kernel);
    clReleaseCommandQueue(queue);
    return NULL;
}

VGPU_TEST(clEnqueueNDRangeKernel, makes_code_for_each_size_while_others_launch)
{
    enum { THREADS = 8 };
    struct launching launchings[THREADS];
    pthread_t threads[THREADS];
    cl_program program = built(f,
                               "__kernel void f(__global int *x) "
                               "{ x[get_global_id(0)] = (int)get_local_size(0); }",
                               "");

    ASSERT_TRUE(program != NULL);
    for (int i = 0; i < THREADS; i++) {
        launchings[i] =
            (struct launching){.f = f, .program = program, .local = i % 2 ? 1u : 64u};
        ASSERT_EQ(0, pthread_create(&threads[i], NULL, launch_many, &launchings[i]));
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_TRUE(launchings[i].right);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

struct awaited {
    sem_t done;
    cl_build_status status;
    cl_device_id device;
};

static void CL_CALLBACK note_end(cl_program program, void *user_data)
{
    struct awaited *awaited = user_data;

    awaited->status = build_status_of(program, awaited->device);
    sem_post(&awaited->done);
}

VGPU_TEST(clBuildProgram, with_a_callback_builds_behind_the_callers_back)
{
    static const char *const sources[] = {
        "__kernel void f(__global int *x) { x[0] = 6; }",
        "__kernel void f(__global int *x) { x[0] = ; }"};

    for (size_t i = 0; i < COUNT_OF(sources); i++) {
        struct awaited awaited = {.device = f->device};
        cl_program program = api_program(f, sources[i]);

        sem_init(&awaited.done, 0, 0);
        EXPECT_CL(CL_SUCCESS,
                  clBuildProgram(program, 1, &f->device, "", note_end, &awaited));
        sem_wait(&awaited.done);
        EXPECT_EQ(i == 0 ? CL_BUILD_SUCCESS : CL_BUILD_ERROR, awaited.status);
        if (i == 0)
            EXPECT_EQ(6, run_one(f, program));
        sem_destroy(&awaited.done);
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}

VGPU_TEST(clReleaseProgram, lets_a_build_with_a_callback_end)
{
    struct awaited awaited = {.device = f->device};
    cl_program program =
        api_program(f, "__kernel void f(__global int *x) { x[0] = 123; }");

    sem_init(&awaited.done, 0, 0);
    EXPECT_CL(CL_SUCCESS, clRetainProgram(program));
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 1, &f->device, "", note_end, &awaited));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    sem_wait(&awaited.done);
    EXPECT_EQ(CL_BUILD_SUCCESS, awaited.status);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    sem_destroy(&awaited.done);
}
