/* SPDX-License-Identifier: MIT */
/* Rectangular read, write and copy. [OpenCL 3.0, 5.2.2 and 5.2.3] */
#include "api_test.h"

#include <string.h>

/* One side of a transfer: where a box begins and how its rows and slices lie. */
struct side {
    size_t origin[3], row, slice;
};

static size_t row_of(const struct side *side, const size_t region[3])
{
    return side->row ? side->row : region[0];
}

static size_t slice_of(const struct side *side, const size_t region[3])
{
    return side->slice ? side->slice : region[1] * row_of(side, region);
}

static size_t place(const struct side *side, const size_t region[3], size_t x, size_t y,
                    size_t z)
{
    return (side->origin[2] + z) * slice_of(side, region) +
           (side->origin[1] + y) * row_of(side, region) + side->origin[0] + x;
}

/* The same, done plainly. */
static void copy_box(unsigned char *to, const struct side *to_side,
                     const unsigned char *from, const struct side *from_side,
                     const size_t region[3])
{
    for (size_t z = 0; z < region[2]; z++)
        for (size_t y = 0; y < region[1]; y++)
            for (size_t x = 0; x < region[0]; x++)
                to[place(to_side, region, x, y, z)] =
                    from[place(from_side, region, x, y, z)];
}

static const struct {
    size_t region[3];
    struct side a, b;
} boxes[] = {
    {{16, 1, 1}, {{0, 0, 0}, 0, 0}, {{0, 0, 0}, 0, 0}},
    {{7, 5, 1}, {{1, 2, 0}, 16, 0}, {{0, 0, 0}, 0, 0}},
    {{4, 4, 4}, {{0, 0, 0}, 0, 0}, {{3, 1, 2}, 16, 128}},
    {{8, 3, 2}, {{2, 1, 1}, 32, 160}, {{5, 0, 3}, 24, 120}},
    {{1, 1, 5}, {{0, 0, 0}, 3, 9}, {{0, 3, 0}, 5, 25}},
    {{3, 9, 1}, {{0, 0, 1}, 8, 80}, {{0, 0, 0}, 3, 27}},
};

VGPU_TEST(clEnqueueReadBufferRect, reads_writes_and_copies_boxes)
{
    unsigned char all[1024], other[1024], expected[1024], read[1024];

    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (unsigned char)(i * 37 + i / 256);
    for (size_t i = 0; i < COUNT_OF(boxes); i++) {
        const struct side *a = &boxes[i].a, *b = &boxes[i].b;
        const size_t *region = boxes[i].region;
        cl_mem from = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof all, all), to;

        memset(other, 0xEE, sizeof other);
        memcpy(expected, other, sizeof other);
        copy_box(expected, b, all, a, region);
        memcpy(read, other, sizeof other);
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueReadBufferRect(f->queue, from, CL_TRUE, a->origin, b->origin,
                                          region, a->row, a->slice, b->row, b->slice,
                                          read, 0, NULL, NULL));
        EXPECT_BYTES(expected, read, sizeof read);

        to = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof other, other);
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueWriteBufferRect(f->queue, to, CL_FALSE, b->origin, a->origin,
                                           region, b->row, b->slice, a->row, a->slice,
                                           all, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, to, CL_TRUE, 0, sizeof read,
                                                  read, 0, NULL, NULL));
        EXPECT_BYTES(expected, read, sizeof read);
        EXPECT_CL(CL_SUCCESS, clEnqueueWriteBuffer(f->queue, to, CL_TRUE, 0, sizeof other,
                                                   other, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueCopyBufferRect(f->queue, from, to, a->origin,
                                                      b->origin, region, a->row, a->slice,
                                                      b->row, b->slice, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, to, CL_TRUE, 0, sizeof read,
                                                  read, 0, NULL, NULL));
        EXPECT_BYTES(expected, read, sizeof read);
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(from));
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(to));
    }
}

VGPU_TEST(clEnqueueCopyBufferRect, copies_within_one_buffer)
{
    const size_t from[3] = {0, 0, 0}, to[3] = {8, 0, 0}, region[3] = {8, 4, 1};
    unsigned char bytes[64], read[64];
    cl_mem buffer;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof bytes, bytes);
    EXPECT_CL(CL_SUCCESS, clEnqueueCopyBufferRect(f->queue, buffer, buffer, from, to,
                                                  region, 16, 64, 16, 64, 0, NULL, NULL));
    for (size_t y = 0; y < 4; y++)
        memcpy(bytes + 16 * y + 8, bytes + 16 * y, 8);
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof read,
                                              read, 0, NULL, NULL));
    EXPECT_BYTES(bytes, read, sizeof read);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

/* Boxes in a buffer of 256 bytes that must be refused, whichever side they are. */
static const struct {
    size_t origin[3], region[3], row, slice;
} bad_boxes[] = {
    {{0, 0, 0}, {0, 1, 1}, 0, 0},
    {{0, 0, 0}, {1, 0, 1}, 0, 0},
    {{0, 0, 0}, {1, 1, 0}, 0, 0},
    {{0, 0, 0}, {8, 2, 1}, 7, 0},
    {{0, 0, 0}, {8, 2, 2}, 8, 15},
    {{0, 0, 0}, {8, 2, 2}, 8, 20},
    {{0, 0, 0}, {257, 1, 1}, 0, 0},
    {{1, 0, 0}, {256, 1, 1}, 0, 0},
    {{0, 1, 0}, {16, 16, 1}, 16, 256},
    {{0, 0, 1}, {16, 16, 1}, 16, 256},
    {{0, 0, 0}, {16, 2, 1}, SIZE_MAX, 0},
    {{0, 0, 0}, {16, 2, 2}, 16, SIZE_MAX & ~(size_t)15},
    {{SIZE_MAX, 0, 0}, {2, 1, 1}, 0, 0},
    {{0, SIZE_MAX, 0}, {16, 2, 1}, 16, 0},
    {{0, 0, SIZE_MAX / 2}, {16, 2, 2}, 16, 64},
    {{0, 0, 0}, {SIZE_MAX, SIZE_MAX, SIZE_MAX}, 0, 0},
    {{0, 0, 0}, {(size_t)1 << 32, (size_t)1 << 32, 1}, 0, 0},
};

VGPU_TEST(clEnqueueReadBufferRect, refuses_bad_boxes_in_the_buffer)
{
    static const size_t zero[3] = {0, 0, 0};
    cl_mem buffer = vgpu_test_buffer(f, 0, 256, NULL),
           other = vgpu_test_buffer(f, 0, 256, NULL);
    char bytes[256];

    for (size_t i = 0; i < COUNT_OF(bad_boxes); i++) {
        const size_t *origin = bad_boxes[i].origin, *region = bad_boxes[i].region;
        const size_t row = bad_boxes[i].row, slice = bad_boxes[i].slice;

        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueReadBufferRect(f->queue, buffer, CL_TRUE, origin, zero, region,
                                          row, slice, 0, 0, bytes, 0, NULL, NULL));
        EXPECT_CL(CL_INVALID_VALUE, clEnqueueWriteBufferRect(
                                        f->queue, buffer, CL_TRUE, origin, zero, region,
                                        row, slice, 0, 0, bytes, 0, NULL, NULL));
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueCopyBufferRect(f->queue, buffer, other, origin, zero, region,
                                          row, slice, 0, 0, 0, NULL, NULL));
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueCopyBufferRect(f->queue, buffer, other, zero, origin, region,
                                          0, 0, row, slice, 0, NULL, NULL));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(other));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueReadBufferRect, refuses_bad_pitches_of_the_host)
{
    static const size_t zero[3] = {0, 0, 0}, region[3] = {8, 2, 2};
    static const size_t pitches[][2] = {{7, 0}, {8, 15}, {8, 20}, {0, 15}};
    cl_mem buffer = vgpu_test_buffer(f, 0, 256, NULL);
    char bytes[256];

    for (size_t i = 0; i < COUNT_OF(pitches); i++) {
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueReadBufferRect(f->queue, buffer, CL_TRUE, zero, zero, region,
                                          0, 0, pitches[i][0], pitches[i][1], bytes, 0,
                                          NULL, NULL));
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueWriteBufferRect(f->queue, buffer, CL_TRUE, zero, zero, region,
                                           0, 0, pitches[i][0], pitches[i][1], bytes, 0,
                                           NULL, NULL));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueReadBufferRect, refuses_null)
{
    static const size_t zero[3] = {0, 0, 0}, region[3] = {8, 2, 2};
    const size_t *const lists[][3] = {
        {NULL, zero, region}, {zero, NULL, region}, {zero, zero, NULL}};
    cl_mem buffer = vgpu_test_buffer(f, 0, 256, NULL),
           other = vgpu_test_buffer(f, 0, 256, NULL);
    char bytes[256];

    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueReadBufferRect(f->queue, buffer, CL_TRUE, lists[i][0],
                                          lists[i][1], lists[i][2], 0, 0, 0, 0, bytes, 0,
                                          NULL, NULL));
        EXPECT_CL(CL_INVALID_VALUE,
                  clEnqueueWriteBufferRect(f->queue, buffer, CL_TRUE, lists[i][0],
                                           lists[i][1], lists[i][2], 0, 0, 0, 0, bytes, 0,
                                           NULL, NULL));
        EXPECT_CL(CL_INVALID_VALUE, clEnqueueCopyBufferRect(
                                        f->queue, buffer, other, lists[i][0], lists[i][1],
                                        lists[i][2], 0, 0, 0, 0, 0, NULL, NULL));
    }
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueReadBufferRect(f->queue, buffer, CL_TRUE, zero, zero, region, 0, 0,
                                      0, 0, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueWriteBufferRect(f->queue, buffer, CL_TRUE, zero, zero, region, 0,
                                       0, 0, 0, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(other));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueReadBufferRect, heeds_the_flags_about_host_access)
{
    static const size_t zero[3] = {0, 0, 0}, region[3] = {8, 2, 2};
    cl_mem unread = vgpu_test_buffer(f, CL_MEM_HOST_WRITE_ONLY, 256, NULL);
    cl_mem unwritten = vgpu_test_buffer(f, CL_MEM_HOST_READ_ONLY, 256, NULL);
    char bytes[256] = {0};

    EXPECT_CL(CL_INVALID_OPERATION,
              clEnqueueReadBufferRect(f->queue, unread, CL_TRUE, zero, zero, region, 0, 0,
                                      0, 0, bytes, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_OPERATION,
              clEnqueueWriteBufferRect(f->queue, unwritten, CL_TRUE, zero, zero, region,
                                       0, 0, 0, 0, bytes, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(unread));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(unwritten));
}

VGPU_TEST(clEnqueueCopyBufferRect, refuses_overlap_and_other_pitches_within_one_buffer)
{
    static const size_t zero[3] = {0, 0, 0}, near[3] = {4, 1, 0}, region[3] = {8, 4, 1};
    static const size_t below[3] = {0, 4, 0}, beside[3] = {8, 0, 0};
    cl_mem buffer = vgpu_test_buffer(f, 0, 256, NULL);

    EXPECT_CL(CL_MEM_COPY_OVERLAP,
              clEnqueueCopyBufferRect(f->queue, buffer, buffer, zero, near, region, 16,
                                      256, 16, 256, 0, NULL, NULL));
    EXPECT_CL(CL_MEM_COPY_OVERLAP,
              clEnqueueCopyBufferRect(f->queue, buffer, buffer, zero, zero, region, 16,
                                      256, 16, 256, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueCopyBufferRect(f->queue, buffer, buffer, zero, below, region, 16,
                                      256, 32, 256, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueCopyBufferRect(f->queue, buffer, buffer, zero, below, region, 16,
                                      128, 16, 256, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBufferRect(f->queue, buffer, buffer, zero, below, region, 16,
                                      256, 16, 256, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueCopyBufferRect(f->queue, buffer, buffer, zero, beside, region, 16,
                                      256, 16, 256, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}
