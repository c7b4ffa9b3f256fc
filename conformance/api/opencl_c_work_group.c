/* SPDX-License-Identifier: MIT */
/* What all items of a work-group do together, against the same in C, in every mode.
 * [OpenCL C 3.0, 6.15.17] */
#include "sub_group_test.h"

#include <stdlib.h>

#define RESULTS 14 /* of an item */

static const char source[] =
    "#define KERNEL(T)"
    " kernel void f_##T(global const T *in, global T *out)"
    "{ size_t i = get_global_linear_id(); T x = in[i], sum = 0; out += i * 14;"
    "  out[0] = work_group_reduce_add(x); out[1] = work_group_reduce_min(x);"
    "  out[2] = work_group_reduce_max(x); out[3] = work_group_scan_inclusive_add(x);"
    "  out[4] = work_group_scan_inclusive_min(x);"
    "  out[5] = work_group_scan_inclusive_max(x);"
    "  out[6] = work_group_scan_exclusive_add(x);"
    "  out[7] = work_group_scan_exclusive_min(x);"
    "  out[8] = work_group_scan_exclusive_max(x);"
    "  out[9] = work_group_broadcast(x, get_local_size(0) - 1,"
    "      get_local_size(1) / 2, get_local_size(2) - 1);"
    "  out[10] = work_group_all(x > 100); out[11] = work_group_any(x > 2000);"
    "  for (uint k = 0; k < 3; k++)"
    "    sum += work_group_broadcast(x, k % get_local_size(0), 0, 0);"
    "  out[12] = sum; out[13] = work_group_all(x >= 0); }\n"
    "KERNEL(int) KERNEL(uint) KERNEL(long) KERNEL(ulong) KERNEL(float) KERNEL(double)";

/* The items of one item's group, by their global linear ids. */
struct group {
    size_t items[MOST], size[3];
    unsigned count, own;
};

static void find_group(const struct nd_range *range, size_t item, struct group *group)
{
    const size_t *const g = range->global, *const l = range->local;
    const size_t at[3] = {item % g[0], item / g[0] % g[1], item / g[0] / g[1]};
    size_t first[3];

    group->count = group->own = 0;
    for (int d = 0; d < 3; d++) {
        first[d] = at[d] / l[d] * l[d];
        group->size[d] = g[d] - first[d] < l[d] ? g[d] - first[d] : l[d];
    }
    for (size_t i = 0; i < items_of(group->size); i++) {
        const size_t id[3] = {i % group->size[0], i / group->size[0] % group->size[1],
                              i / group->size[0] / group->size[1]};

        group->items[i] =
            ((first[2] + id[2]) * g[1] + first[1] + id[1]) * g[0] + first[0] + id[0];
        if (group->items[i] == item)
            group->own = group->count;
        group->count++;
    }
}

static int value_of(size_t item)
{
    return (int)(item * 7919 % 2048);
}

/* All values are small integers: sums are exact in every type. */
static void combine(const struct group *group, unsigned end, int out[3])
{
    out[0] = 0;
    out[1] = 2048;
    out[2] = -1;
    for (unsigned k = 0; k < end; k++) {
        const int x = value_of(group->items[k]);

        out[0] += x;
        out[1] = x < out[1] ? x : out[1];
        out[2] = x > out[2] ? x : out[2];
    }
}

static void expected(const struct group *group, int out[RESULTS])
{
    const size_t *const size = group->size;

    combine(group, group->count, out);
    combine(group, group->own + 1, out + 3);
    combine(group, group->own, out + 6);
    out[9] = value_of(
        group->items[((size[2] - 1) * size[1] + size[1] / 2) * size[0] + size[0] - 1]);
    out[10] = out[1] > 100;
    out[11] = out[2] > 2000;
    out[12] = 0;
    for (unsigned k = 0; k < 3; k++)
        out[12] += value_of(group->items[k % size[0]]);
    out[13] = 1;
}

/* The first item's exclusive minimum and maximum are the type's. */
#define TEST(T, name)                                                          \
    static void test_##name(const struct vgpu_fixture *f, cl_program program,  \
                            const struct nd_range *range)                      \
    {                                                                          \
        T *const in = calloc(MOST, sizeof(T));                                 \
        T *const out = calloc(MOST * RESULTS, sizeof(T));                      \
        struct group group;                                                    \
        int right[RESULTS];                                                    \
                                                                               \
        for (size_t i = 0; i < MOST; i++)                                      \
            in[i] = (T)value_of(i);                                            \
        run(f, program, "f_" #name, range, in, MOST * sizeof(T), out,          \
            MOST * RESULTS * sizeof(T));                                       \
        for (size_t i = 0; i < items_of(range->global); i++) {                 \
            find_group(range, i, &group);                                      \
            expected(&group, right);                                           \
            for (unsigned k = 0; k < RESULTS; k++)                             \
                if ((group.own > 0 || (k != 7 && k != 8)) &&                   \
                    out[i * RESULTS + k] != (T)right[k])                       \
                    VGPU_FAIL(#name ": item %zu, result %u: %g, not %d", i, k, \
                              (double)out[i * RESULTS + k], right[k]);         \
            if (group.own == 0)                                                \
                EXPECT_TRUE(out[i * RESULTS + 7] >= (T)2048 &&                 \
                            out[i * RESULTS + 8] <= (T)0);                     \
        }                                                                      \
        free(in);                                                              \
        free(out);                                                             \
    }
TEST(cl_int, int)
TEST(cl_uint, uint)
TEST(cl_long, long)
TEST(cl_ulong, ulong)
TEST(cl_float, float)
TEST(cl_double, double)

static void test_all(const struct vgpu_fixture *f)
{
    static const struct nd_range large = {{1024, 1, 1}, {1024, 1, 1}};
    cl_program program = built(f, source, OPTIONS);

    if (!program)
        return;
    for (size_t r = 0; r < NUM_RANGES; r += 2)
        test_int(f, program, &ranges[r]);
    test_int(f, program, &large);
    test_uint(f, program, &ranges[1]);
    test_long(f, program, &ranges[5]);
    test_ulong(f, program, &ranges[4]);
    test_float(f, program, &large);
    test_float(f, program, &ranges[10]);
    test_double(f, program, &ranges[11]);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

IN_EVERY_MODE(of_one_work_group_combine_values, test_all)

VGPU_TEST(work_groups, combine_values_and_say_so)
{
    cl_bool is_supported = CL_FALSE;
    cl_program program =
        built(f,
              "#ifndef __opencl_c_work_group_collective_functions\n#error wrong\n#endif\n"
              "kernel void f(global int *x) { *x = 7; }",
              OPTIONS);

    EXPECT_CL(CL_SUCCESS,
              clGetDeviceInfo(f->device,
                              CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT,
                              sizeof is_supported, &is_supported, NULL));
    EXPECT_EQ(CL_TRUE, is_supported);
    if (program) {
        EXPECT_EQ(7, run_one(f, program));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}
