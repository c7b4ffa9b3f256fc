/* SPDX-License-Identifier: MIT */
/* Compiled kernels: what they say of themselves, local sizes, local memory.
 * [OpenCL 3.0, 5.9 and 5.10] */
#include "opencl_c_test.h"

#include <stdio.h>
#include <stdlib.h>

static void expect_arg(cl_kernel kernel, cl_uint index, const char *name,
                       const char *type, cl_kernel_arg_address_qualifier space,
                       cl_kernel_arg_type_qualifier qualifiers)
{
    cl_kernel_arg_address_qualifier a_space = 0;
    cl_kernel_arg_type_qualifier a_qualifiers = 99;
    char text[64];

    EXPECT_CL(CL_SUCCESS, clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_NAME,
                                             sizeof text, text, NULL));
    EXPECT_STREQ(name, text);
    EXPECT_CL(CL_SUCCESS, clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_TYPE_NAME,
                                             sizeof text, text, NULL));
    EXPECT_STREQ(type, text);
    EXPECT_CL(CL_SUCCESS,
              clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_ADDRESS_QUALIFIER,
                                 sizeof a_space, &a_space, NULL));
    EXPECT_EQ(space, a_space);
    EXPECT_CL(CL_SUCCESS, clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_TYPE_QUALIFIER,
                                             sizeof a_qualifiers, &a_qualifiers, NULL));
    EXPECT_EQ(qualifiers, a_qualifiers);
}

VGPU_TEST(clGetKernelArgInfo, tells_the_truth_of_compiled_kernels)
{
    cl_program program = built(f,
                               "typedef struct { int a, b; } pair;\n"
                               "__kernel void f(__global const float4 *restrict in,\n"
                               "  __constant int *table, __local uint *part, pair p,\n"
                               "  unsigned char c, volatile __global pair *out) { }\n",
                               "");
    cl_kernel kernel;
    cl_uint count = 0;

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    EXPECT_CL(CL_SUCCESS,
              clGetKernelInfo(kernel, CL_KERNEL_NUM_ARGS, sizeof count, &count, NULL));
    EXPECT_EQ(6, count);
    expect_arg(kernel, 0, "in", "float4*", CL_KERNEL_ARG_ADDRESS_GLOBAL,
               CL_KERNEL_ARG_TYPE_CONST | CL_KERNEL_ARG_TYPE_RESTRICT);
    expect_arg(kernel, 1, "table", "int*", CL_KERNEL_ARG_ADDRESS_CONSTANT,
               CL_KERNEL_ARG_TYPE_CONST);
    expect_arg(kernel, 2, "part", "uint*", CL_KERNEL_ARG_ADDRESS_LOCAL, 0);
    expect_arg(kernel, 3, "p", "pair", CL_KERNEL_ARG_ADDRESS_PRIVATE, 0);
    expect_arg(kernel, 4, "c", "uchar", CL_KERNEL_ARG_ADDRESS_PRIVATE, 0);
    expect_arg(kernel, 5, "out", "pair*", CL_KERNEL_ARG_ADDRESS_GLOBAL,
               CL_KERNEL_ARG_TYPE_VOLATILE);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 3, 8, "12345678"));
    EXPECT_CL(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, 3, 4, "1234"));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

static cl_ulong group_info(const struct vgpu_fixture *f, cl_kernel kernel, cl_uint param)
{
    cl_ulong value = 0;

    EXPECT_CL(CL_SUCCESS, clGetKernelWorkGroupInfo(kernel, f->device, param, sizeof value,
                                                   &value, NULL));
    return value;
}

VGPU_TEST(clGetKernelWorkGroupInfo, counts_the_bytes_of_compiled_kernels)
{
    cl_program program =
        built(f,
              "__kernel void f(__global int *x, __local int *p) {\n"
              "  __local int part[64]; int mine[10];\n"
              "  for (int i = 0; i < 10; i++) mine[(i * x[0]) % 10] = x[i];\n"
              "  part[get_local_id(0)] = mine[x[1] % 10]; p[get_local_id(0)] = 1;\n"
              "  barrier(CLK_LOCAL_MEM_FENCE); x[0] = part[x[2] % 64] + p[0]; }\n"
              "__kernel __attribute__((reqd_work_group_size(8, 4, 1)))\n"
              "void g(__global int *x) { x[get_global_id(0)] = 1; }\n",
              "");
    cl_kernel kernel;
    size_t required[3] = {9, 9, 9};
    char attributes[128] = "";

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    EXPECT_EQ(256, group_info(f, kernel, CL_KERNEL_LOCAL_MEM_SIZE));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, 1000, NULL));
    EXPECT_EQ(1256, group_info(f, kernel, CL_KERNEL_LOCAL_MEM_SIZE));
    EXPECT_LE(40, group_info(f, kernel, CL_KERNEL_PRIVATE_MEM_SIZE));
    EXPECT_EQ(32, group_info(f, kernel, CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE));
    EXPECT_EQ(1024, group_info(f, kernel, CL_KERNEL_WORK_GROUP_SIZE));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    kernel = kernel_of(program, "g");
    EXPECT_EQ(0, group_info(f, kernel, CL_KERNEL_LOCAL_MEM_SIZE));
    EXPECT_EQ(32, group_info(f, kernel, CL_KERNEL_WORK_GROUP_SIZE));
    EXPECT_CL(CL_SUCCESS, clGetKernelWorkGroupInfo(kernel, f->device,
                                                   CL_KERNEL_COMPILE_WORK_GROUP_SIZE,
                                                   sizeof required, required, NULL));
    EXPECT_EQ(8, required[0]);
    EXPECT_EQ(4, required[1]);
    EXPECT_EQ(1, required[2]);
    EXPECT_CL(CL_SUCCESS, clGetKernelInfo(kernel, CL_KERNEL_ATTRIBUTES, sizeof attributes,
                                          attributes, NULL));
    EXPECT_CONTAINS(attributes, "reqd_work_group_size(8,4,1)");
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* Each item notes where it is; groups at the edge are smaller. */
#define PLACES                                                \
    "__kernel void f(__global int *x) {\n"                    \
    "  __local int sum; if (get_local_id(0) == 0) sum = 0;\n" \
    "  barrier(CLK_LOCAL_MEM_FENCE); atomic_inc(&sum);\n"     \
    "  barrier(CLK_LOCAL_MEM_FENCE);\n"                       \
    "  x[get_global_id(0)] += sum * 10000 + (int)get_local_size(0); }\n"

static void expect_places(const struct vgpu_fixture *f, cl_kernel kernel, size_t global,
                          size_t local)
{
    cl_int *const values = calloc(global, sizeof *values);
    cl_mem buffer =
        vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, global * sizeof *values, values);
    size_t wrong = 0;

    launch(f->queue, kernel, buffer, global, local);
    read_ints(f->queue, buffer, values, global);
    for (size_t i = 0; i < global; i++) {
        const size_t left = global - i / local * local;
        const cl_int items = (cl_int)(left < local ? left : local);

        wrong += values[i] != items * 10000 + items;
    }
    if (wrong > 0)
        VGPU_FAIL("global %zu, local %zu: %zu wrong", global, local, wrong);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    free(values);
}

/* More sizes than there is code for each of them. */
VGPU_TEST(clEnqueueNDRangeKernel, runs_compiled_kernels_of_many_local_sizes)
{
    static const size_t sizes[] = {64, 1, 2, 3, 7, 16, 17, 32, 100, 128, 256, 1000, 1024};
    cl_program program = built(f, PLACES, "-cl-std=CL3.0");
    cl_kernel kernel;

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        expect_places(f, kernel, 4 * sizes[i], sizes[i]);
        expect_places(f, kernel, 1025, sizes[i]);
        expect_places(f, kernel, 1, sizes[i]);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clEnqueueNDRangeKernel, chooses_local_sizes_for_compiled_kernels)
{
    static const size_t globals[] = {1, 10, 64, 1000, 4096, 10007};
    cl_program program =
        built(f, "__kernel void f(__global int *x) { x[get_global_id(0)] = 5; }", "");
    cl_kernel kernel;

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    for (size_t i = 0; i < COUNT_OF(globals); i++) {
        const size_t count = globals[i];
        cl_int *const values = calloc(count + 1, sizeof *values);
        cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR,
                                         (count + 1) * sizeof *values, values);
        size_t wrong = 0;

        launch(f->queue, kernel, buffer, count, 0);
        read_ints(f->queue, buffer, values, count + 1);
        for (size_t k = 0; k < count; k++)
            wrong += values[k] != 5;
        EXPECT_EQ(0, wrong);
        EXPECT_EQ(0, values[count]);
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
        free(values);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clEnqueueNDRangeKernel, gives_two_and_three_dimensions_their_ids)
{
    static const size_t locals[][3] = {{1, 1, 1}, {8, 8, 1}, {7, 5, 3}, {4, 2, 2}};
    const size_t global[3] = {21, 10, 6}, offset[3] = {3, 2, 1};
    enum { COUNT = 21 * 10 * 6 };
    cl_program program =
        built(f,
              "__kernel void f(__global int *x) {\n"
              "  size_t a = get_global_id(0) - get_global_offset(0);\n"
              "  size_t b = get_global_id(1) - get_global_offset(1);\n"
              "  size_t c = get_global_id(2) - get_global_offset(2);\n"
              "  x[(c * get_global_size(1) + b) * get_global_size(0) + a] =\n"
              "    a * 10000 + b * 100 + c; }\n",
              "-cl-std=CL3.0");
    cl_int values[COUNT];
    cl_mem buffer = vgpu_test_buffer(f, 0, sizeof values, NULL);
    cl_kernel kernel;

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    for (size_t i = 0; i <= COUNT_OF(locals); i++) {
        const size_t *const local = i < COUNT_OF(locals) ? locals[i] : NULL;
        size_t wrong = 0;

        EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 3, offset, global,
                                                     local, 0, NULL, NULL));
        read_ints(f->queue, buffer, values, COUNT);
        for (int k = 0; k < COUNT; k++)
            wrong += values[k] != k % 21 * 10000 + k / 21 % 10 * 100 + k / 210;
        EXPECT_EQ(0, wrong);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clEnqueueNDRangeKernel, cuts_groups_of_a_required_size_at_the_edge)
{
    const size_t global[2] = {19, 10}, right[2] = {8, 4}, wrong[2] = {4, 8};
    static const char source[] =
        "__kernel __attribute__((reqd_work_group_size(8, 4, 1))) void f(__global int "
        "*x)\n"
        "{ __local int items; if (get_local_linear_id() == 0) items = 0;\n"
        "  barrier(CLK_LOCAL_MEM_FENCE); atomic_inc(&items);\n"
        "  barrier(CLK_LOCAL_MEM_FENCE);\n"
        "  x[get_global_linear_id()] = 1000 * get_local_size(0) + 100 * "
        "get_local_size(1)\n"
        "    + items + (get_enqueued_local_size(0) != 8); }\n";
    cl_program program = built(f, source, "-cl-std=CL3.0");
    cl_int out[190] = {0};
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof out, out);
    cl_kernel kernel;

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(
        CL_INVALID_WORK_GROUP_SIZE,
        clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, global, wrong, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, global, right,
                                                 0, NULL, NULL));
    read_ints(f->queue, buffer, out, 190);
    for (int i = 0; i < 190; i++) {
        const int width = i % 19 < 16 ? 8 : 3, height = i / 19 < 8 ? 4 : 2;

        EXPECT_EQ(1000 * width + 100 * height + width * height, out[i]);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clEnqueueNDRangeKernel, holds_to_the_local_size_that_is_required)
{
    const size_t global[2] = {16, 8}, right[2] = {8, 4}, wrong[2] = {4, 8},
                 uneven[2] = {17, 8};
    cl_program program = built(f,
                               "__kernel __attribute__((reqd_work_group_size(8, 4, 1)))\n"
                               "void f(__global int *x) { if (get_local_size(0) == 8 &&"
                               " get_local_size(1) == 4) atomic_inc(x); }\n",
                               "");
    cl_int zero = 0;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof zero, &zero);
    cl_kernel kernel;

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, global, right,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(
        CL_INVALID_WORK_GROUP_SIZE,
        clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, global, wrong, 0, NULL, NULL));
    EXPECT_CL(
        CL_INVALID_WORK_GROUP_SIZE,
        clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, uneven, right, 0, NULL, NULL));
    read_ints(f->queue, buffer, &zero, 1);
    EXPECT_EQ(256, zero);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clEnqueueNDRangeKernel, keeps_local_variables_and_arguments_apart)
{
    const size_t global = 256, local = 64;
    cl_program program =
        built(f,
              "__kernel void f(__global int *x, __local int *a,\n"
              "                __local int *b) {\n"
              "  __local int v[64]; int l = get_local_id(0);\n"
              "  v[l] = l; a[l] = 1000 * l; b[l] = 1000000 * l;\n"
              "  barrier(CLK_LOCAL_MEM_FENCE);\n"
              "  x[get_global_id(0)] = v[63 - l] + a[63 - l] + b[63 - l];\n"
              "}\n",
              "");
    cl_int values[256];
    cl_mem buffer = vgpu_test_buffer(f, 0, sizeof values, NULL);
    cl_kernel kernel;
    cl_ulong most = 0;

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, 64 * sizeof(cl_int), NULL));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 2, 64 * sizeof(cl_int), NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &local, 0, NULL, NULL));
    read_ints(f->queue, buffer, values, 256);
    for (int i = 0; i < 256; i++)
        ASSERT_EQ((63 - i % 64) * 1001001, values[i]);
    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_LOCAL_MEM_SIZE,
                                          sizeof most, &most, NULL));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, (size_t)most - 256, NULL));
    EXPECT_CL(CL_OUT_OF_RESOURCES,
              clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, &local, 0, NULL,
                                     NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* 100 KiB for each work-item that waits at a barrier. */
VGPU_TEST_WITH_ENV(clEnqueueNDRangeKernel, refuses_more_private_memory_than_there_is,
                   "VGPU_DEVICES=cu=1,mem=64M", "VGPU_KERNEL_MODE=plain")
{
    const size_t global = 1024, few = 16;
    cl_program program = built(f,
                               "__kernel void f(__global int *x) { int big[25600];\n"
                               "  for (int i = 0; i < 25600; i++) big[i] = x[0] + i;\n"
                               "  barrier(CLK_GLOBAL_MEM_FENCE);\n"
                               "  x[get_global_id(0)] = big[x[1023] + 5]; }\n",
                               "");
    cl_int values[1024] = {0};
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof values, values);
    cl_kernel kernel;

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_OUT_OF_RESOURCES,
              clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, &global, 0, NULL,
                                     NULL));
    launch(f->queue, kernel, buffer, few, few);
    read_ints(f->queue, buffer, values, few);
    EXPECT_EQ(5, values[15]);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

static const char *const kernel_modes[] = {
    "VGPU_KERNEL_MODE=lockstep", "VGPU_KERNEL_MODE=plain", "VGPU_KERNEL_MODE=fiber"};

VGPU_TEST(clEnqueueNDRangeKernel, runs_the_same_in_every_mode)
{
    for (size_t i = 0; i < COUNT_OF(kernel_modes); i++) {
        const char *const environment[] = {kernel_modes[i], NULL};
        struct vgpu_test_process process = vgpu_test_spawn_self(
            "clEnqueueNDRangeKernel.runs_compiled_kernels_of_many_local_sizes:"
            "clEnqueueNDRangeKernel.gives_two_and_three_dimensions_their_ids:"
            "clEnqueueNDRangeKernel.keeps_local_variables_and_arguments_apart",
            environment);

        if (process.status != 0)
            VGPU_FAIL("%s: %d\n%s", kernel_modes[i], process.status,
                      process.out ? process.out : "");
        vgpu_test_process_fini(&process);
    }
}

/* Launches `f` of the source with `global` work-items, each of which writes the id that
 * it has by its group. */
static void expect_ids(const struct vgpu_fixture *f, cl_program program, size_t global)
{
    cl_kernel kernel = kernel_of(program, "f");
    cl_mem buffer = vgpu_test_buffer(f, 0, global * sizeof(cl_int), NULL);
    cl_int *const ids = calloc(global, sizeof *ids);
    size_t wrong = 0;

    launch(f->queue, kernel, buffer, global, 0);
    read_ints(f->queue, buffer, ids, global);
    for (size_t i = 0; i < global; i++)
        wrong += ids[i] != (cl_int)i;
    EXPECT_EQ(0, wrong);
    free(ids);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clEnqueueNDRangeKernel, chooses_groups_of_one_size_before_opencl_c_2)
{
    static const size_t sizes[] = {1, 7, 100, 1000, 1009, 12345};
    cl_program program =
        built(f,
              "__kernel void f(__global int *x) { x[get_global_id(0)] =\n"
              "  get_group_id(0) * get_local_size(0) + get_local_id(0); }\n",
              "");

    ASSERT_TRUE(program != NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        expect_ids(f, program, sizes[i]);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clEnqueueNDRangeKernel, takes_local_sizes_that_divide_before_opencl_c_2)
{
    static const struct {
        const char *options;
        cl_int expected;
    } rows[] = {
        {"", CL_INVALID_WORK_GROUP_SIZE},
        {"-cl-std=CL1.1", CL_INVALID_WORK_GROUP_SIZE},
        {"-cl-std=CL3.0", CL_SUCCESS},
        {"-cl-std=CL3.0 -cl-uniform-work-group-size", CL_INVALID_WORK_GROUP_SIZE}};
    const size_t global = 10, local = 4;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cl_program program = built(f, "__kernel void f(void) { }", rows[i].options);
        cl_kernel kernel;

        ASSERT_TRUE(program != NULL);
        kernel = kernel_of(program, "f");
        EXPECT_CL(rows[i].expected,
                  clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, &local, 0,
                                         NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
        EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}
