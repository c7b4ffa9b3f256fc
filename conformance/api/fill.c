/* SPDX-License-Identifier: MIT */
/* Filling buffers with a pattern. [OpenCL 3.0, 5.2.4] */
#include "api_test.h"

#include <stdlib.h>
#include <string.h>

VGPU_TEST(clEnqueueFillBuffer, repeats_patterns_of_every_size)
{
    unsigned char pattern[128], expected[512], read[512];

    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (unsigned char)(i + 1);
    for (size_t size = 1; size <= 128; size *= 2) {
        cl_mem buffer;

        memset(expected, 0, sizeof expected);
        buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof expected, expected);
        EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, pattern, size, size,
                                                  2 * size, 0, NULL, NULL));
        memcpy(expected + size, pattern, size);
        memcpy(expected + 2 * size, pattern, size);
        EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0,
                                                  sizeof read, read, 0, NULL, NULL));
        EXPECT_BYTES(expected, read, sizeof read);
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    }
}

VGPU_TEST(clEnqueueFillBuffer, takes_the_pattern_before_it_returns)
{
    cl_int pattern = 5, values[16] = {0};
    cl_event gate = vgpu_test_user_event(f);
    cl_mem buffer = vgpu_test_buffer(f, 0, sizeof values, NULL);

    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &pattern, sizeof pattern,
                                              0, sizeof values, 1, &gate, NULL));
    pattern = 6;
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof values,
                                              values, 0, NULL, NULL));
    EXPECT_EQ(5, values[0]);
    EXPECT_EQ(5, values[15]);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

VGPU_TEST(clEnqueueFillBuffer, leaves_the_buffer_alone_where_the_size_is_zero)
{
    const unsigned char pattern[128] = {1, 2, 3, 4}, expected[512] = {0};
    unsigned char read[512];
    cl_mem buffer =
        vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof expected, (void *)expected);

    for (size_t size = 1; size <= sizeof pattern; size *= 2)
        for (size_t offset = 0; offset <= sizeof expected; offset += 128)
            EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, pattern, size,
                                                      offset, 0, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof read,
                                              read, 0, NULL, NULL));
    EXPECT_BYTES(expected, read, sizeof read);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueFillBuffer, fills_much)
{
    const size_t count = 4u << 20;
    const cl_uint pattern = 0x12345678;
    cl_uint *values = calloc(count, sizeof *values);
    cl_mem buffer = vgpu_test_buffer(f, 0, count * sizeof *values, NULL);
    size_t wrong = 0;

    ASSERT_TRUE(values != NULL);
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &pattern, sizeof pattern,
                                              0, count * sizeof *values, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, count * sizeof *values,
                                  values, 0, NULL, NULL));
    for (size_t i = 0; i < count; i++)
        wrong += values[i] != pattern;
    EXPECT_EQ(0, wrong);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    free(values);
}

VGPU_TEST(clEnqueueFillBuffer, refuses_bad_patterns_and_regions)
{
    static const struct {
        size_t pattern_size, offset, size;
    } cases[] = {
        {0, 0, 64},        {3, 0, 63},  {5, 0, 60},           {256, 0, 256},
        {4, 2, 8},         {4, 0, 6},   {4, 0, 260},          {4, 256, 4},
        {4, 260, 0},       {16, 8, 16}, {4, 4, SIZE_MAX - 3}, {4, SIZE_MAX - 3, 4},
        {SIZE_MAX, 0, 64},
    };
    const unsigned char pattern[256] = {0};
    cl_mem buffer = vgpu_test_buffer(f, 0, 256, NULL);

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueFillBuffer(f->queue, buffer, pattern, cases[i].pattern_size,
                                      cases[i].offset, cases[i].size, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueFillBuffer(f->queue, buffer, NULL, 4, 0, 64, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clEnqueueFillBuffer(f->queue, NULL, pattern, 4, 0, 64, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}
