/* SPDX-License-Identifier: MIT */
/* Kernel objects and what they tell of themselves. [OpenCL 3.0, 5.9] */
#include "api_test.h"

#include <string.h>

static cl_device_id query_device;

static cl_int query(const void *kernel, cl_uint param, size_t size, void *value,
                    size_t *ret)
{
    return clGetKernelInfo((cl_kernel)(uintptr_t)kernel, param, size, value, ret);
}

static cl_int work_group_query(const void *kernel, cl_uint param, size_t size,
                               void *value, size_t *ret)
{
    return clGetKernelWorkGroupInfo((cl_kernel)(uintptr_t)kernel, query_device, param,
                                    size, value, ret);
}

static cl_int arg_query(const void *kernel, cl_uint param, size_t size, void *value,
                        size_t *ret)
{
    return clGetKernelArgInfo((cl_kernel)(uintptr_t)kernel, 0, param, size, value, ret);
}

static cl_program from_source(const struct vgpu_fixture *f, const char *source)
{
    cl_program program = api_program(f, source);

    EXPECT_CL(CL_SUCCESS,
              clBuildProgram(program, 1, &f->device, "-cl-kernel-arg-info", NULL, NULL));
    return program;
}

VGPU_TEST(clGetKernelInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY_ANY_SIZE(CL_KERNEL_FUNCTION_NAME),   QUERY(CL_KERNEL_NUM_ARGS, cl_uint),
        QUERY(CL_KERNEL_REFERENCE_COUNT, cl_uint), QUERY(CL_KERNEL_CONTEXT, cl_context),
        QUERY(CL_KERNEL_PROGRAM, cl_program),      QUERY_ANY_SIZE(CL_KERNEL_ATTRIBUTES),
    };
    cl_kernel kernel = vgpu_test_kernel(f, "api_scale_add");

    api_expect_queries(query, kernel, rows, COUNT_OF(rows));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clGetKernelWorkGroupInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY(CL_KERNEL_WORK_GROUP_SIZE, size_t),
        QUERY(CL_KERNEL_COMPILE_WORK_GROUP_SIZE, size_t[3]),
        QUERY(CL_KERNEL_LOCAL_MEM_SIZE, cl_ulong),
        QUERY(CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE, size_t),
        QUERY(CL_KERNEL_PRIVATE_MEM_SIZE, cl_ulong),
    };
    cl_kernel kernel = vgpu_test_kernel(f, "api_scale_add");

    query_device = f->device;
    api_expect_queries(work_group_query, kernel, rows, COUNT_OF(rows));
    query_device = NULL; /* the one device there is */
    api_expect_queries(work_group_query, kernel, rows, COUNT_OF(rows));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clGetKernelArgInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY(CL_KERNEL_ARG_ADDRESS_QUALIFIER, cl_kernel_arg_address_qualifier),
        QUERY(CL_KERNEL_ARG_ACCESS_QUALIFIER, cl_kernel_arg_access_qualifier),
        QUERY_ANY_SIZE(CL_KERNEL_ARG_TYPE_NAME),
        QUERY(CL_KERNEL_ARG_TYPE_QUALIFIER, cl_kernel_arg_type_qualifier),
        QUERY_ANY_SIZE(CL_KERNEL_ARG_NAME),
    };
    cl_kernel kernel = vgpu_test_kernel(f, "api_scale_add");
    char text[64];

    api_expect_queries(arg_query, kernel, rows, COUNT_OF(rows));
    EXPECT_CL(CL_INVALID_ARG_INDEX,
              clGetKernelArgInfo(kernel, 3, CL_KERNEL_ARG_NAME, sizeof text, text, NULL));
    EXPECT_CL(CL_INVALID_ARG_INDEX,
              clGetKernelArgInfo(kernel, 0xFFFFFFFF, CL_KERNEL_ARG_NAME, sizeof text,
                                 text, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

struct arg_row {
    const char *type, *name;
    cl_kernel_arg_address_qualifier space;
    cl_kernel_arg_type_qualifier qualifiers;
};

static void expect_args(cl_kernel kernel, const struct arg_row *rows, cl_uint count)
{
    for (cl_uint i = 0; i < count; i++) {
        cl_kernel_arg_address_qualifier space = 0;
        cl_kernel_arg_access_qualifier access = 0;
        cl_kernel_arg_type_qualifier qualifiers = 99;
        char text[64];

        EXPECT_CL(CL_SUCCESS, clGetKernelArgInfo(kernel, i, CL_KERNEL_ARG_TYPE_NAME,
                                                 sizeof text, text, NULL));
        EXPECT_STREQ(rows[i].type, text);
        EXPECT_CL(CL_SUCCESS, clGetKernelArgInfo(kernel, i, CL_KERNEL_ARG_NAME,
                                                 sizeof text, text, NULL));
        EXPECT_STREQ(rows[i].name, text);
        EXPECT_CL(CL_SUCCESS,
                  clGetKernelArgInfo(kernel, i, CL_KERNEL_ARG_ADDRESS_QUALIFIER,
                                     sizeof space, &space, NULL));
        EXPECT_EQ(rows[i].space, space);
        EXPECT_CL(CL_SUCCESS,
                  clGetKernelArgInfo(kernel, i, CL_KERNEL_ARG_ACCESS_QUALIFIER,
                                     sizeof access, &access, NULL));
        EXPECT_EQ(CL_KERNEL_ARG_ACCESS_NONE, access);
        EXPECT_CL(CL_SUCCESS, clGetKernelArgInfo(kernel, i, CL_KERNEL_ARG_TYPE_QUALIFIER,
                                                 sizeof qualifiers, &qualifiers, NULL));
        EXPECT_EQ(rows[i].qualifiers, qualifiers);
    }
}

VGPU_TEST(clGetKernelArgInfo, describes_registered_parameters)
{
    static const struct arg_row scale_add[] = {
        {"int*", "y", CL_KERNEL_ARG_ADDRESS_GLOBAL, CL_KERNEL_ARG_TYPE_NONE},
        {"int*", "x", CL_KERNEL_ARG_ADDRESS_GLOBAL, CL_KERNEL_ARG_TYPE_CONST},
        {"int", "a", CL_KERNEL_ARG_ADDRESS_PRIVATE, CL_KERNEL_ARG_TYPE_NONE},
    };
    static const struct arg_row reverse[] = {
        {"int*", "data", CL_KERNEL_ARG_ADDRESS_GLOBAL, CL_KERNEL_ARG_TYPE_NONE},
        {"int*", "part", CL_KERNEL_ARG_ADDRESS_LOCAL, CL_KERNEL_ARG_TYPE_NONE},
    };
    cl_kernel kernel = vgpu_test_kernel(f, "api_scale_add");

    expect_args(kernel, scale_add, COUNT_OF(scale_add));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    kernel = vgpu_test_kernel(f, "api_reverse");
    expect_args(kernel, reverse, COUNT_OF(reverse));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clGetKernelArgInfo, describes_the_parameters_as_the_source_words_them)
{
    static const struct arg_row rows[] = {
        {"int*", "result", CL_KERNEL_ARG_ADDRESS_GLOBAL,
         CL_KERNEL_ARG_TYPE_RESTRICT | CL_KERNEL_ARG_TYPE_VOLATILE},
        {"int*", "input", CL_KERNEL_ARG_ADDRESS_GLOBAL, CL_KERNEL_ARG_TYPE_CONST},
        {"int", "factor", CL_KERNEL_ARG_ADDRESS_PRIVATE, CL_KERNEL_ARG_TYPE_NONE},
    };
    cl_program program = from_source(
        f, "__kernel void api_scale_add(__global volatile int *restrict result,\n"
           "    __global const int *input, int factor) { }\n");
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, "api_scale_add", &err);

    ASSERT_CL(CL_SUCCESS, err);
    expect_args(kernel, rows, COUNT_OF(rows));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clGetKernelInfo, names_the_kernel_and_where_it_belongs)
{
    cl_program program = vgpu_test_program(f, "api_scale_add"), its_program = NULL;
    cl_context context = NULL;
    cl_uint count = 0;
    char text[64];
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, "api_scale_add", &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS,
              query(kernel, CL_KERNEL_FUNCTION_NAME, sizeof text, text, NULL));
    EXPECT_STREQ("api_scale_add", text);
    EXPECT_CL(CL_SUCCESS, query(kernel, CL_KERNEL_NUM_ARGS, sizeof count, &count, NULL));
    EXPECT_EQ(3, count);
    EXPECT_CL(CL_SUCCESS,
              query(kernel, CL_KERNEL_REFERENCE_COUNT, sizeof count, &count, NULL));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS, clRetainKernel(kernel));
    EXPECT_CL(CL_SUCCESS,
              query(kernel, CL_KERNEL_REFERENCE_COUNT, sizeof count, &count, NULL));
    EXPECT_EQ(2, count);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS,
              query(kernel, CL_KERNEL_CONTEXT, sizeof context, &context, NULL));
    EXPECT_EQ(f->context, context);
    EXPECT_CL(CL_SUCCESS,
              query(kernel, CL_KERNEL_PROGRAM, sizeof its_program, &its_program, NULL));
    EXPECT_EQ(program, its_program);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clGetKernelWorkGroupInfo, tells_the_required_size_of_the_source)
{
    cl_program program = from_source(f, "__attribute__((reqd_work_group_size(8, 2, 1)))\n"
                                        "__kernel void api_nothing(void) { }\n");
    size_t sizes[3] = {99, 99, 99}, size = 0;
    char text[128];
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, "api_nothing", &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clGetKernelWorkGroupInfo(kernel, f->device,
                                                   CL_KERNEL_COMPILE_WORK_GROUP_SIZE,
                                                   sizeof sizes, sizes, NULL));
    EXPECT_EQ(8, sizes[0]);
    EXPECT_EQ(2, sizes[1]);
    EXPECT_EQ(1, sizes[2]);
    EXPECT_CL(CL_SUCCESS, query(kernel, CL_KERNEL_ATTRIBUTES, sizeof text, text, NULL));
    EXPECT_STREQ("reqd_work_group_size(8,2,1)", text);
    EXPECT_CL(CL_SUCCESS,
              clGetKernelWorkGroupInfo(kernel, f->device, CL_KERNEL_WORK_GROUP_SIZE,
                                       sizeof size, &size, NULL));
    EXPECT_LE(16, size);
    EXPECT_CL(CL_INVALID_VALUE,
              clGetKernelWorkGroupInfo(kernel, f->device, CL_KERNEL_GLOBAL_WORK_SIZE,
                                       sizeof sizes, sizes, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clGetKernelWorkGroupInfo, counts_the_local_memory_of_arguments)
{
    cl_kernel kernel = vgpu_test_kernel(f, "api_reverse");
    size_t sizes[3] = {99, 99, 99}, size = 0;
    cl_ulong local = 0;

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, 4096, NULL));
    EXPECT_CL(CL_SUCCESS,
              clGetKernelWorkGroupInfo(kernel, f->device, CL_KERNEL_LOCAL_MEM_SIZE,
                                       sizeof local, &local, NULL));
    EXPECT_LE(4096, local);
    EXPECT_CL(CL_SUCCESS,
              clGetKernelWorkGroupInfo(kernel, f->device, CL_KERNEL_WORK_GROUP_SIZE,
                                       sizeof size, &size, NULL));
    EXPECT_EQ(1024, size);
    EXPECT_CL(CL_SUCCESS, clGetKernelWorkGroupInfo(kernel, f->device,
                                                   CL_KERNEL_COMPILE_WORK_GROUP_SIZE,
                                                   sizeof sizes, sizes, NULL));
    EXPECT_EQ(0, sizes[0] + sizes[1] + sizes[2]);
    EXPECT_CL(CL_SUCCESS,
              clGetKernelWorkGroupInfo(kernel, f->device,
                                       CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE,
                                       sizeof size, &size, NULL));
    EXPECT_LE(1, size);
    EXPECT_CL(CL_INVALID_DEVICE,
              clGetKernelWorkGroupInfo(kernel, (cl_device_id)(uintptr_t)0x10,
                                       CL_KERNEL_WORK_GROUP_SIZE, sizeof size, &size,
                                       NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clGetKernelWorkGroupInfo, tells_the_largest_global_size_of_built_in_kernels)
{
    cl_kernel kernel = vgpu_test_kernel(f, "api_nothing");
    size_t sizes[3] = {0, 0, 0};

    EXPECT_CL(CL_SUCCESS,
              clGetKernelWorkGroupInfo(kernel, f->device, CL_KERNEL_GLOBAL_WORK_SIZE,
                                       sizeof sizes, sizes, NULL));
    for (int d = 0; d < 3; d++)
        EXPECT_NE(0, sizes[d]);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clCreateKernel, refuses_what_the_spec_refuses)
{
    const char *source = "__kernel void api_nothing(void) { }";
    cl_int err;
    cl_program program = clCreateProgramWithSource(f->context, 1, &source, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_TRUE(clCreateKernel(program, "api_nothing", &err) == NULL);
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE, err);
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE,
              clCreateKernelsInProgram(program, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
    EXPECT_TRUE(clCreateKernel(program, "api_add_one", &err) == NULL);
    EXPECT_CL(CL_INVALID_KERNEL_NAME, err);
    EXPECT_TRUE(clCreateKernel(program, "", &err) == NULL);
    EXPECT_CL(CL_INVALID_KERNEL_NAME, err);
    EXPECT_TRUE(clCreateKernel(program, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateKernel(NULL, "api_nothing", &err) == NULL);
    EXPECT_CL(CL_INVALID_PROGRAM, err);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCreateKernelsInProgram, makes_one_of_each)
{
    cl_program program =
        from_source(f, "__kernel void api_nothing(void) { }\n"
                       "__kernel void api_add_one(__global int *x) { }\n");
    cl_kernel kernels[3] = {NULL};
    cl_uint count = 0;
    char first[64], second[64];

    EXPECT_CL(CL_SUCCESS, clCreateKernelsInProgram(program, 0, NULL, &count));
    EXPECT_EQ(2, count);
    EXPECT_CL(CL_INVALID_VALUE, clCreateKernelsInProgram(program, 1, kernels, NULL));
    EXPECT_CL(CL_SUCCESS, clCreateKernelsInProgram(program, 3, kernels, &count));
    EXPECT_EQ(2, count);
    ASSERT_TRUE(kernels[0] && kernels[1]);
    EXPECT_TRUE(kernels[2] == NULL);
    EXPECT_CL(CL_SUCCESS,
              query(kernels[0], CL_KERNEL_FUNCTION_NAME, sizeof first, first, NULL));
    EXPECT_CL(CL_SUCCESS,
              query(kernels[1], CL_KERNEL_FUNCTION_NAME, sizeof second, second, NULL));
    EXPECT_NE(0, strcmp(first, second));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernels[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernels[1]));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCloneKernel, copies_the_arguments_and_parts_ways)
{
    const size_t global = 4;
    const cl_int expected[4] = {1, 1, 1, 1};
    cl_int zeros[4] = {0}, read[4] = {0}, err;
    cl_mem first = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof zeros, zeros);
    cl_mem second = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof zeros, zeros);
    cl_kernel kernel = vgpu_test_kernel(f, "api_add_one"), clone;

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof first, &first));
    clone = clCloneKernel(kernel, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof second, &second));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, clone, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, first, CL_TRUE, 0, sizeof read,
                                              read, 0, NULL, NULL));
    EXPECT_BYTES(expected, read, sizeof read);
    EXPECT_TRUE(clCloneKernel(NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_KERNEL, err);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(clone));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(first));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(second));
}
