/* SPDX-License-Identifier: MIT */
/* Vector loads and stores, those of half, and asynchronous copies.
 * [OpenCL C 3.0, 6.15.7, 6.15.11] */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jit.h"
#include "vgpu_test.h"

VGPU_UNIT_TEST(loads_and_stores, of_vectors_count_in_vectors)
{
    char *log;
    float in[64], out[64] = {0};
    struct jit *jit =
        jit_create("__kernel void f(__global float *o, __global float *x) {"
                   " vstore2(vload2(1, x), 2, o); vstore3(vload3(2, x), 2, o);"
                   " vstore4(vload4(3, x + 1), 3, o + 1); vstore8(vload8(0, x), 3, o);"
                   " vstore16(vload16(2, x), 2, o); }",
                   NULL, &log);

    for (int i = 0; i < 64; i++)
        in[i] = (float)i + 1;
    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, out, in, NULL, NULL));
    EXPECT_EQ(3, (int)out[4]);
    EXPECT_EQ(4, (int)out[5]);
    EXPECT_EQ(7, (int)out[6]);
    EXPECT_EQ(9, (int)out[8]);
    EXPECT_EQ(0, (int)out[9]);
    EXPECT_EQ(14, (int)out[13]);
    EXPECT_EQ(17, (int)out[16]);
    EXPECT_EQ(1, (int)out[24]);
    EXPECT_EQ(8, (int)out[31]);
    EXPECT_BYTES(in + 32, out + 32, 16 * sizeof(float));
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(loads_and_stores, of_vectors_touch_no_other_bytes)
{
    char *log;
    unsigned char bytes[16];
    struct jit *jit = jit_create(
        "__kernel void f(__global uchar *o) { vstore3((uchar3)(1, 2, 3), 1, o + 1); }",
        NULL, &log);
    static const unsigned char expected[16] = {9, 9, 9, 9, 1, 2, 3, 9,
                                               9, 9, 9, 9, 9, 9, 9, 9};

    memset(bytes, 9, sizeof(bytes));
    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, bytes, NULL, NULL, NULL));
    EXPECT_BYTES(expected, bytes, sizeof(bytes));
    jit_destroy(jit);
    free(log);
}

/* A half's value: 11 digits, exponents from -14 to 15, smaller ones without the first
 * digit. */
static double half_value(uint16_t half)
{
    int exponent = half >> 10 & 31, mantissa = half & 0x3ff;
    double value = exponent == 31  ? (mantissa ? NAN : INFINITY)
                   : exponent == 0 ? ldexp(mantissa, -24)
                                   : ldexp(mantissa + 1024, exponent - 25);

    return half & 0x8000 ? -value : value;
}

/* The half next to a value that is not negative, below or above: by search. */
static uint16_t half_below(double value)
{
    uint16_t half = 0x7c00;

    while (half_value(half) > value)
        half--;
    return half;
}

static uint16_t right_half(double value, const char *mode)
{
    double a = fabs(value);
    bool is_negative = !!signbit(value);
    uint16_t below, above, sign = is_negative ? 0x8000 : 0;
    bool is_up;

    below = half_below(a);
    above = half_value(below) == a ? below : (uint16_t)(below + 1);
    if (strcmp(mode, "_rtz") == 0) {
        is_up = false;
    } else if (strcmp(mode, "_rtp") == 0) {
        is_up = !is_negative;
    } else if (strcmp(mode, "_rtn") == 0) {
        is_up = is_negative;
    } else {
        double top = above == 0x7c00 ? 65536 : half_value(above);
        double middle = (half_value(below) + top) / 2;
        is_up = a > middle || (a == middle && below % 2 == 1);
    }
    return sign | (is_up ? above : below);
}

static const double halves_from[] = {0.0,
                                     -0.0,
                                     1.0,
                                     -1.0,
                                     1.0005,
                                     -1.0005,
                                     1.00048828125,
                                     1.00146484375,
                                     0.1,
                                     -0.1,
                                     65504,
                                     65519.9,
                                     65520,
                                     65536,
                                     1e6,
                                     -1e6,
                                     -65520,
                                     6.1e-5,
                                     6e-5,
                                     -6e-5,
                                     5.96e-8,
                                     2.98e-8,
                                     2.9802322387695312e-8,
                                     3e-8,
                                     -1e-8,
                                     1e-30,
                                     -1e-30,
                                     1e-300,
                                     -1e-300,
                                     1e300,
                                     2049,
                                     2051,
                                     1e-45,
                                     INFINITY,
                                     -INFINITY,
                                     1.0004882812500002,
                                     1.0004882812499998};
#define NUM_HALVES (sizeof(halves_from) / sizeof(halves_from[0]))

static void check_half(struct jit *jit, const char *mode, unsigned bits)
{
    uint16_t halves[NUM_HALVES * 2 + 4] = {0};
    float narrow[NUM_HALVES];
    char name[32];

    for (size_t i = 0; i < NUM_HALVES; i++)
        narrow[i] = (float)halves_from[i];
    snprintf(name, sizeof(name), "store%s_%u", mode, bits);
    ASSERT_TRUE(jit_run(jit, name, NUM_HALVES, halves,
                        bits == 32 ? (void *)narrow : (void *)(uintptr_t)halves_from,
                        NULL, NULL));
    for (size_t i = 0; i < NUM_HALVES; i++) {
        double from = bits == 32 ? (double)narrow[i] : halves_from[i];
        uint16_t expected = right_half(from, mode);
        if (halves[i] != expected)
            VGPU_FAIL("%s(%.17g): %#x, not %#x", name, from, (unsigned)halves[i],
                      (unsigned)expected);
    }
}

VGPU_UNIT_TEST(loads_and_stores, of_half_round_as_they_are_told)
{
    static const char *const modes[] = {"", "_rte", "_rtz", "_rtp", "_rtn"};
    char source[2048], *log;
    size_t used = 0;
    struct jit *jit;

    for (size_t i = 0; i < 5; i++)
        used += (size_t)snprintf(
            source + used, sizeof(source) - used,
            "__kernel void store%s_32(__global half *o, __global float *x) {"
            "size_t i = get_global_id(0); vstore_half%s(x[i], i, o); }\n"
            "__kernel void store%s_64(__global half *o, __global double *x) {"
            "size_t i = get_global_id(0); vstore_half%s(x[i], i, o); }\n",
            modes[i], modes[i], modes[i], modes[i]);
    jit = jit_create(source, NULL, &log);
    ASSERT_STREQ("", log ? log : "clang failed");
    for (size_t i = 0; i < 5; i++) {
        check_half(jit, modes[i], 32);
        check_half(jit, modes[i], 64);
    }
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(loads_and_stores, of_half_vectors_are_packed_and_those_of_3_aligned_as_4)
{
    char *log;
    uint16_t in[16], out[16] = {0};
    float floats[32] = {0};
    struct jit *jit = jit_create(
        "__kernel void f(__global float *o, __global half *x, __global half *h) {"
        " vstore3(vload_half3(1, x), 0, o); vstore3(vloada_half3(1, x), 1, o);"
        " vstore4(vload_half4(1, x), 2, o); o[12] = vload_half(7, x);"
        " vstorea_half3((float3)(1, 2, 3), 1, h); vstore_half2((float2)(4, 5), 0, h);"
        " vstorea_half4_rtz((double4)(1), 2, h); }",
        NULL, &log);

    for (unsigned i = 0; i < 16; i++)
        in[i] = (uint16_t)(0x3c00 + i);
    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, floats, in, out, NULL));
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_TRUE((double)floats[i] == half_value(in[3 + i]));
        EXPECT_TRUE((double)floats[3 + i] == half_value(in[4 + i]));
        EXPECT_TRUE(out[4 + i] == right_half(i + 1, ""));
    }
    EXPECT_TRUE((double)floats[12] == half_value(in[7]));
    EXPECT_TRUE((double)floats[11] == half_value(in[7]));
    EXPECT_EQ(0x4400, out[0]);
    EXPECT_EQ(0x4500, out[1]);
    EXPECT_EQ(0, out[7]);
    EXPECT_EQ(0x3c00, out[11]);
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(copies, of_a_group_move_elements_of_every_size_with_strides)
{
    char *log;
    int in[64], out[64] = {0};
    struct jit *jit = jit_create(
        "__kernel void f(__global int *o, __global int *x, __local int *l) {"
        " event_t e = async_work_group_copy(l, x, 5, 0);"
        " e = async_work_group_copy((__local int3 *)(l + 8), (__global int3 *)x, 2, e);"
        " e = async_work_group_strided_copy((__local int2 *)(l + 16),"
        "        (__global int2 *)x, 3, 4, e);"
        " e = async_work_group_strided_copy((__local char *)(l + 32), (__global char *)x,"
        "        8, 4, e);"
        " wait_group_events(1, &e);"
        " e = async_work_group_strided_copy(o, l + 40, 4, 3, 0);"
        " wait_group_events(1, &e); prefetch(x, 4); }",
        NULL, &log);
    int local[64] = {[40] = 7, 8, 9, 10};

    for (int i = 0; i < 64; i++)
        in[i] = i + 1;
    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, out, in, local, NULL));
    EXPECT_EQ(5, local[4]);
    EXPECT_EQ(0, local[5]);
    EXPECT_EQ(8, local[15]);
    EXPECT_EQ(2, local[17]);
    EXPECT_EQ(9, local[18]);
    EXPECT_EQ(18, local[21]);
    EXPECT_EQ(0, local[22]);
    EXPECT_EQ(0x04030201, local[32]);
    EXPECT_EQ(0x08070605, local[33]);
    EXPECT_EQ(7, out[0]);
    EXPECT_EQ(8, out[3]);
    EXPECT_EQ(10, out[9]);
    EXPECT_EQ(0, out[1]);
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(generic_pointers, go_back_to_where_they_came_from)
{
    int results[4] = {0};
    char *log;
    struct jit *jit = jit_create(
        "int fits(cl_mem_fence_flags f) { return f == 0 || f == 1 || f == 2 || f == 3; }"
        "__kernel void f(__global int *o, __global int *p) {"
        " int own = 7; int *any = p; o[3] = fits(get_fence(any));"
        " __global int *g = to_global(any); o[0] = g ? g[1] : -1;"
        " any = &own; __private int *q = to_private(any); o[1] = q ? *q : -1;"
        " const int *fixed = p; o[3] += fits(get_fence(fixed));"
        " o[2] = *to_global(fixed); }",
        "-cl-std=CL2.0", &log);
    const int in[2] = {5, 6}, right[4] = {6, 7, 5, 2};

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, (void *)(uintptr_t)in, NULL, NULL));
    EXPECT_BYTES(right, results, sizeof right);
    jit_destroy(jit);
    free(log);
}
