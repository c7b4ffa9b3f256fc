/* SPDX-License-Identifier: MIT */
/* Setting kernel arguments of every kind. [OpenCL 3.0, 5.9.2] */
#include "api_test.h"

struct pair {
    cl_int first;
    cl_double second;
};

static const cl_char a_char = -3;
static const cl_ushort a_ushort = 40000;
static const cl_int an_int = -70000;
static const cl_ulong a_ulong = 1ull << 40;
static const cl_float a_float = 1.5f;
static const cl_double a_double = 2.25;
static const cl_float4 a_vector = {{1, 2, 3, 4}};
static const struct pair a_pair = {11, 12.5};

static const struct {
    size_t size;
    const void *value;
} values[] = {
    {sizeof a_char, &a_char},     {sizeof a_ushort, &a_ushort},
    {sizeof an_int, &an_int},     {sizeof a_ulong, &a_ulong},
    {sizeof a_float, &a_float},   {sizeof a_double, &a_double},
    {sizeof a_vector, &a_vector}, {sizeof a_pair, &a_pair},
};

VGPU_TEST(clSetKernelArg, hands_values_of_every_size_to_the_kernel)
{
    static const cl_double expected[12] = {
        -3, 40000, -70000, 1099511627776.0, 1.5, 2.25, 1, 2, 3, 4, 11, 12.5};
    const size_t global = 1;
    cl_double read[12] = {0};
    cl_mem out = vgpu_test_buffer(f, 0, sizeof read, NULL);
    cl_kernel kernel = vgpu_test_kernel(f, "api_values");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof out, &out));
    for (cl_uint i = 0; i < COUNT_OF(values); i++)
        EXPECT_CL(CL_SUCCESS,
                  clSetKernelArg(kernel, i + 1, values[i].size, values[i].value));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, out, CL_TRUE, 0, sizeof read,
                                              read, 0, NULL, NULL));
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        EXPECT_NEAR(expected[i], read[i], 0);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(out));
}

VGPU_TEST(clSetKernelArg, refuses_sizes_that_do_not_fit)
{
    cl_mem out = vgpu_test_buffer(f, 0, 64, NULL);
    cl_kernel kernel = vgpu_test_kernel(f, "api_values");
    const char bytes[64] = {0};

    for (cl_uint i = 0; i < COUNT_OF(values); i++) {
        EXPECT_CL(CL_INVALID_ARG_SIZE,
                  clSetKernelArg(kernel, i + 1, values[i].size - 1, bytes));
        EXPECT_CL(CL_INVALID_ARG_SIZE,
                  clSetKernelArg(kernel, i + 1, values[i].size + 1, bytes));
        EXPECT_CL(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, i + 1, 0, bytes));
        EXPECT_CL(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, i + 1, SIZE_MAX, bytes));
        EXPECT_CL(CL_INVALID_ARG_VALUE,
                  clSetKernelArg(kernel, i + 1, values[i].size, NULL));
    }
    EXPECT_CL(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, 0, sizeof out - 1, &out));
    EXPECT_CL(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, 0, sizeof out + 1, &out));
    EXPECT_CL(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, 0, 0, &out));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(out));
}

VGPU_TEST(clSetKernelArg, refuses_indices_past_the_last)
{
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    cl_kernel kernel = vgpu_test_kernel(f, "api_add_one"),
              none = vgpu_test_kernel(f, "api_nothing");

    EXPECT_CL(CL_INVALID_ARG_INDEX, clSetKernelArg(kernel, 1, sizeof buffer, &buffer));
    EXPECT_CL(CL_INVALID_ARG_INDEX,
              clSetKernelArg(kernel, 0xFFFFFFFF, sizeof buffer, &buffer));
    EXPECT_CL(CL_INVALID_ARG_INDEX, clSetKernelArg(none, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(none));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clSetKernelArg, refuses_what_is_no_buffer)
{
    cl_kernel kernel = vgpu_test_kernel(f, "api_add_one");
    void *garbage[API_NUM_GARBAGE], *heap = &garbage;
    cl_mem gone = vgpu_test_buffer(f, 0, 64, NULL);

    api_garbage(garbage, &kernel, heap);
    for (size_t i = 0; i < API_NUM_GARBAGE; i++)
        EXPECT_CL(CL_INVALID_MEM_OBJECT,
                  clSetKernelArg(kernel, 0, sizeof(cl_mem), &garbage[i]));
    EXPECT_CL(CL_INVALID_MEM_OBJECT, clSetKernelArg(kernel, 0, sizeof(cl_mem), &kernel));
    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clSetKernelArg(kernel, 0, sizeof(cl_mem), &f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(gone));
    EXPECT_CL(CL_INVALID_MEM_OBJECT, clSetKernelArg(kernel, 0, sizeof(cl_mem), &gone));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clSetKernelArg, refuses_a_buffer_of_another_context)
{
    cl_context other = api_other_context(f);
    cl_kernel kernel = vgpu_test_kernel(f, "api_add_one");
    cl_int err;
    cl_mem foreign = clCreateBuffer(other, 0, 64, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_INVALID_CONTEXT, clSetKernelArg(kernel, 0, sizeof foreign, &foreign));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(foreign));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(other));
}

VGPU_TEST(clSetKernelArg, takes_null_for_a_buffer)
{
    const size_t global = 0;
    cl_mem none = NULL;
    cl_kernel kernel = vgpu_test_kernel(f, "api_add_one");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof(cl_mem), NULL));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof(cl_mem), &none));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clSetKernelArg, sizes_local_memory)
{
    const size_t global = 8, local = 8;
    const cl_int expected[8] = {7, 6, 5, 4, 3, 2, 1, 0};
    cl_int data[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof data, data);
    cl_kernel kernel = vgpu_test_kernel(f, "api_reverse");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_INVALID_ARG_SIZE, clSetKernelArg(kernel, 1, 0, NULL));
    EXPECT_CL(CL_INVALID_ARG_VALUE, clSetKernelArg(kernel, 1, sizeof data, data));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof data, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &local, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof data,
                                              data, 0, NULL, NULL));
    EXPECT_BYTES(expected, data, sizeof data);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clSetKernelArg, passes_constant_memory)
{
    const size_t global = 8;
    cl_int table[4] = {5, 6, 7, 8}, read[8] = {0};
    const cl_int expected[8] = {5, 6, 7, 8, 5, 6, 7, 8};
    cl_mem out = vgpu_test_buffer(f, 0, sizeof read, NULL);
    cl_mem constants =
        vgpu_test_buffer(f, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, sizeof table, table);
    cl_kernel kernel = vgpu_test_kernel(f, "api_constant");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof out, &out));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof constants, &constants));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, out, CL_TRUE, 0, sizeof read,
                                              read, 0, NULL, NULL));
    EXPECT_BYTES(expected, read, sizeof read);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(constants));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(out));
}

VGPU_TEST(clSetKernelArg, is_a_snapshot_for_each_launch)
{
    const size_t global = 1;
    cl_int zeros[2] = {0}, one[2] = {1, 1};
    cl_event gate = vgpu_test_user_event(f);
    cl_mem y = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof zeros, zeros);
    cl_mem x = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof one, one);
    cl_kernel kernel = vgpu_test_kernel(f, "api_scale_add");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof y, &y));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof x, &x));
    for (cl_int factor = 1; factor <= 100; factor *= 10) {
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 2, sizeof factor, &factor));
        EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                     NULL, 1, &gate, NULL));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(x));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, y, CL_TRUE, 0, sizeof zeros,
                                              zeros, 0, NULL, NULL));
    EXPECT_EQ(111, zeros[0]);
    EXPECT_EQ(0, zeros[1]);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(y));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(clEnqueueNDRangeKernel, refuses_a_kernel_with_an_argument_that_was_never_set)
{
    const size_t global = 1;
    const cl_int factor = 1;
    cl_int zero = 0;
    cl_mem y = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof zero, &zero);
    cl_kernel kernel = vgpu_test_kernel(f, "api_scale_add");

    EXPECT_CL(
        CL_INVALID_KERNEL_ARGS,
        clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof y, &y));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof y, &y));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 2, sizeof factor, &factor));
    EXPECT_CL(
        CL_INVALID_KERNEL_ARGS,
        clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_KERNEL_ARGS, clEnqueueTask(f->queue, kernel, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_MEM_OBJECT, clSetKernelArg(kernel, 1, sizeof y, &kernel));
    EXPECT_CL(
        CL_INVALID_KERNEL_ARGS,
        clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof y, &y));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(y));
}

VGPU_TEST(clEnqueueNDRangeKernel, refuses_a_kernel_whose_buffer_was_released)
{
    const size_t global = 1;
    cl_mem gone = vgpu_test_buffer(f, 0, 64, NULL), next;
    cl_kernel kernel = vgpu_test_kernel(f, "api_add_one");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof gone, &gone));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(gone));
    EXPECT_NE(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    next = vgpu_test_buffer(f, 0, 64, NULL); /* may well have the old one's handle */
    EXPECT_NE(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(next));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}
