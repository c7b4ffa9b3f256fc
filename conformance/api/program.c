/* SPDX-License-Identifier: MIT */
/* Programs: sources matched to registered kernels, built-in kernels, options, logs.
 * [OpenCL 3.0, 5.8] */
#include "api_test.h"

#include <string.h>

#define ADD_ONE \
    "__kernel void api_add_one(__global int *x) { x[get_global_id(0)] += 1; }\n"

static cl_int query(const void *program, cl_uint param, size_t size, void *value,
                    size_t *ret)
{
    return clGetProgramInfo((cl_program)(uintptr_t)program, param, size, value, ret);
}

static cl_int build(const struct vgpu_fixture *f, cl_program program, const char *options)
{
    return clBuildProgram(program, 1, &f->device, options, NULL, NULL);
}

VGPU_TEST(clGetProgramInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY(CL_PROGRAM_REFERENCE_COUNT, cl_uint),
        QUERY(CL_PROGRAM_CONTEXT, cl_context),
        QUERY(CL_PROGRAM_NUM_DEVICES, cl_uint),
        QUERY(CL_PROGRAM_DEVICES, cl_device_id),
        QUERY_ANY_SIZE(CL_PROGRAM_SOURCE),
        QUERY_ANY_SIZE(CL_PROGRAM_IL),
        QUERY(CL_PROGRAM_BINARY_SIZES, size_t),
        QUERY(CL_PROGRAM_NUM_KERNELS, size_t),
        QUERY_ANY_SIZE(CL_PROGRAM_KERNEL_NAMES),
        QUERY(CL_PROGRAM_SCOPE_GLOBAL_CTORS_PRESENT, cl_bool),
        QUERY(CL_PROGRAM_SCOPE_GLOBAL_DTORS_PRESENT, cl_bool),
    };
    cl_program program = api_program(f, ADD_ONE);

    ASSERT_CL(CL_SUCCESS, build(f, program, ""));
    api_expect_queries(query, program, rows, COUNT_OF(rows));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCreateProgramWithSource, joins_its_strings)
{
    const char *strings[] = {"__kernel void api_add_oneXXXX", "(__global int *x)\n",
                             "{ }\n"};
    const size_t lengths[] = {strlen("__kernel void api_add_one"), 0, 4};
    char source[256], names[64];
    cl_uint count = 0;
    cl_context context = NULL;
    cl_int err;
    cl_program program = clCreateProgramWithSource(f->context, 3, strings, lengths, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, query(program, CL_PROGRAM_SOURCE, sizeof source, source, NULL));
    EXPECT_STREQ("__kernel void api_add_one(__global int *x)\n{ }\n", source);
    EXPECT_CL(CL_SUCCESS,
              query(program, CL_PROGRAM_REFERENCE_COUNT, sizeof count, &count, NULL));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS,
              query(program, CL_PROGRAM_CONTEXT, sizeof context, &context, NULL));
    EXPECT_EQ(f->context, context);
    EXPECT_CL(CL_SUCCESS, build(f, program, NULL));
    EXPECT_CL(CL_SUCCESS,
              query(program, CL_PROGRAM_KERNEL_NAMES, sizeof names, names, NULL));
    EXPECT_STREQ("api_add_one", names);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCreateProgramWithSource, refuses_missing_strings)
{
    const char *strings[] = {ADD_ONE, NULL};
    cl_int err;

    EXPECT_TRUE(clCreateProgramWithSource(f->context, 0, strings, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithSource(f->context, 1, NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithSource(f->context, 2, strings, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithSource(NULL, 1, strings, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clCreateProgramWithBuiltInKernels, offers_the_kernels_it_names)
{
    char text[128];
    size_t count = 0;
    cl_int err;
    cl_kernel kernel;
    cl_program program = clCreateProgramWithBuiltInKernels(
        f->context, 1, &f->device, "api_add_one;api_nothing", &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS,
              query(program, CL_PROGRAM_NUM_KERNELS, sizeof count, &count, NULL));
    EXPECT_EQ(2, count);
    EXPECT_CL(CL_SUCCESS,
              query(program, CL_PROGRAM_KERNEL_NAMES, sizeof text, text, NULL));
    EXPECT_CONTAINS(text, "api_add_one");
    EXPECT_CONTAINS(text, "api_nothing");
    EXPECT_CL(CL_SUCCESS, query(program, CL_PROGRAM_SOURCE, sizeof text, text, NULL));
    EXPECT_STREQ("", text);
    kernel = clCreateKernel(program, "api_nothing", &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_TRUE(clCreateKernel(program, "api_count", &err) == NULL);
    EXPECT_CL(CL_INVALID_KERNEL_NAME, err);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCreateProgramWithBuiltInKernels, needs_no_build)
{
    cl_program program = vgpu_test_program(f, "api_nothing");

    EXPECT_EQ(CL_BUILD_SUCCESS, api_build_status(f, program));
    EXPECT_CL(CL_INVALID_OPERATION, build(f, program, ""));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCreateProgramWithBuiltInKernels, refuses_unknown_names_and_devices)
{
    static const char *const names[] = {"api_no_such_kernel",
                                        "api_nothing;api_no_such_kernel", "", ";", NULL};
    cl_device_id none = NULL;
    cl_int err;

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        EXPECT_TRUE(clCreateProgramWithBuiltInKernels(f->context, 1, &f->device, names[i],
                                                      &err) == NULL);
        EXPECT_CL(CL_INVALID_VALUE, err);
    }
    EXPECT_TRUE(clCreateProgramWithBuiltInKernels(f->context, 0, &f->device,
                                                  "api_nothing", &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithBuiltInKernels(f->context, 1, NULL, "api_nothing",
                                                  &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithBuiltInKernels(f->context, 1, &none, "api_nothing",
                                                  &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    EXPECT_TRUE(clCreateProgramWithBuiltInKernels(NULL, 1, &f->device, "api_nothing",
                                                  &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clReleaseProgram, leaves_the_program_to_its_kernels)
{
    cl_program program = vgpu_test_program(f, "api_nothing"), answer = NULL;
    const size_t global = 4;
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, "api_nothing", &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clRetainProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_INVALID_PROGRAM, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS,
              clGetKernelInfo(kernel, CL_KERNEL_PROGRAM, sizeof answer, &answer, NULL));
    EXPECT_EQ(program, answer);
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}
