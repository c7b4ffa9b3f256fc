/* SPDX-License-Identifier: MIT */
/* clLinkProgram. [OpenCL 3.0, 5.8.5] */
#include "program_test.h"

#include <semaphore.h>
#include <string.h>

#define NOTHING "__kernel void api_nothing(void) { }\n"

static cl_program compiled(const struct vgpu_fixture *f, const char *source)
{
    cl_program program = api_program(f, source);

    EXPECT_CL(CL_SUCCESS, compile(f, program, ""));
    return program;
}

/* The first `count` of the programs are inputs. Releases them all. */
static cl_program link_all(const struct vgpu_fixture *f, const char *options,
                           cl_uint count, cl_program *inputs, cl_int expected)
{
    cl_int err;
    cl_program program = clLinkProgram(f->context, 1, &f->device, options, count, inputs,
                                       NULL, NULL, &err);

    EXPECT_CL(expected, err);
    for (cl_uint i = 0; i < count; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(inputs[i]));
    return program;
}

/* Runs api_add_one of the program on one number. */
static void expect_add_one_runs(const struct vgpu_fixture *f, cl_program program)
{
    const size_t global = 1;
    cl_int number = 41, err;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof number, &number);
    cl_kernel kernel = clCreateKernel(program, "api_add_one", &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof number,
                                              &number, 0, NULL, NULL));
    EXPECT_EQ(42, number);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST_WITH_ENV(clLinkProgram, is_there_for_registered_kernels_though_no_linker_is,
                   "VGPU_COMPILER=registered")
{
    cl_bool available = CL_TRUE;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_LINKER_AVAILABLE,
                                          sizeof available, &available, NULL));
    EXPECT_EQ(CL_FALSE, available);
}

VGPU_TEST(clLinkProgram, makes_an_executable_of_all_inputs_that_outlives_them)
{
    cl_program inputs[] = {compiled(f, ADD_ONE), compiled(f, NOTHING)};
    cl_program program = link_all(f, "-cl-fast-relaxed-math", 2, inputs, CL_SUCCESS);
    cl_context context = NULL;
    char text[256];
    cl_uint devices = 0;
    size_t count = 0;

    ASSERT_TRUE(program != NULL);
    EXPECT_EQ(CL_BUILD_SUCCESS, build_status_of(program, f->device));
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, binary_type_of(program, f->device));
    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof count,
                                           &count, NULL));
    EXPECT_EQ(2, count);
    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_KERNEL_NAMES, sizeof text,
                                           text, NULL));
    EXPECT_STREQ("api_add_one;api_nothing", text);
    EXPECT_CL(CL_SUCCESS,
              clGetProgramInfo(program, CL_PROGRAM_SOURCE, sizeof text, text, NULL));
    EXPECT_STREQ("", text);
    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_NUM_DEVICES,
                                           sizeof devices, &devices, NULL));
    EXPECT_EQ(1, devices);
    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_CONTEXT, sizeof context,
                                           &context, NULL));
    EXPECT_EQ(f->context, context);
    EXPECT_CL(CL_SUCCESS,
              clGetProgramBuildInfo(program, f->device, CL_PROGRAM_BUILD_OPTIONS,
                                    sizeof text, text, NULL));
    EXPECT_STREQ("-cl-fast-relaxed-math", text);
    expect_add_one_runs(f, program);
    EXPECT_CL(CL_INVALID_OPERATION, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    EXPECT_CL(CL_INVALID_OPERATION, compile(f, program, ""));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clLinkProgram, makes_libraries_that_link_again)
{
    cl_program inputs[2] = {compiled(f, ADD_ONE)};
    cl_program program;
    cl_int err;

    inputs[0] =
        link_all(f, "-create-library -enable-link-options", 1, inputs, CL_SUCCESS);
    ASSERT_TRUE(inputs[0] != NULL);
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_LIBRARY, binary_type_of(inputs[0], f->device));
    EXPECT_TRUE(clCreateKernel(inputs[0], "api_add_one", &err) == NULL);
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE, err);
    inputs[1] = compiled(f, NOTHING);
    inputs[0] = link_all(f, "-create-library", 2, inputs, CL_SUCCESS);
    program = link_all(f, "", 1, inputs, CL_SUCCESS);
    ASSERT_TRUE(program != NULL);
    expect_add_one_runs(f, program);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clLinkProgram, takes_one_kernel_twice_if_it_is_the_same)
{
    cl_program inputs[] = {compiled(f, ADD_ONE), compiled(f, ADD_ONE NOTHING),
                           compiled(f, "kernel void api_add_one(global int *);")};
    cl_program program = link_all(f, NULL, 3, inputs, CL_SUCCESS);
    size_t count = 0;

    ASSERT_TRUE(program != NULL);
    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_NUM_KERNELS, sizeof count,
                                           &count, NULL));
    EXPECT_EQ(2, count);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clLinkProgram, prefers_a_definition_to_a_declaration)
{
    cl_program inputs[] = {compiled(f, "kernel void api_add_one(global int *);"),
                           api_program(f, ADD_ONE)};
    cl_program program;
    cl_kernel kernel;
    char name[16] = "";
    cl_int err;

    EXPECT_CL(CL_SUCCESS, compile(f, inputs[1], "-cl-kernel-arg-info"));
    program = link_all(f, NULL, 2, inputs, CL_SUCCESS);
    ASSERT_TRUE(program != NULL);
    kernel = clCreateKernel(program, "api_add_one", &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS,
              clGetKernelArgInfo(kernel, 0, CL_KERNEL_ARG_NAME, sizeof name, name, NULL));
    EXPECT_STREQ("x", name);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clLinkProgram, fails_with_a_log_where_two_inputs_differ)
{
    static const char *const others[] = {
        "__kernel void api_add_one(__global int *other_name) { }",
        "__attribute__((reqd_work_group_size(1, 1, 1)))\n"
        "__kernel void api_add_one(__global int *x) { }",
    };

    for (size_t i = 0; i < COUNT_OF(others); i++) {
        cl_program inputs[] = {compiled(f, ADD_ONE), compiled(f, others[i])};
        cl_program program = link_all(f, "", 2, inputs, CL_LINK_PROGRAM_FAILURE);
        char log[4096];
        cl_int err;

        ASSERT_TRUE(program != NULL);
        EXPECT_EQ(CL_BUILD_ERROR, build_status_of(program, f->device));
        EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_NONE, binary_type_of(program, f->device));
        build_log_of(program, f->device, log, sizeof log);
        EXPECT_CONTAINS(log, "'api_add_one' is in two input programs, and differs");
        EXPECT_CONTAINS(log, "__global int *x");
        EXPECT_TRUE(clCreateKernel(program, "api_add_one", &err) == NULL);
        EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE, err);
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}

VGPU_TEST(clLinkProgram, keeps_what_its_inputs_were_compiled_with)
{
    const size_t global = 3, local = 2;
    cl_program input = api_program(f, NOTHING), program;
    cl_kernel kernel;
    cl_int err;

    EXPECT_CL(CL_SUCCESS, compile(f, input, "-cl-uniform-work-group-size"));
    program = link_all(f, "", 1, &input, CL_SUCCESS);
    ASSERT_TRUE(program != NULL);
    kernel = clCreateKernel(program, "api_nothing", &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_INVALID_WORK_GROUP_SIZE,
              clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, &local, 0, NULL,
                                     NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

static void expect_error(const struct vgpu_fixture *f, cl_int expected,
                         cl_uint num_devices, const cl_device_id *devices,
                         const char *options, cl_uint count, const cl_program *inputs)
{
    cl_int err = CL_SUCCESS;

    EXPECT_TRUE(clLinkProgram(f->context, num_devices, devices, options, count, inputs,
                              NULL, NULL, &err) == NULL);
    EXPECT_CL(expected, err);
}

VGPU_TEST(clLinkProgram, refuses_options_that_are_none_of_a_linker)
{
    static const char *const options[] = {
        "-no-such-option", "-w",   "-DA", "-I.",
        "-cl-std=CL1.2",   "word", "'",   "-enable-link-options"};
    cl_program input = compiled(f, ADD_ONE);

    for (size_t i = 0; i < COUNT_OF(options); i++)
        expect_error(f, CL_INVALID_LINKER_OPTIONS, 1, &f->device, options[i], 1, &input);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(input));
}

VGPU_TEST(clLinkProgram, refuses_lists_that_do_not_fit)
{
    cl_program input = compiled(f, ADD_ONE), none = NULL;
    cl_context other = api_other_context(f);
    cl_device_id no_device = NULL;
    cl_int err;

    EXPECT_TRUE(clLinkProgram(NULL, 1, &f->device, "", 1, &input, NULL, NULL, &err) ==
                NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    EXPECT_TRUE(clLinkProgram(other, 1, &f->device, "", 1, &input, NULL, NULL, &err) ==
                NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    EXPECT_TRUE(clLinkProgram(f->context, 1, &f->device, "", 1, &input, NULL, &err,
                              &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clLinkProgram(f->context, 1, &no_device, "", 1, &input, NULL, NULL,
                              NULL) == NULL);
    expect_error(f, CL_INVALID_VALUE, 0, &f->device, "", 1, &input);
    expect_error(f, CL_INVALID_VALUE, 1, NULL, "", 1, &input);
    expect_error(f, CL_INVALID_DEVICE, 1, &no_device, "", 1, &input);
    expect_error(f, CL_INVALID_VALUE, 1, &f->device, "", 0, NULL);
    expect_error(f, CL_INVALID_VALUE, 1, &f->device, "", 0, &input);
    expect_error(f, CL_INVALID_VALUE, 1, &f->device, "", 1, NULL);
    expect_error(f, CL_INVALID_PROGRAM, 1, &f->device, "", 1, &none);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(input));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(other));
}

VGPU_TEST(clLinkProgram, refuses_inputs_that_are_not_compiled)
{
    cl_program inputs[] = {compiled(f, ADD_ONE), api_program(f, NOTHING)};
    cl_program built_in = vgpu_test_program(f, "api_nothing");

    expect_error(f, CL_INVALID_OPERATION, 1, &f->device, "", 2, inputs);
    expect_error(f, CL_INVALID_OPERATION, 1, &f->device, "", 1, &inputs[1]);
    expect_error(f, CL_INVALID_OPERATION, 0, NULL, "", 1, &inputs[1]);
    expect_error(f, CL_INVALID_OPERATION, 1, &f->device, "", 1, &built_in);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(inputs[1], 0, NULL, "", NULL, NULL));
    expect_error(f, CL_INVALID_OPERATION, 1, &f->device, "", 2, inputs);
    EXPECT_CL(CL_COMPILE_PROGRAM_FAILURE, compile(f, inputs[1], "-cl-std=CL2.0"));
    expect_error(f, CL_INVALID_OPERATION, 1, &f->device, "", 2, inputs);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(built_in));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(inputs[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(inputs[1]));
}

/* Each device by itself: all inputs have something for it, or none has. */
VGPU_TEST_WITH_ENV(clLinkProgram, goes_by_what_its_inputs_have_for_each_device,
                   "VGPU_DEVICES=cu=1;cu=1")
{
    cl_device_id devices[2];
    struct vgpu_fixture both = *f;
    cl_program inputs[2], program;
    cl_int err;

    ASSERT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    both.context = clCreateContext(NULL, 2, devices, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    inputs[0] = api_program(&both, ADD_ONE);
    inputs[1] = api_program(&both, NOTHING);
    EXPECT_CL(CL_SUCCESS,
              clCompileProgram(inputs[0], 1, &devices[0], "", 0, NULL, NULL, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clCompileProgram(inputs[1], 0, NULL, "", 0, NULL, NULL, NULL, NULL));
    expect_error(&both, CL_INVALID_OPERATION, 2, devices, "", 2, inputs);
    expect_error(&both, CL_INVALID_OPERATION, 0, NULL, "", 2, inputs);
    expect_error(&both, CL_INVALID_OPERATION, 1, &devices[1], "", 2, inputs);
    program =
        clLinkProgram(both.context, 1, &devices[0], "", 2, inputs, NULL, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, binary_type_of(program, devices[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    program = clLinkProgram(both.context, 0, NULL, "", 1, inputs, NULL, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_EQ(CL_BUILD_SUCCESS, build_status_of(program, devices[0]));
    EXPECT_EQ(CL_BUILD_NONE, build_status_of(program, devices[1]));
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_NONE, binary_type_of(program, devices[1]));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    /* An executable for one device leaves the other one's object. */
    EXPECT_CL(CL_SUCCESS, clBuildProgram(inputs[0], 1, &devices[1], "", NULL, NULL));
    program = clLinkProgram(both.context, 0, NULL, "", 1, inputs, NULL, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(inputs[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(inputs[1]));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(both.context));
}

struct linked {
    sem_t done;
    cl_program program;
};

static void CL_CALLBACK note_link(cl_program program, void *user_data)
{
    struct linked *linked = user_data;

    linked->program = program;
    sem_post(&linked->done);
}

VGPU_TEST(clLinkProgram, tells_its_callback_when_it_ends)
{
    static const char *const seconds[] = {
        NOTHING, "__kernel void api_add_one(__global int *y) { }"};

    for (size_t i = 0; i < COUNT_OF(seconds); i++) {
        struct linked linked = {.program = NULL};
        cl_program inputs[] = {compiled(f, ADD_ONE), compiled(f, seconds[i])};
        cl_program program;
        cl_int err;

        sem_init(&linked.done, 0, 0);
        program =
            clLinkProgram(f->context, 0, NULL, "", 2, inputs, note_link, &linked, &err);
        EXPECT_CL(CL_SUCCESS, err);
        sem_wait(&linked.done);
        EXPECT_EQ(program, linked.program);
        EXPECT_EQ(i == 0 ? CL_BUILD_SUCCESS : CL_BUILD_ERROR,
                  build_status_of(program, f->device));
        sem_destroy(&linked.done);
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(inputs[0]));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(inputs[1]));
    }
}
