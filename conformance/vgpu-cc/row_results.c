/* SPDX-License-Identifier: MIT */
/* Lock-step code: results of every mode and several sizes against the same in C; much of
 * it has been wrong once. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "compiling.h"
#include "running.h"
#include "text.h"
#include "vgpu_test.h"

#define MOST 192

typedef int reference_fn(int item, const int *in);

static void expect_results_of(const char *source, const char *options,
                              const enum vgpu_code_mode modes[3], reference_fn *reference)
{
    static const size_t sizes[] = {1, 7, 16, 24, 64};
    struct compiled compiled = compile_source(source, options, true);

    for (size_t t = 0; expect_done(&compiled) && t < 15; t++) {
        const size_t size = sizes[t / 3];
        int in[MOST], out[MOST], *pin = in, *pout = out;
        void *args[] = {&pin, &pout};
        const struct run run = {
            .args = args, .local_size = {size}, .num_groups = {MOST / size}};

        for (int i = 0; i < MOST; i++) {
            in[i] = i * 7919 % 23 - 5;
            out[i] = -1;
        }
        run_kernel(&compiled.unit, "f", modes[t % 3], &run);
        for (size_t i = 0; i < MOST / size * size; i++) {
            const int right = reference((int)i, in);

            if (out[i] != right)
                VGPU_FAIL("item %zu of groups of %zu, mode %d: %d, not %d", i, size,
                          (int)modes[t % 3], out[i], right);
        }
    }
    compiled_fini(&compiled);
}

static void expect_results(const char *source, reference_fn *reference)
{
    static const enum vgpu_code_mode modes[] = {VGPU_CODE_FIBER, VGPU_CODE_PLAIN,
                                                VGPU_CODE_LOCKSTEP};
    static const enum vgpu_code_mode watched[] = {VGPU_CODE_TRACED, VGPU_CODE_LOCKSTEP,
                                                  VGPU_CODE_TRACED};

    expect_results_of(source, "", modes, reference);
    expect_results_of(source, "-vgpu-counted", watched, reference);
    expect_results_of(source, "-vgpu-checked", watched, reference);
}

#define BOTH(name, ...)                                                    \
    static const char name##_source[] =                                    \
        "int reference(int item, global const int *in) " #__VA_ARGS__ "\n" \
        "kernel void f(global const int *in, global int *out)\n"           \
        "{ int i = get_global_id(0); out[i] = reference(i, in); }";        \
    static int name(int item, const int *in) __VA_ARGS__

/* A value of a loop that items leave at different times, used behind it. */
BOTH(leave_apart, {
    int sum = 1;
    for (int k = 0; k < sum % 4; k++)
        sum += in[item] & 3;
    return sum;
})

VGPU_UNIT_TEST(rows, keep_what_items_took_out_of_a_loop)
{
    expect_results(leave_apart_source, leave_apart);
}

/* Two branches whose ways overlap: one's end lies within the other's. */
BOTH(overlap, {
    int v = 0;
    if (in[0] == 4) {
        if (in[item] == 3)
            return 77;
    } else {
        for (int k = 0; k < in[item]; k++)
            v = k + 2;
    }
    return v;
})

VGPU_UNIT_TEST(rows, part_and_meet_where_ways_overlap)
{
    expect_results(overlap_source, overlap);
}

BOTH(short_circuits, {
    int n = 0;
    if ((in[item] > 2 && in[item & 3] > 1) || (in[item] < 0 && item % 3 == 0))
        n += 5;
    while (n < 40 && (in[n & 15] != 3 || item & 1)) {
        if (in[n & 7] == in[item])
            break;
        n += n % 5 == 2 ? 3 : 1;
        if (n % 7 == 1)
            continue;
        n++;
    }
    return n;
})

VGPU_UNIT_TEST(rows, take_short_circuits_breaks_and_continues)
{
    expect_results(short_circuits_source, short_circuits);
}

BOTH(switches, {
    int n = item;
    for (int k = 0; k < 3; k++)
        switch ((in[item] + k) & 7) {
        case 0:
            n += 3;
            __attribute__((fallthrough));
        case 1:
            n ^= k;
            break;
        case 2:
            return n;
        case 5:
            for (int q = 0; q < item % 4; q++)
                n = n * 3 + q;
            break;
        default:
            n -= 2;
        }
    return n;
})

VGPU_UNIT_TEST(rows, take_every_way_of_a_switch)
{
    expect_results(switches_source, switches);
}

BOTH(nests, {
    int n = 0;
    for (int a = 0; a < 5; a++) {
        for (int b = 0; b < in[item]; b++) {
            if (a * b > item % 9)
                goto out;
            if ((a ^ b) == in[(item + a) % 16])
                break;
            n += a + b;
        }
        n *= 2;
    }
out:
    return n;
})

VGPU_UNIT_TEST(rows, leave_several_loops_at_once)
{
    expect_results(nests_source, nests);
}

/* What LLVM takes for v - c: see prepare.c. */
BOTH(reversed_subtraction, {
    int v = in[item];
    for (int k = 0; k < (item & 3) + 1; k++)
        v = 10 - v;
    return v;
})

VGPU_UNIT_TEST(rows, subtract_from_and_not_of)
{
    expect_results(reversed_subtraction_source, reversed_subtraction);
}

/* Integers of every width, small and large, divided where some items do not. */
BOTH(divisions, {
    const long large = (long)in[item] * 123456789012345l;
    const unsigned int high = 0xfffffff0u + (unsigned int)(item & 15);
    const long by = item & 1 ? in[item] + 7l : 77777777777l;
    const short narrow = (short)(in[item] * 1111);
    unsigned int n =
        (high / (unsigned int)(item + 1)) ^ (high % (unsigned int)(item + 2));
    if (in[item] != 0)
        n += (unsigned int)(1000 / in[item] + (-77777 % in[item]) * 5 +
                            (int)(large / by % 100003) + (int)(large % (in[item] * 3l)) +
                            narrow / (short)in[item]);
    return (int)(n + (unsigned int)((item * 5 + 2) / 7 + (item - 90) % 6));
})

VGPU_UNIT_TEST(rows, divide_integers_of_every_width)
{
    expect_results(divisions_source, divisions);
    expect_text("kernel void f(global uint *y) { size_t i = get_global_id(0);\n"
                "y[i] = 1000000 / (y[i] + 1); }",
                VGPU_CODE_LOCKSTEP, 64, "fdiv", "udiv");
}

/* What has no quotient is some number, and no exception. [OpenCL C 3.0, 6.4] */
static const char impossible_divisions_source[] =
    "kernel void f(global const int *in, global int *out)\n"
    "{\n"
    "  int i = get_global_id(0), by = in[i], none = in[4];\n"
    "  int a = (i & 1 ? INT_MIN : 1000) / by;\n"
    "  long b = (i & 1 ? LONG_MIN : 1000000000000l) / by % 1000;\n"
    "  long c = (i & 1 ? LONG_MIN : 77l) % by;\n"
    "  uint d = 1000u / (uint)by + i % (ulong)by % 10;\n"
    "  int4 e = (int4)(100, INT_MIN, i, i) / (int4)(by, -1, 0, i - 5);\n"
    "  short f = (short)SHRT_MIN / (short)by;\n"
    "  int g = 1000 / none + 1000 % none + i / 0;\n"
    "  out[i] = none || by == 0 || by == -1 ? -7 : a + b + c + d + e.x + f;\n"
    "  if (none) out[i] = e.y + e.z + e.w + g;\n"
    "}\n";

static int impossible_divisions(int item, const int *in)
{
    const int by = in[item];
    const long large = item & 1 ? LONG_MIN : 1000000000000l;

    if (by == 0 || by == -1)
        return -7;
    return (int)((item & 1 ? (long)INT_MIN : 1000) / by + large / by % 1000 +
                 (item & 1 ? LONG_MIN : 77l) % by + 1000u / (unsigned)by +
                 (long)((unsigned long)item % (unsigned long)by % 10) + 100 / by +
                 (short)(SHRT_MIN / (short)by));
}

VGPU_UNIT_TEST(rows, divide_by_anything)
{
    expect_results(impossible_divisions_source, impossible_divisions);
}

/* Near the largest number, and where sines are small. */
static int one(int item, const int *in)
{
    (void)item;
    (void)in;
    return 1;
}

VGPU_UNIT_TEST(rows, are_exact_where_vector_functions_are_not)
{
    expect_results("kernel void f(global const int *in, global int *out)\n"
                   "{ int i = get_global_id(0); double x = 0x1.c8p1023 - in[i];\n"
                   "out[i] = fabs(log1p(x) - 0x1.62d55c5bf1dcdp9) < 0x1p-42; }",
                   one);
    expect_results("kernel void f(global const int *in, global int *out)\n"
                   "{ int i = get_global_id(0); float x = -0x1.921cp1f + in[i] * 0.f;\n"
                   "out[i] = fabs(half_sin(x) + 0x1.daa222p-14f) < 0x1p-24f; }",
                   one);
    expect_results("kernel void f(global const int *in, global int *out)\n"
                   "{ int i = get_global_id(0); float x = -0x1.9218p0f + in[i] * 0.f;\n"
                   "out[i] = fabs(half_cos(x) - 0x1.ed511p-14f) < 0x1p-24f; }",
                   one);
}

/* Where some items are not there, too. */
VGPU_UNIT_TEST(rows, divide_by_constants_at_once)
{
    expect_text("kernel void f(global int *y) { int i = get_global_id(0);\n"
                "if (y[i] > 3) y[i] = y[i] / 20; }",
                VGPU_CODE_LOCKSTEP, 64, "div <", "select");
}

/* What is computed on several ways alike stays in step: addresses behind a barrier. */
VGPU_UNIT_TEST(rows, stay_in_step_behind_a_branch)
{
    expect_text(
        "kernel void f(global float *y, int n)\n"
        "{ local float part[400]; int lx = get_local_id(0), ly = get_local_id(1);\n"
        "  for (int k = ly * 16 + lx; k < 400; k += 256) part[k] = k;\n"
        "  barrier(CLK_LOCAL_MEM_FENCE);\n"
        "  float sum = 0;\n"
        "  for (int d = 0; d < 3; d++) sum += part[(ly + d) * 20 + lx + d];\n"
        "  y[get_global_id(1) * n + get_global_id(0)] = sum; }",
        VGPU_CODE_LOCKSTEP, 16, "vgpu_groups", "masked.gather");
}

/* Numbers of 8 bits run round within a row. */
BOTH(short_numbers, {
    const unsigned char up = (unsigned char)(item + 250);
    const signed char down = (signed char)(120 - item * 2);
    return in[up & 127] * 1000 + in[down & 63];
})

VGPU_UNIT_TEST(rows, let_short_numbers_run_round)
{
    expect_results(short_numbers_source, short_numbers);
}

/* More than stacks hold: 80 KB for each item. */
BOTH(large_variables, {
    int kept[20000];
    int n = 0;
    for (int k = 0; k < 300; k++)
        kept[(k * 67 + item * 3) % 20000] = k * in[k & 15];
    for (int k = 0; k < 300; k++)
        n += kept[(k * 67 + item * 3) % 20000];
    return n;
})

VGPU_UNIT_TEST(rows, keep_large_variables_in_scratch)
{
    expect_results(large_variables_source, large_variables);
}

/* Indices that are clamped step evenly in the middle, and not at the borders. */
BOTH(clamped, {
    const unsigned int place = (unsigned int)item;
    const int left = item > 0 ? item - 1 : 0;
    const int right = item + 3 < 150 ? item + 3 : 150;
    const unsigned int down = place > 2 ? place - 2 : 0;
    const int back = 140 - item > 5 ? 140 - item : 5;
    return in[left] + 10 * in[right] + 100 * in[down] + 1000 * in[back];
})

VGPU_UNIT_TEST(rows, see_where_clamped_indices_lie_side_by_side)
{
    expect_results(clamped_source, clamped);
    expect_text(clamped_source, VGPU_CODE_LOCKSTEP, 64, "even", NULL);
}

/* An address in private memory outlives a barrier, what lies there is written anew. */
static int always_one(int item, const int *in)
{
    (void)item, (void)in;
    return 1;
}

VGPU_UNIT_TEST(rows, find_private_memory_again_behind_a_barrier)
{
    expect_results("kernel void f(global const int *in, global int *out) {\n"
                   "  uint at = get_group_id(0) & 1; int sum = 1;\n"
                   "  for (int r = 0; r < 1; r++) {\n"
                   "    barrier(CLK_LOCAL_MEM_FENCE);\n"
                   "    for (int k = 0; k < (in[0] & 7); k += 3) {\n"
                   "      long zeroes[3] = {0, 0, 0}; sum += (int)zeroes[at];\n"
                   "    }\n"
                   "  }\n"
                   "  out[get_global_id(0)] = sum; }",
                   always_one);
}

/* Indices that run round, in code of one item after the other: see context.c. */
VGPU_UNIT_TEST(rows, let_indices_run_round)
{
    struct compiled compiled =
        compile_source("kernel void f(global const int *in, global int *out)\n"
                       "{ local int part[32]; uint l = get_local_id(0); int x;\n"
                       "  part[l] = in[l]; barrier(CLK_LOCAL_MEM_FENCE);\n"
                       "  x = part[l * 3 & 31]; barrier(CLK_LOCAL_MEM_FENCE);\n"
                       "  out[l] = x; }",
                       "", true);
    int in[32], out[32], *pin = in, *pout = out;
    void *args[] = {&pin, &pout};

    for (int i = 0; i < 32; i++)
        in[i] = i;
    if (expect_done(&compiled))
        run_kernel(&compiled.unit, "f", VGPU_CODE_PLAIN,
                   &(struct run){.args = args, .local_size = {32}});
    for (int i = 0; i < 32; i++)
        EXPECT_EQ(i * 3 & 31, out[i]);
    compiled_fini(&compiled);
}

/* Short rows, in a kernel that asks for its place in a group. */
BOTH(short_rows, {
    const int places[4] = {in[item], in[item / 2], 3, in[item * 5 % 32]};
    return places[item & 3] + in[item * 16 % 160];
})

VGPU_UNIT_TEST(rows, know_places_where_they_are_short)
{
    struct compiled compiled =
        compile_source("kernel void f(global const int *in, global int *out)\n"
                       "{ long part[4] = {in[0], in[1], in[2], in[3]};\n"
                       "  ulong l = get_local_id(0), i = get_global_id(0);\n"
                       "  out[i] = (int)part[l & 3] + in[i * 16]; }",
                       "", true);
    int in[16 * 32], out[32], *pin = in, *pout = out;
    void *args[] = {&pin, &pout};

    for (int i = 0; i < 16 * 32; i++)
        in[i] = i * 3;
    if (expect_done(&compiled))
        run_kernel(&compiled.unit, "f", VGPU_CODE_LOCKSTEP,
                   &(struct run){.args = args, .local_size = {8}, .num_groups = {4}});
    for (int i = 0; i < 32; i++)
        EXPECT_EQ((i % 8 & 3) * 3 + i * 48, out[i]);
    compiled_fini(&compiled);
    expect_results(short_rows_source, short_rows);
}

/* Groups of several lines go through a run in blocks as long as a short row. */
VGPU_UNIT_TEST(rows, transpose)
{
    enum { ACROSS = 21, DOWN = 6 };
    struct compiled compiled = compile_source(
        "kernel void f(global const int *in, global int *out, int across, int down)\n"
        "{ int x = get_global_id(0), y = get_global_id(1);\n"
        "  out[x * down + y] = in[y * across + x]; }",
        "", true);
    int in[ACROSS * DOWN], out[ACROSS * DOWN], *pin = in, *pout = out;
    int across = ACROSS, down = DOWN;
    void *args[] = {&pin, &pout, &across, &down};

    for (int i = 0; i < ACROSS * DOWN; i++) {
        in[i] = i;
        out[i] = -1;
    }
    if (expect_done(&compiled))
        run_kernel(&compiled.unit, "f", VGPU_CODE_LOCKSTEP,
                   &(struct run){.args = args,
                                 .local_size = {7, 2},
                                 .num_groups = {ACROSS / 7, DOWN / 2}});
    for (int i = 0; i < ACROSS * DOWN; i++)
        EXPECT_EQ(i % DOWN * ACROSS + i / DOWN, out[i]);
    compiled_fini(&compiled);
}

/* Rows in the middle of a line are even, those at its end are not; reads and writes. */
static const char round_source[] =
    "kernel void f(global const int *in, global int *out)\n"
    "{ int i = get_global_id(0), n = get_global_size(0), m = n - 1;\n"
    "  if (in[i] != 1000) out[(i + 5) % n] = in[i / n * 3 + (i + n - 7) % n] + (i & m); "
    "}";

VGPU_UNIT_TEST(rows, see_where_indices_that_run_round_lie_side_by_side)
{
    struct compiled compiled = compile_source(round_source, "", true);
    int in[MOST], out[MOST], *pin = in, *pout = out;
    void *args[] = {&pin, &pout};

    for (int i = 0; i < MOST; i++) {
        in[i] = i % 5 == 2 ? 1000 : i;
        out[i] = -1;
    }
    if (expect_done(&compiled))
        run_kernel(
            &compiled.unit, "f", VGPU_CODE_LOCKSTEP,
            &(struct run){.args = args, .local_size = {64}, .num_groups = {MOST / 64}});
    for (int i = 0; i < MOST; i++)
        EXPECT_EQ(in[i] == 1000 ? -1 : in[(i + MOST - 7) % MOST] + (i & (MOST - 1)),
                  out[(i + 5) % MOST]);
    compiled_fini(&compiled);
    expect_text(round_source, VGPU_CODE_LOCKSTEP, 64, "masked.scatter", NULL);
    expect_text(round_source, VGPU_CODE_LOCKSTEP, 64, "masked.store", NULL);
    expect_text(round_source, VGPU_CODE_LOCKSTEP, 64, "masked.gather", NULL);
    expect_text(round_source, VGPU_CODE_LOCKSTEP, 64, "masked.load", NULL);
}

/* The fourth element of a vector of three is none of the others' business. */
VGPU_UNIT_TEST(rows, keep_what_is_undefined_apart)
{
    struct compiled compiled =
        compile_source("kernel void f(global long *out)\n"
                       "{ local long3 kept[1]; int i = get_local_id(0);\n"
                       "  kept[0] = as_long3(as_ulong3((long3)((long)i, 1L, 0L)));\n"
                       "  out[0] += kept[0].y; }",
                       "", true);
    long out = 41, *pointer = &out;
    void *args[] = {&pointer};

    if (expect_done(&compiled))
        run_kernel(&compiled.unit, "f", VGPU_CODE_LOCKSTEP, &(struct run){.args = args});
    EXPECT_EQ(42, out);
    compiled_fini(&compiled);
}
