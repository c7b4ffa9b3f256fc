/* SPDX-License-Identifier: MIT */
/* What the tests of sub-groups share: NDRanges, who is in which sub-group, modes, and
 * sizes. */
#ifndef VGPU_SUB_GROUP_TEST_H
#define VGPU_SUB_GROUP_TEST_H

#include "opencl_c_test.h"

#define OPTIONS "-cl-std=CL3.0"
#define WIDEST  32u
#define MOST    1024u /* items */

static unsigned width; /* work-items of a sub-group */

struct nd_range {
    size_t global[3], local[3];
};

/* More than there is code of its own for, and edges that cut groups. */
static const struct nd_range ranges[] = {
    {{5, 1, 1}, {1, 1, 1}},    {{35, 1, 1}, {7, 1, 1}},   {{64, 1, 1}, {16, 1, 1}},
    {{126, 1, 1}, {63, 1, 1}}, {{128, 1, 1}, {64, 1, 1}}, {{14, 5, 3}, {7, 5, 3}},
    {{48, 4, 2}, {48, 2, 2}},  {{100, 3, 1}, {24, 2, 1}}, {{99, 1, 1}, {33, 1, 1}},
    {{10, 10, 2}, {5, 4, 2}},  {{100, 1, 1}, {63, 1, 1}}, {{3, 3, 33}, {3, 1, 11}},
};
#define NUM_RANGES (sizeof ranges / sizeof *ranges)

static inline size_t items_of(const size_t size[3])
{
    return size[0] * size[1] * size[2];
}

/* Of an item of the NDRange, by its global linear id: who is in its sub-group. */
struct place {
    size_t items[WIDEST]; /* global linear ids */
    unsigned count, own;  /* in the sub-group; its number in it */
    unsigned id, group_items;
};

static inline struct place place_of(const struct nd_range *range, size_t item)
{
    const size_t *const g = range->global, *const l = range->local;
    const size_t at[3] = {item % g[0], item / g[0] % g[1], item / g[0] / g[1]};
    size_t first[3], size[3], linear;
    struct place place = {0};

    for (int d = 0; d < 3; d++) {
        first[d] = at[d] / l[d] * l[d];
        size[d] = g[d] - first[d] < l[d] ? g[d] - first[d] : l[d];
    }
    linear =
        ((at[2] - first[2]) * size[1] + at[1] - first[1]) * size[0] + at[0] - first[0];
    place.group_items = (unsigned)items_of(size);
    place.id = (unsigned)(linear / width);
    place.own = (unsigned)(linear % width);
    for (size_t i = place.id * width; i < (place.id + 1) * width; i++) {
        const size_t id[3] = {i % size[0], i / size[0] % size[1], i / size[0] / size[1]};

        if (i < place.group_items)
            place.items[place.count++] =
                ((first[2] + id[2]) * g[1] + first[1] + id[1]) * g[0] + first[0] + id[0];
    }
    return place;
}

/* Runs the kernel; its arguments are two buffers. */
static inline void run(const struct vgpu_fixture *f, cl_program program, const char *name,
                       const struct nd_range *range, const void *in, size_t in_size,
                       void *out, size_t out_size)
{
    cl_kernel kernel = kernel_of(program, name);
    cl_mem from = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, in_size, (void *)in);
    cl_mem to = vgpu_test_buffer(f, 0, out_size, NULL);

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof from, &from));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof to, &to));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 3, NULL, range->global,
                                                 range->local, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, to, CL_TRUE, 0, out_size, out, 0,
                                              NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(from));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(to));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

#define IN_MODE(sentence, test, mode, items)                                        \
    VGPU_TEST_WITH_ENV(sub_groups, sentence##_##mode##_##items,                     \
                       "VGPU_KERNEL_MODE=" #mode, "VGPU_DEVICES=sub_group=" #items) \
    {                                                                               \
        width = items;                                                              \
        test(f);                                                                    \
    }

/* Where plain code is asked for, they run on fibers, too. */
#define IN_EVERY_MODE(sentence, test)     \
    IN_MODE(sentence, test, lockstep, 8)  \
    IN_MODE(sentence, test, lockstep, 16) \
    IN_MODE(sentence, test, lockstep, 32) \
    IN_MODE(sentence, test, plain, 32)    \
    IN_MODE(sentence, test, fiber, 8)     \
    IN_MODE(sentence, test, fiber, 32)

#endif
