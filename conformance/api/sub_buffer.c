/* SPDX-License-Identifier: MIT */
/* Sub-buffers: regions, inherited flags, alignment. [OpenCL 3.0, 5.2.1] */
#include "api_test.h"

static cl_mem sub_buffer(cl_mem parent, cl_mem_flags flags, size_t origin, size_t size,
                         cl_int *err)
{
    const cl_buffer_region region = {origin, size};

    return clCreateSubBuffer(parent, flags, CL_BUFFER_CREATE_TYPE_REGION, &region, err);
}

static size_t alignment(const struct vgpu_fixture *f)
{
    cl_uint bits = 0;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_MEM_BASE_ADDR_ALIGN,
                                          sizeof bits, &bits, NULL));
    return bits / 8;
}

static cl_ulong number(cl_mem mem, cl_uint param)
{
    cl_ulong value = 0;

    EXPECT_CL(CL_SUCCESS, clGetMemObjectInfo(mem, param, sizeof value, &value, NULL));
    return value;
}

VGPU_TEST(clCreateSubBuffer, is_a_window_on_its_parent)
{
    const size_t align = alignment(f);
    const cl_int seven = 7;
    cl_int value = 0, err;
    cl_mem parent = vgpu_test_buffer(f, 0, 4 * align, NULL);
    cl_mem window = sub_buffer(parent, 0, 2 * align, align, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_EQ(CL_MEM_OBJECT_BUFFER, number(window, CL_MEM_TYPE));
    EXPECT_EQ(align, number(window, CL_MEM_SIZE));
    EXPECT_EQ(2 * align, number(window, CL_MEM_OFFSET));
    EXPECT_EQ(parent, (void *)(uintptr_t)number(window, CL_MEM_ASSOCIATED_MEMOBJECT));
    EXPECT_EQ(1, number(window, CL_MEM_REFERENCE_COUNT));
    EXPECT_EQ(1, number(parent, CL_MEM_REFERENCE_COUNT));
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, window, CL_TRUE, 4, sizeof seven,
                                               &seven, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, parent, CL_TRUE, 2 * align + 4,
                                              sizeof value, &value, 0, NULL, NULL));
    EXPECT_EQ(7, value);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(window));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(parent));
}

VGPU_TEST(clCreateSubBuffer, outlives_the_application_s_hold_on_the_parent)
{
    const cl_int seven = 7;
    cl_int value = 0, err;
    cl_mem parent = vgpu_test_buffer(f, 0, 2 * alignment(f), NULL);
    cl_mem window = sub_buffer(parent, 0, alignment(f), alignment(f), &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(parent));
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, window, CL_TRUE, 0, sizeof seven,
                                               &seven, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, window, CL_TRUE, 0, sizeof value,
                                              &value, 0, NULL, NULL));
    EXPECT_EQ(7, value);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(window));
}

VGPU_TEST(clCreateSubBuffer, inherits_flags_that_it_does_not_name)
{
    _Alignas(128) static char memory[1024];
    const cl_mem_flags flags =
        CL_MEM_READ_ONLY | CL_MEM_HOST_WRITE_ONLY | CL_MEM_USE_HOST_PTR;
    cl_int err;
    cl_mem parent = vgpu_test_buffer(f, flags, sizeof memory, memory);
    cl_mem window = sub_buffer(parent, 0, alignment(f), 64, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_EQ(flags, number(window, CL_MEM_FLAGS));
    EXPECT_EQ(memory + alignment(f), (char *)(uintptr_t)number(window, CL_MEM_HOST_PTR));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(window));
    window = sub_buffer(parent, CL_MEM_HOST_NO_ACCESS, 0, 64, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_EQ(CL_MEM_READ_ONLY | CL_MEM_HOST_NO_ACCESS | CL_MEM_USE_HOST_PTR,
              number(window, CL_MEM_FLAGS));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(window));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(parent));
}

static const struct {
    cl_mem_flags parent, window;
} bad_pairs[] = {
    {CL_MEM_WRITE_ONLY, CL_MEM_READ_WRITE},
    {CL_MEM_WRITE_ONLY, CL_MEM_READ_ONLY},
    {CL_MEM_READ_ONLY, CL_MEM_READ_WRITE},
    {CL_MEM_READ_ONLY, CL_MEM_WRITE_ONLY},
    {CL_MEM_HOST_WRITE_ONLY, CL_MEM_HOST_READ_ONLY},
    {CL_MEM_HOST_READ_ONLY, CL_MEM_HOST_WRITE_ONLY},
    {CL_MEM_HOST_NO_ACCESS, CL_MEM_HOST_READ_ONLY},
    {CL_MEM_HOST_NO_ACCESS, CL_MEM_HOST_WRITE_ONLY},
    {0, CL_MEM_USE_HOST_PTR},
    {0, CL_MEM_ALLOC_HOST_PTR},
    {0, CL_MEM_COPY_HOST_PTR},
    {0, CL_MEM_READ_ONLY | CL_MEM_WRITE_ONLY},
    {0, CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS},
    {0, (cl_mem_flags)1 << 40},
};

VGPU_TEST(clCreateSubBuffer, refuses_flags_that_do_not_fit_the_parent_s)
{
    for (size_t i = 0; i < COUNT_OF(bad_pairs); i++) {
        cl_mem parent = vgpu_test_buffer(f, bad_pairs[i].parent, 256, NULL);
        cl_int err;

        EXPECT_TRUE(sub_buffer(parent, bad_pairs[i].window, 0, 64, &err) == NULL);
        EXPECT_CL(CL_INVALID_VALUE, err);
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(parent));
    }
}

VGPU_TEST(clCreateSubBuffer, refuses_bad_regions)
{
    const size_t align = alignment(f);
    const cl_buffer_region region = {0, 64};
    cl_mem parent = vgpu_test_buffer(f, 0, 4 * align, NULL), window;
    cl_int err;

    EXPECT_TRUE(sub_buffer(parent, 0, 0, 0, &err) == NULL);
    EXPECT_CL(CL_INVALID_BUFFER_SIZE, err);
    EXPECT_TRUE(sub_buffer(parent, 0, 0, 4 * align + 1, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(sub_buffer(parent, 0, 4 * align, 1, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(sub_buffer(parent, 0, align, SIZE_MAX, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(sub_buffer(parent, 0, SIZE_MAX - align + 1, align, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(sub_buffer(parent, 0, align + 1, 64, &err) == NULL);
    EXPECT_CL(CL_MISALIGNED_SUB_BUFFER_OFFSET, err);
    EXPECT_TRUE(sub_buffer(parent, 0, align / 2, 64, &err) == NULL);
    EXPECT_CL(CL_MISALIGNED_SUB_BUFFER_OFFSET, err);
    EXPECT_TRUE(clCreateSubBuffer(parent, 0, 0x7777, &region, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateSubBuffer(parent, 0, CL_BUFFER_CREATE_TYPE_REGION, NULL, &err) ==
                NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    window = sub_buffer(parent, 0, align, align, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_TRUE(sub_buffer(window, 0, 0, 64, &err) == NULL);
    EXPECT_CL(CL_INVALID_MEM_OBJECT, err);
    EXPECT_TRUE(sub_buffer(NULL, 0, 0, 64, &err) == NULL);
    EXPECT_CL(CL_INVALID_MEM_OBJECT, err);
    EXPECT_TRUE(sub_buffer(NULL, 0, 0, 64, NULL) == NULL);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(window));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(parent));
}

VGPU_TEST(clCreateSubBuffer, ends_where_its_region_ends)
{
    const size_t align = alignment(f);
    char bytes[64] = {0};
    cl_int err;
    cl_mem parent = vgpu_test_buffer(f, 0, 4 * align, NULL);
    cl_mem window = sub_buffer(parent, 0, align, 64, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueReadBuffer(f->queue, window, CL_TRUE, 1, 64,
                                                    bytes, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, window, CL_TRUE, 0, 64, bytes, 0,
                                              NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(window));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(parent));
}

VGPU_TEST(clCreateSubBuffer, is_a_kernel_argument_like_any_buffer)
{
    const size_t align = alignment(f), global = 4;
    cl_int values[4] = {1, 1, 1, 1}, read[4] = {0}, err;
    const cl_int expected[4] = {2, 2, 2, 2};
    cl_kernel kernel = vgpu_test_kernel(f, "api_add_one");
    cl_mem parent = vgpu_test_buffer(f, 0, 4 * align, NULL);
    cl_mem window = sub_buffer(parent, 0, align, align, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, parent, CL_TRUE, align,
                                               sizeof values, values, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof window, &window));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, window, CL_TRUE, 0, sizeof read,
                                              read, 0, NULL, NULL));
    EXPECT_BYTES(expected, read, sizeof read);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(window));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(parent));
}
