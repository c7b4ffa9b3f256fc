/* SPDX-License-Identifier: MIT */
/* Sub-groups of compiled kernels: queries, and every function against the same in C, in
 * every mode. [OpenCL 3.0, 5.9.4; OpenCL C 3.0, 6.15.19] */
#include "sub_group_test.h"

#include <CL/cl_ext.h>

#include <stdlib.h>

/* ---- places */

static const char places_source[] =
    "kernel void f(global const int *in, global uint *out)\n"
    "{ size_t i = get_global_linear_id() * 8; int x = in[i / 8];\n"
    "  out[i] = get_sub_group_size(); out[i + 1] = get_max_sub_group_size();\n"
    "  out[i + 2] = get_num_sub_groups(); out[i + 3] = get_enqueued_num_sub_groups();\n"
    "  out[i + 4] = get_sub_group_id(); out[i + 5] = get_sub_group_local_id();\n"
    "  out[i + 6] = sub_group_all(x); out[i + 7] = sub_group_any(x > 20); }";

static void expect_places(const struct nd_range *range, const cl_int *in,
                          const cl_uint *out)
{
    const size_t enqueued = items_of(range->local);

    for (size_t i = 0; i < items_of(range->global); i++) {
        const struct place place = place_of(range, i);
        cl_uint right[8] = {place.count,
                            (cl_uint)(enqueued < width ? enqueued : width),
                            (place.group_items + width - 1) / width,
                            (cl_uint)((enqueued + width - 1) / width),
                            place.id,
                            place.own,
                            1,
                            0};

        for (unsigned k = 0; k < place.count; k++) {
            right[6] &= in[place.items[k]] != 0;
            right[7] |= in[place.items[k]] > 20;
        }
        EXPECT_BYTES(right, out + i * 8, sizeof right);
    }
}

static void test_places(const struct vgpu_fixture *f)
{
    cl_program program = built(f, places_source, OPTIONS);
    cl_int in[MOST];
    cl_uint *const out = malloc(MOST * 8 * sizeof *out);

    for (size_t i = 0; i < MOST; i++)
        in[i] = (cl_int)(i * 7919 % 23);
    for (size_t r = 0; program && out && r < NUM_RANGES; r++) {
        run(f, program, "f", &ranges[r], in, sizeof in, out, MOST * 8 * sizeof *out);
        expect_places(&ranges[r], in, out);
    }
    free(out);
    if (program)
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* ---- arithmetic: for each type a kernel, and the same in C */

#define RESULTS 10 /* of an item */

#define KERNEL(T)                                                                     \
    "kernel void f_" #T "(global const " #T " *in, global " #T " *out)\n"             \
    "{ size_t i = get_global_linear_id(); " #T " x = in[i]; out += i * 10;\n"         \
    "  out[0] = sub_group_reduce_add(x); out[1] = sub_group_reduce_min(x);\n"         \
    "  out[2] = sub_group_reduce_max(x); out[3] = sub_group_scan_inclusive_add(x);\n" \
    "  out[4] = sub_group_scan_inclusive_min(x);\n"                                   \
    "  out[5] = sub_group_scan_inclusive_max(x);\n"                                   \
    "  out[6] = sub_group_scan_exclusive_add(x);\n"                                   \
    "  out[7] = sub_group_scan_exclusive_min(x);\n"                                   \
    "  out[8] = sub_group_scan_exclusive_max(x);\n"                                   \
    "  out[9] = sub_group_broadcast(x, get_sub_group_size() / 2); }\n"

static const char arithmetic_source[] =
    KERNEL(int) KERNEL(uint) KERNEL(long) KERNEL(ulong) KERNEL(float) KERNEL(double);

/* What items before `end` come to. */
#define REFERENCE(T, name, sum_type, least, most)                                    \
    static void combine_##name(const T *in, const struct place *place, unsigned end, \
                               T *out)                                               \
    {                                                                                \
        sum_type sum = 0;                                                            \
                                                                                     \
        out[1] = most;                                                               \
        out[2] = least;                                                              \
        for (unsigned k = 0; k < end; k++) {                                         \
            const T x = in[place->items[k]];                                         \
                                                                                     \
            sum += (sum_type)x;                                                      \
            out[1] = x < out[1] ? x : out[1];                                        \
            out[2] = x > out[2] ? x : out[2];                                        \
        }                                                                            \
        out[0] = (T)sum;                                                             \
    }                                                                                \
                                                                                     \
    static void test_##name(const struct vgpu_fixture *f, cl_program program,        \
                            const struct nd_range *range)                            \
    {                                                                                \
        T *const in = calloc(MOST, sizeof(T));                                       \
        T *const out = calloc(MOST * RESULTS, sizeof(T));                            \
                                                                                     \
        for (size_t i = 0; i < MOST; i++)                                            \
            in[i] = value_##name(i);                                                 \
        run(f, program, "f_" #name, range, in, MOST * sizeof(T), out,                \
            MOST * RESULTS * sizeof(T));                                             \
        for (size_t i = 0; i < items_of(range->global); i++) {                       \
            const struct place place = place_of(range, i);                           \
            T right[RESULTS];                                                        \
                                                                                     \
            combine_##name(in, &place, place.count, right);                          \
            combine_##name(in, &place, place.own + 1, right + 3);                    \
            combine_##name(in, &place, place.own, right + 6);                        \
            right[9] = in[place.items[place.count / 2]];                             \
            EXPECT_BYTES(right, out + i * RESULTS, sizeof right);                    \
        }                                                                            \
        free(in);                                                                    \
        free(out);                                                                   \
    }

/* Sums of integers run round, those of numbers that are not stay exact. */
static cl_ulong value_ulong(size_t i)
{
    return (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static cl_long value_long(size_t i)
{
    return (cl_long)value_ulong(i);
}

static cl_uint value_uint(size_t i)
{
    return (cl_uint)(value_ulong(i) >> 32);
}

static cl_int value_int(size_t i)
{
    return (cl_int)value_uint(i);
}

static cl_float value_float(size_t i)
{
    return (cl_float)((int)(i * 7919 % 231) - 100) / 4;
}

static cl_double value_double(size_t i)
{
    return (cl_double)value_int(i) / 8;
}

REFERENCE(cl_int, int, cl_uint, CL_INT_MIN, CL_INT_MAX)
REFERENCE(cl_uint, uint, cl_uint, 0, CL_UINT_MAX)
REFERENCE(cl_long, long, cl_ulong, CL_LONG_MIN, CL_LONG_MAX)
REFERENCE(cl_ulong, ulong, cl_ulong, 0, CL_ULONG_MAX)
REFERENCE(cl_float, float, cl_float, -CL_HUGE_VALF, CL_HUGE_VALF)
REFERENCE(cl_double, double, cl_double, -CL_HUGE_VAL, CL_HUGE_VAL)

static void test_arithmetic(const struct vgpu_fixture *f)
{
    static const unsigned some[] = {1, 4, 5, 10};
    cl_program program = built(f, arithmetic_source, OPTIONS);

    for (size_t i = 0; program && i < sizeof some / sizeof *some; i++) {
        const struct nd_range *const range = &ranges[some[i]];

        test_int(f, program, range);
        test_uint(f, program, range);
        test_long(f, program, range);
        test_ulong(f, program, range);
        test_float(f, program, range);
        test_double(f, program, range);
    }
    if (program)
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* ---- ways that sub-groups go on their own */

/* Sub-groups take different ways, and go through loops different numbers of times; with
 * barriers of their own between writing and reading, and of the whole group behind. */
static const char ways_source[] =
    "int sum_of_neighbours(local int *part, int x)\n"
    "{ uint own = get_sub_group_local_id(), size = get_sub_group_size();\n"
    "  part += get_sub_group_id() * get_max_sub_group_size(); part[own] = x;\n"
    "  sub_group_barrier(CLK_LOCAL_MEM_FENCE);\n"
    "  x = part[(own + 1) % size] + part[own];\n"
    "  sub_group_barrier(CLK_LOCAL_MEM_FENCE, memory_scope_sub_group); return x; }\n"
    "kernel void f(global const int *in, global int *out)\n"
    "{ local int part[1024], total; uint id = get_sub_group_id();\n"
    "  size_t i = get_global_linear_id(); int x = in[i];\n"
    "  if (get_local_linear_id() == 0) total = 0;\n"
    "  barrier(CLK_LOCAL_MEM_FENCE);\n"
    "  if (id & 1) x = sub_group_reduce_max(x); else x = sum_of_neighbours(part, x);\n"
    "  for (uint k = 0; k <= id % 3; k++)\n"
    "    if (sub_group_any(x > 30)) x -= sub_group_broadcast(x, 0);\n"
    "    else x += sub_group_scan_inclusive_add(k + x);\n"
    "  int sum = sub_group_reduce_add(x);\n"
    "  if (get_sub_group_local_id() == 0) atomic_add(&total, sum);\n"
    "  barrier(CLK_LOCAL_MEM_FENCE);\n"
    "  out[i] = x * 31 + total; }";

static void go_way(const struct place *place, cl_int *x)
{
    cl_int old[WIDEST], most = CL_INT_MIN;

    memcpy(old, x, sizeof old);
    for (unsigned k = 0; k < place->count; k++)
        most = x[k] > most ? x[k] : most;
    for (unsigned k = 0; k < place->count; k++)
        x[k] = place->id & 1 ? most : old[(k + 1) % place->count] + old[k];
    for (unsigned round = 0; round <= place->id % 3; round++) {
        bool any = false;
        cl_int sum = 0;

        memcpy(old, x, sizeof old);
        for (unsigned k = 0; k < place->count; k++)
            any |= old[k] > 30;
        for (unsigned k = 0; k < place->count; k++) {
            sum += (cl_int)round + old[k];
            x[k] += any ? -old[0] : sum;
        }
    }
}

/* The item's value, and the sum of the values of its sub-group. */
static cl_int value_on_way(const struct nd_range *range, const cl_int *in, size_t item,
                           cl_int *sum_out)
{
    const struct place place = place_of(range, item);
    cl_int x[WIDEST];

    for (unsigned k = 0; k < place.count; k++)
        x[k] = in[place.items[k]];
    go_way(&place, x);
    *sum_out = 0;
    for (unsigned k = 0; k < place.count; k++)
        *sum_out += x[k];
    return x[place.own];
}

static cl_int total_of_group(const struct nd_range *range, const cl_int *in, size_t item)
{
    const size_t *const g = range->global, *const l = range->local;
    const size_t groups[3] = {item % g[0] / l[0], item / g[0] % g[1] / l[1],
                              item / g[0] / g[1] / l[2]};
    cl_int total = 0, sum;

    for (size_t i = 0; i < items_of(g); i++) {
        if (i % g[0] / l[0] != groups[0] || i / g[0] % g[1] / l[1] != groups[1] ||
            i / g[0] / g[1] / l[2] != groups[2] || place_of(range, i).own != 0)
            continue;
        value_on_way(range, in, i, &sum);
        total += sum;
    }
    return total;
}

static void test_ways(const struct vgpu_fixture *f)
{
    cl_program program = built(f, ways_source, OPTIONS);
    cl_int in[MOST], out[MOST], sum;

    for (size_t i = 0; i < MOST; i++)
        in[i] = (cl_int)(i * 7919 % 23) - 5;
    for (size_t r = 0; program && r < NUM_RANGES; r++) {
        run(f, program, "f", &ranges[r], in, sizeof in, out, sizeof out);
        for (size_t i = 0; i < items_of(ranges[r].global); i++)
            EXPECT_EQ(value_on_way(&ranges[r], in, i, &sum) * 31 +
                          total_of_group(&ranges[r], in, i),
                      out[i]);
    }
    if (program)
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* Kernels that are not inlined, and not optimised, run on fibers. */
VGPU_TEST(sub_groups, work_without_optimisation)
{
    cl_program program = built(f, places_source, OPTIONS " -cl-opt-disable -g");
    cl_int in[MOST];
    cl_uint *const out = malloc(MOST * 8 * sizeof *out);

    memset(in, 1, sizeof in);
    width = 32;
    if (program && out) {
        run(f, program, "f", &ranges[5], in, sizeof in, out, MOST * 8 * sizeof *out);
        expect_places(&ranges[5], in, out);
    }
    free(out);
    if (program)
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

IN_EVERY_MODE(know_their_places, test_places)
IN_EVERY_MODE(reduce_and_scan_every_type, test_arithmetic)
IN_EVERY_MODE(go_their_own_ways, test_ways)

/* ---- queries */

static cl_int ask(const struct vgpu_fixture *f, cl_kernel kernel,
                  cl_kernel_sub_group_info what, const size_t *input, size_t count,
                  size_t *value, size_t room)
{
    return clGetKernelSubGroupInfo(kernel, f->device, what, count * sizeof *input, input,
                                   room * sizeof *value, value, NULL);
}

static void expect_answer_on(const struct vgpu_fixture *f, cl_kernel kernel,
                             cl_kernel_sub_group_info what, const size_t *input,
                             size_t count, size_t right)
{
    size_t value = 99;

    EXPECT_CL(CL_SUCCESS, ask(f, kernel, what, input, count, &value, 1));
    EXPECT_EQ(right, value);
}

static void expect_answer(const struct vgpu_fixture *f, cl_kernel kernel,
                          cl_kernel_sub_group_info what, const size_t *input,
                          size_t count, size_t right)
{
    size_t value = 99, size = 0;

    expect_answer_on(f, kernel, what, input, count, right);
    EXPECT_CL(CL_SUCCESS,
              clGetKernelSubGroupInfoKHR(kernel, NULL, what, count * sizeof *input, input,
                                         0, NULL, &size));
    EXPECT_EQ(sizeof value, size);
    EXPECT_CL(CL_INVALID_VALUE,
              clGetKernelSubGroupInfo(kernel, f->device, what, count * sizeof *input,
                                      input, sizeof value - 1, &value, NULL));
}

static const char queried_source[] =
    "kernel void f(global int *x) { *x = sub_group_any(*x); }\n"
    "kernel __attribute__((reqd_work_group_size(7, 5, 3)))\n"
    "void g(global int *x) { *x = sub_group_any(*x); }\n";

VGPU_TEST(clGetKernelSubGroupInfo, tells_how_work_groups_are_divided)
{
    static const struct {
        size_t dimensions, local[3], size, count;
    } rows[] = {{1, {1}, 1, 1},      {1, {7}, 7, 1},           {1, {32}, 32, 1},
                {1, {33}, 32, 2},    {2, {8, 8}, 32, 2},       {3, {7, 5, 3}, 32, 4},
                {1, {1024}, 32, 32}, {3, {1024, 1, 1}, 32, 32}};
    cl_program program = built(f, queried_source, OPTIONS);
    cl_kernel kernel;

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect_answer(f, kernel, CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE, rows[i].local,
                      rows[i].dimensions, rows[i].size);
        expect_answer(f, kernel, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, rows[i].local,
                      rows[i].dimensions, rows[i].count);
    }
    expect_answer(f, kernel, CL_KERNEL_MAX_NUM_SUB_GROUPS, NULL, 0, 32);
    expect_answer(f, kernel, CL_KERNEL_COMPILE_NUM_SUB_GROUPS, NULL, 0, 0);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clGetKernelSubGroupInfo, finds_a_local_size_for_a_number_of_sub_groups)
{
    static const cl_kernel_sub_group_info what = CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT;
    static const struct {
        size_t number, of_f[3], of_g[3];
    } rows[] = {{1, {32, 1, 1}, {0, 0, 0}},
                {4, {128, 1, 1}, {7, 5, 3}},
                {32, {1024, 1, 1}, {0, 0, 0}},
                {33, {0, 0, 0}, {0, 0, 0}},
                {0, {0, 0, 0}, {0, 0, 0}}};
    cl_program program = built(f, queried_source, OPTIONS);
    cl_kernel kernels[2];
    size_t size[4] = {0};

    ASSERT_TRUE(program != NULL);
    kernels[0] = kernel_of(program, "f");
    kernels[1] = kernel_of(program, "g");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t dimensions = 1; dimensions <= 4; dimensions++) {
            const size_t bytes = (dimensions < 3 ? dimensions : 3) * sizeof *size;

            EXPECT_CL(CL_SUCCESS,
                      ask(f, kernels[0], what, &rows[i].number, 1, size, dimensions));
            EXPECT_BYTES(rows[i].of_f, size, bytes);
            EXPECT_CL(CL_SUCCESS,
                      ask(f, kernels[1], what, &rows[i].number, 1, size, dimensions));
            EXPECT_BYTES(rows[i].of_g, size, bytes);
        }
    expect_answer(f, kernels[1], CL_KERNEL_MAX_NUM_SUB_GROUPS, NULL, 0, 4);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernels[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernels[1]));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* Devices of one context, each with sub-groups of its own. */
VGPU_TEST_WITH_ENV(clGetKernelSubGroupInfo, tells_what_the_profile_has,
                   "VGPU_DEVICES=sub_group=8,work_group=64;sub_group=16")
{
    static const size_t sizes[] = {8, 16}, counts[] = {8, 64};
    const size_t local = 64;
    cl_device_id devices[2];
    cl_context context;
    cl_program program;
    cl_kernel kernel;
    cl_int err;

    EXPECT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    context = clCreateContext(NULL, 2, devices, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    program = built(&(struct vgpu_fixture){.context = context, .device = devices[0]},
                    queried_source, OPTIONS);
    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
    for (size_t i = 0; i < 2; i++) {
        const struct vgpu_fixture on = {.device = devices[i]};
        cl_uint most = 0;

        expect_answer_on(&on, kernel, CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE, &local, 1,
                         sizes[i]);
        expect_answer_on(&on, kernel, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, &local, 1,
                         local / sizes[i]);
        expect_answer_on(&on, kernel, CL_KERNEL_MAX_NUM_SUB_GROUPS, NULL, 0, counts[i]);
        EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(devices[i], CL_DEVICE_MAX_NUM_SUB_GROUPS,
                                              sizeof most, &most, NULL));
        EXPECT_EQ(counts[i], most);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}

VGPU_TEST(clGetKernelSubGroupInfo, refuses_what_is_no_local_size_and_no_number)
{
    const size_t local[4] = {16, 1, 1, 1}, none[3] = {16, 0, 1};
    const size_t huge[2] = {SIZE_MAX, 2};
    cl_program program = built(f, queried_source, OPTIONS);
    cl_kernel kernel;
    size_t value[3];

    ASSERT_TRUE(program != NULL);
    kernel = kernel_of(program, "f");
#define REFUSED(what, input, count, room) \
    EXPECT_CL(CL_INVALID_VALUE, ask(f, kernel, what, input, count, value, room))
    REFUSED(CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE, NULL, 1, 1);
    REFUSED(CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE, local, 0, 1);
    REFUSED(CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE, local, 4, 1);
    REFUSED(CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, none, 3, 1);
    REFUSED(CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, huge, 2, 1);
    REFUSED(CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT, local, 2, 3);
    REFUSED(CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT, NULL, 1, 3);
    REFUSED(CL_KERNEL_LOCAL_SIZE_FOR_SUB_GROUP_COUNT, local, 1, 0);
    REFUSED(CL_KERNEL_WORK_GROUP_SIZE, local, 1, 1);
#undef REFUSED
    EXPECT_CL(CL_INVALID_VALUE,
              clGetKernelSubGroupInfo(kernel, f->device,
                                      CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE, 12, local,
                                      sizeof value, value, NULL));
    EXPECT_CL(CL_INVALID_DEVICE,
              clGetKernelSubGroupInfo(kernel, (cl_device_id)f->context,
                                      CL_KERNEL_MAX_NUM_SUB_GROUPS, 0, NULL, sizeof value,
                                      value, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* cl_khr_subgroups would promise that sub-groups of a work-group advance independently.
 */
VGPU_TEST(sub_groups, are_a_feature_of_opencl_c_3_and_told_of_truthfully)
{
    cl_uint most = 0;
    cl_bool are_independent = CL_TRUE;
    char extensions[4096];
    cl_program program =
        built(f,
              "#if !defined(__opencl_c_subgroups) || defined(cl_khr_subgroups)\n"
              "#error wrong\n#endif\nkernel void f(global int *x) { *x = 7; }",
              OPTIONS);

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_MAX_NUM_SUB_GROUPS,
                                          sizeof most, &most, NULL));
    EXPECT_EQ(32, most);
    EXPECT_CL(CL_SUCCESS,
              clGetDeviceInfo(f->device, CL_DEVICE_SUB_GROUP_INDEPENDENT_FORWARD_PROGRESS,
                              sizeof are_independent, &are_independent, NULL));
    EXPECT_EQ(CL_FALSE, are_independent);
    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_EXTENSIONS,
                                          sizeof extensions, extensions, NULL));
    EXPECT_TRUE(!strstr(extensions, "cl_khr_subgroups"));
    if (program) {
        EXPECT_EQ(7, run_one(f, program));
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    }
}
