/* SPDX-License-Identifier: MIT */
/* Read, write and copy of buffers. [OpenCL 3.0, 5.2.2 and 5.2.3] */
#include "api_test.h"

#include <stdlib.h>
#include <string.h>

static void fill_pattern(unsigned char *bytes, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(i * 31 + seed + i / 251);
}

VGPU_TEST(clEnqueueReadBuffer, gives_back_what_was_written_at_any_size_and_offset)
{
    static const size_t sizes[] = {1, 3, 64, 4097, 1u << 20, (8u << 20) + 13};
    const size_t room = (8u << 20) + 64;
    unsigned char *out = malloc(room), *in = malloc(room);
    cl_mem buffer = vgpu_test_buffer(f, 0, room, NULL);

    for (size_t i = 0; out && in && i < COUNT_OF(sizes); i++) {
        const size_t offset = i * 7;

        fill_pattern(out, sizes[i], (unsigned)i);
        memset(in, 0, sizes[i]);
        EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, buffer, CL_FALSE, offset,
                                                   sizes[i], out, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, offset,
                                                  sizes[i], in, 0, NULL, NULL));
        EXPECT_BYTES(out, in, sizes[i]);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    free(out);
    free(in);
}

VGPU_TEST(clEnqueueReadBuffer, moves_nothing_for_zero_bytes)
{
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    char byte = 5;

    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 64, 0, &byte, 0,
                                              NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, buffer, CL_TRUE, 0, 0, &byte, 0,
                                               NULL, NULL));
    EXPECT_EQ(5, byte);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueReadBuffer, refuses_bad_regions_and_pointers)
{
    static const size_t regions[][2] = {{0, 65},       {64, 1},       {65, 0},
                                        {1, 64},       {1, SIZE_MAX}, {SIZE_MAX, 1},
                                        {SIZE_MAX, 2}, {SIZE_MAX, 64}};
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    char bytes[64] = {0};

    for (size_t i = 0; i < COUNT_OF(regions); i++) {
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, regions[i][0],
                                      regions[i][1], bytes, 0, NULL, NULL));
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueWriteBuffer(f->queue, buffer, CL_TRUE, regions[i][0],
                                       regions[i][1], bytes, 0, NULL, NULL));
    }
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, 64, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueWriteBuffer(f->queue, buffer, CL_TRUE, 0, 64,
                                                     NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

static const struct {
    cl_mem_flags flags;
    cl_int read, write;
} host_access[] = {
    {0, CL_SUCCESS, CL_SUCCESS},
    {CL_MEM_HOST_READ_ONLY, CL_SUCCESS, CL_INVALID_OPERATION},
    {CL_MEM_HOST_WRITE_ONLY, CL_INVALID_OPERATION, CL_SUCCESS},
    {CL_MEM_HOST_NO_ACCESS, CL_INVALID_OPERATION, CL_INVALID_OPERATION},
};

VGPU_TEST(clEnqueueReadBuffer, heeds_the_flags_about_host_access)
{
    for (size_t i = 0; i < COUNT_OF(host_access); i++) {
        cl_mem buffer = vgpu_test_buffer(f, host_access[i].flags, 64, NULL);
        char bytes[64] = {0};

        EXPECT_CL(host_access[i].read, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0,
                                                           64, bytes, 0, NULL, NULL));
        EXPECT_CL(host_access[i].write, clEnqueueWriteBuffer(f->queue, buffer, CL_TRUE, 0,
                                                             64, bytes, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    }
}

VGPU_TEST(clEnqueueReadBuffer, refuses_a_buffer_of_another_context)
{
    cl_context other = api_other_context(f);
    char bytes[64] = {0};
    cl_int err;
    cl_mem foreign = clCreateBuffer(other, 0, 64, NULL, &err);
    cl_mem own = vgpu_test_buffer(f, 0, 64, NULL);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_INVALID_CONTEXT, clEnqueueReadBuffer(f->queue, foreign, CL_TRUE, 0, 64,
                                                      bytes, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT, clEnqueueWriteBuffer(f->queue, foreign, CL_TRUE, 0, 64,
                                                       bytes, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT,
              clEnqueueCopyBuffer(f->queue, foreign, own, 0, 0, 64, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT,
              clEnqueueCopyBuffer(f->queue, own, foreign, 0, 0, 64, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT,
              clEnqueueFillBuffer(f->queue, foreign, bytes, 4, 0, 64, 0, NULL, NULL));
    EXPECT_TRUE(clEnqueueMapBuffer(f->queue, foreign, CL_TRUE, CL_MAP_READ, 0, 64, 0,
                                   NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(own));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(foreign));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(other));
}

VGPU_TEST(clEnqueueWriteBuffer, leaves_the_bytes_around_alone)
{
    unsigned char all[64], part[8], read[64];
    cl_mem buffer;

    fill_pattern(all, sizeof all, 1);
    memset(part, 0xEE, sizeof part);
    buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof all, all);
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, buffer, CL_TRUE, 5, sizeof part,
                                               part, 0, NULL, NULL));
    memcpy(all + 5, part, sizeof part);
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof read,
                                              read, 0, NULL, NULL));
    EXPECT_BYTES(all, read, sizeof all);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueReadBuffer, refuses_wait_lists_that_failed_when_blocking)
{
    cl_event failed = vgpu_test_user_event(f);
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    char bytes[64] = {0};
    const size_t origin[3] = {0, 0, 0}, region[3] = {8, 1, 1};
    cl_int err;

    ASSERT_CL(CL_SUCCESS, clSetUserEventStatus(failed, -7));
    EXPECT_CL(
        CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
        clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, 64, bytes, 1, &failed, NULL));
    EXPECT_CL(
        CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
        clEnqueueWriteBuffer(f->queue, buffer, CL_TRUE, 0, 64, bytes, 1, &failed, NULL));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              clEnqueueReadBufferRect(f->queue, buffer, CL_TRUE, origin, origin, region,
                                      0, 0, 0, 0, bytes, 1, &failed, NULL));
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              clEnqueueWriteBufferRect(f->queue, buffer, CL_TRUE, origin, origin, region,
                                       0, 0, 0, 0, bytes, 1, &failed, NULL));
    EXPECT_TRUE(clEnqueueMapBuffer(f->queue, buffer, CL_TRUE, CL_MAP_READ, 0, 64, 1,
                                   &failed, NULL, &err) == NULL);
    EXPECT_CL(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, err);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(failed));
}

VGPU_TEST(clEnqueueCopyBuffer, copies_between_buffers_and_within_one)
{
    unsigned char bytes[256], read[256];
    cl_mem from, to;

    fill_pattern(bytes, sizeof bytes, 3);
    from = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof bytes, bytes);
    to = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof bytes, bytes);
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBuffer(f->queue, from, to, 3, 17, 100, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBuffer(f->queue, to, to, 0, 128, 128, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, to, CL_TRUE, 0, sizeof read, read,
                                              0, NULL, NULL));
    memmove(bytes + 17, bytes + 3, 100);
    memcpy(bytes + 128, bytes, 128);
    EXPECT_BYTES(bytes, read, sizeof read);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(from));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(to));
}

VGPU_TEST(clEnqueueCopyBuffer, refuses_regions_outside)
{
    static const size_t regions[][3] = {
        {0, 0, 65}, {1, 0, 64},       {0, 1, 64},       {65, 0, 1},
        {0, 65, 1}, {SIZE_MAX, 0, 2}, {0, SIZE_MAX, 2}, {1, 1, SIZE_MAX}};
    cl_mem from = vgpu_test_buffer(f, 0, 64, NULL), to = vgpu_test_buffer(f, 0, 64, NULL);

    for (size_t i = 0; i < COUNT_OF(regions); i++)
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueCopyBuffer(f->queue, from, to, regions[i][0], regions[i][1],
                                      regions[i][2], 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(from));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(to));
}

VGPU_TEST(clEnqueueCopyBuffer, refuses_overlap)
{
    const cl_buffer_region first = {0, 256}, second = {128, 256};
    cl_int err;
    cl_mem buffer = vgpu_test_buffer(f, 0, 1024, NULL);
    cl_mem a = clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &first, &err);
    cl_mem b = clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &second, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_MEM_COPY_OVERLAP,
              clEnqueueCopyBuffer(f->queue, buffer, buffer, 0, 32, 64, 0, NULL, NULL));
    EXPECT_CL(CL_MEM_COPY_OVERLAP,
              clEnqueueCopyBuffer(f->queue, buffer, buffer, 32, 0, 64, 0, NULL, NULL));
    EXPECT_CL(CL_MEM_COPY_OVERLAP,
              clEnqueueCopyBuffer(f->queue, buffer, buffer, 5, 5, 1, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBuffer(f->queue, buffer, buffer, 0, 64, 64, 0, NULL, NULL));
    EXPECT_CL(CL_MEM_COPY_OVERLAP,
              clEnqueueCopyBuffer(f->queue, a, b, 128, 0, 64, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueCopyBuffer(f->queue, a, b, 0, 0, 128, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(a));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(b));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}
