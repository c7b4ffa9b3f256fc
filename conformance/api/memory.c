/* SPDX-License-Identifier: MIT */
/* Running out of device memory, and sizes at the edge. [OpenCL 3.0, 5.2.1] */
#include "api_test.h"

#define SMALL_DEVICE "VGPU_DEVICES=cu=1,mem=64M"

static cl_ulong number(const struct vgpu_fixture *f, cl_uint param)
{
    cl_ulong value = 0;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, param, sizeof value, &value, NULL));
    return value;
}

VGPU_TEST_WITH_ENV(device_memory, is_as_large_as_asked_for, SMALL_DEVICE)
{
    EXPECT_EQ(64u << 20, number(f, CL_DEVICE_GLOBAL_MEM_SIZE));
    EXPECT_LE(number(f, CL_DEVICE_MAX_MEM_ALLOC_SIZE), 64u << 20);
    EXPECT_LE(16u << 20, number(f, CL_DEVICE_MAX_MEM_ALLOC_SIZE));
}

VGPU_TEST_WITH_ENV(device_memory, that_is_used_up_fails_the_buffer_and_nothing_else,
                   SMALL_DEVICE)
{
    enum { MOST = 256 };
    const size_t each = 8u << 20;
    const cl_int five = 5;
    cl_mem buffers[MOST] = {NULL};
    cl_int err = CL_SUCCESS, value = 0;
    size_t count = 0;

    while (count < MOST) {
        buffers[count] = clCreateBuffer(f->context, 0, each, NULL, &err);
        if (!buffers[count])
            break;
        /* an implementation may allocate as late as the first use */
        err = clEnqueueFillBuffer(f->queue, buffers[count], &five, sizeof five, 0, each,
                                  0, NULL, NULL);
        count++;
        if (err != CL_SUCCESS)
            break;
    }
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE, err);
    EXPECT_LE(1, count);
    EXPECT_LE(count, 8);
    ASSERT_TRUE(count > 0 && count < MOST);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffers[0], CL_TRUE, each - 4,
                                              sizeof value, &value, 0, NULL, NULL));
    EXPECT_EQ(5, value);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffers[--count]));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    buffers[count] = clCreateBuffer(f->context, 0, each, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    for (size_t i = 0; i <= count; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffers[i]));
}

VGPU_TEST_WITH_ENV(device_memory, comes_back_when_buffers_are_released, SMALL_DEVICE)
{
    const cl_int one = 1;

    for (int i = 0; i < 200; i++) {
        cl_mem buffer = vgpu_test_buffer(f, 0, 12u << 20, NULL);

        ASSERT_TRUE(buffer != NULL);
        EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &one, sizeof one, 0,
                                                  4096, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    }
}

VGPU_TEST_WITH_ENV(device_memory, allows_no_buffer_larger_than_it, SMALL_DEVICE)
{
    const size_t largest = (size_t)number(f, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    cl_int err;
    cl_mem buffer = clCreateBuffer(f->context, 0, largest, NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_TRUE(clCreateBuffer(f->context, 0, largest + 1, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_BUFFER_SIZE, err);
}

VGPU_TEST(device_memory, is_aligned_for_every_type)
{
    const size_t align = (size_t)number(f, CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
    static const size_t sizes[] = {1, 3, 100, 4096, 5000, 1u << 20};

    EXPECT_LE(128, align);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        cl_int err;
        cl_mem buffer = vgpu_test_buffer(f, 0, sizes[i], NULL);
        char *mapped = clEnqueueMapBuffer(f->queue, buffer, CL_TRUE, CL_MAP_READ, 0,
                                          sizes[i], 0, NULL, NULL, &err);

        EXPECT_CL(CL_SUCCESS, err);
        EXPECT_EQ(0, (uintptr_t)mapped % align);
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueUnmapMemObject(f->queue, buffer, mapped, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    }
}
