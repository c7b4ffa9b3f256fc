/* SPDX-License-Identifier: MIT */
/* Relational functions, select, shuffles, and geometry. [OpenCL C 3.0, 6.15.5, 6.15.6,
 * 6.15.13] */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "jit.h"
#include "vgpu_test.h"

static const float numbers[] = {0.0f, -0.0f,   1.0f,   -1.0f,   INFINITY, -INFINITY,
                                NAN,  FLT_MIN, 1e-40f, -1e-40f, FLT_MAX,  2.5f};
#define NUM_NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* A bit per function, for floats, for doubles, and from lanes of vectors. */
static const char relations[] =
    "#define BITS(T, V, W) { T x = px[i / 12], y = px[i % 12]; V v = (V)(x), w = (V)(y);"
    " r = isequal(x, y) | isnotequal(x, y) << 1 | isgreater(x, y) << 2"
    " | isgreaterequal(x, y) << 3 | isless(x, y) << 4 | islessequal(x, y) << 5"
    " | islessgreater(x, y) << 6 | isordered(x, y) << 7 | isunordered(x, y) << 8"
    " | isfinite(x) << 9 | isinf(x) << 10 | isnan(x) << 11 | isnormal(x) << 12"
    " | signbit(x) << 13;"
    " W m = (isequal(v, w) & 1) | (isnotequal(v, w) & 2) | (isgreater(v, w) & 4)"
    " | (isgreaterequal(v, w) & 8) | (isless(v, w) & 16) | (islessequal(v, w) & 32)"
    " | (islessgreater(v, w) & 64) | (isordered(v, w) & 128) | (isunordered(v, w) & 256)"
    " | (isfinite(v) & 512) | (isinf(v) & 1024) | (isnan(v) & 2048)"
    " | (isnormal(v) & 4096) | (signbit(v) & 8192); l = (int)m.s2; }\n"
    "__kernel void f(__global int *o, __global float *px) {"
    " size_t i = get_global_id(0); int r, l; BITS(float, float3, int3) o[2 * i] = r;"
    " o[2 * i + 1] = l; }\n"
    "__kernel void d(__global int *o, __global double *px) {"
    " size_t i = get_global_id(0); int r, l; BITS(double, double8, long8) o[2 * i] = r;"
    " o[2 * i + 1] = l; }\n";

static int right_relations(double x, double y, bool is_double)
{
    bool is_normal = isfinite(x) && fabs(x) >= (is_double ? DBL_MIN : (double)FLT_MIN);

    return (x == y) | (x != y) << 1 | (x > y) << 2 | (x >= y) << 3 | (x < y) << 4 |
           (x <= y) << 5 | (x < y || x > y) << 6 | (!isnan(x) && !isnan(y)) << 7 |
           (isnan(x) || isnan(y)) << 8 | !!isfinite(x) << 9 | !!isinf(x) << 10 |
           !!isnan(x) << 11 | is_normal << 12 | !!signbit(x) << 13;
}

static void check_relations(struct jit *jit, bool is_double)
{
    int results[2 * NUM_NUMBERS * NUM_NUMBERS];
    double wide[NUM_NUMBERS];

    for (size_t i = 0; i < NUM_NUMBERS; i++)
        wide[i] = (double)numbers[i];
    ASSERT_TRUE(jit_run(jit, is_double ? "d" : "f", NUM_NUMBERS * NUM_NUMBERS, results,
                        is_double ? (void *)wide : (void *)(uintptr_t)numbers, NULL,
                        NULL));
    for (size_t i = 0; i < NUM_NUMBERS * NUM_NUMBERS; i++) {
        double x = wide[i / NUM_NUMBERS], y = wide[i % NUM_NUMBERS];
        int expected = right_relations(x, y, is_double);
        if (results[2 * i] != expected || results[2 * i + 1] != expected)
            VGPU_FAIL("%g, %g: %#x, lanes %#x, not %#x", x, y, (unsigned)results[2 * i],
                      (unsigned)results[2 * i + 1], (unsigned)expected);
    }
}

VGPU_UNIT_TEST(relations, of_floats_and_doubles_are_true_or_false)
{
    char *log;
    struct jit *jit = jit_create(relations, NULL, &log);

    ASSERT_STREQ("", log ? log : "clang failed");
    check_relations(jit, false);
    check_relations(jit, true);
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(relations, choose_lanes_and_bits)
{
    char *log;
    int results[16] = {0};
    struct jit *jit = jit_create(
        "__kernel void f(__global int *o, __global int *m) {"
        " o[0] = any((int2)(0, -1)); o[1] = any((char4)(1, 2, 3, 4));"
        " o[2] = all((short3)(-1, -2, -3)); o[3] = all((long2)(-1, 1)); o[4] = any(-5);"
        " o[5] = select(1, 2, 3); float4 s = select((float4)(1), (float4)(2),"
        "   (int4)(-1, 1, 0, 0x80000000)); o[6] = (int)(s.x * 1000 + s.y * 100 + s.z * 10"
        "   + s.w); o[7] = bitselect(0x0f0f, 0x3333, 0x00ff);"
        " o[8] = as_int(bitselect(1.0f, -1.0f, -0.0f));"
        " int4 v = shuffle((int4)(10, 20, 30, 40), (uint4)(3, 2, 5, 0));"
        " o[9] = v.x * 1000000 + v.y * 10000 + v.z * 100 + v.w;"
        " int2 w = shuffle2((int4)(1, 2, 3, 4), (int4)(5, 6, 7, 8), (uint2)(m[0], m[1]));"
        " o[10] = w.x * 10 + w.y; uchar8 b = shuffle((uchar16)(7), (uchar8)(1));"
        " o[11] = b.s5; o[12] = select((uchar2)(1, 2), (uchar2)(3, 4),"
        "   (char2)(0, -1)).y; o[13] = vec_step(float3); }",
        NULL, &log);
    int mask[2] = {6, 9};

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, mask, NULL, NULL));
    EXPECT_EQ(1, results[0]);
    EXPECT_EQ(0, results[1]);
    EXPECT_EQ(1, results[2]);
    EXPECT_EQ(0, results[3]);
    EXPECT_EQ(1, results[4]);
    EXPECT_EQ(2, results[5]);
    EXPECT_EQ(2112, results[6]);
    EXPECT_EQ(0x0f33, results[7]);
    EXPECT_EQ((int)0xbf800000, results[8]);
    EXPECT_EQ(40302010, results[9]);
    EXPECT_EQ(72, results[10]);
    EXPECT_EQ(7, results[11]);
    EXPECT_EQ(4, results[12]);
    EXPECT_EQ(4, results[13]);
    jit_destroy(jit);
    free(log);
}

static const char geometry[] =
    "__kernel void f(__global float *o, __global float *p) {"
    " float4 a = vload4(0, p), b = vload4(1, p), c = cross(a, b);"
    " o[0] = dot(a, b); o[1] = length(a); o[2] = distance(a, b); o[3] = c.x; o[4] = c.y;"
    " o[5] = c.z; o[6] = c.w; float4 n = normalize(a); o[7] = n.x; o[8] = n.w;"
    " o[9] = fast_length(a.xyz); o[10] = fast_distance(a.xy, b.xy);"
    " o[11] = fast_normalize(a.xyz).z; o[12] = length(-a.x); o[13] = normalize(-2.0f);"
    " o[14] = mix(a.x, b.x, 0.25f); o[15] = smoothstep(0.0f, 4.0f, a.x);"
    " o[16] = clamp(a, 2.0f, 3.0f).w; o[17] = max(a, b).x; o[18] = min(a, 1.5f).w;"
    " o[19] = mix(a, b, 0.5f).y; o[20] = step(2.0f, a).z;"
    " float3 i = normalize((float3)(p[8], 1.0f, -p[8])); o[21] = i.x; o[22] = i.y;"
    " o[23] = i.z; o[24] = length((float2)(p[9], p[9])); o[25] = length((float3)(p[10]));"
    " o[26] = normalize((float2)(p[10], p[10])).x; o[27] = normalize((float2)(0)).x;"
    " o[28] = (float)dot((double3)(1, 2, 3), (double3)(4, 5, 6));"
    " o[29] = (float)length((double4)(2)); o[30] = normalize((float2)(p[9], p[9])).y; }";

VGPU_UNIT_TEST(geometry, is_right_also_for_the_largest_and_the_smallest_vectors)
{
    static const float p[11] = {1, 2, 3, 4, 5, 6, 7, 9, INFINITY, 3e38f / 2, 1e-30f};
    static const double expected[31] = {74,
                                        5.4772255750516612,
                                        8.5440037453175304,
                                        -4,
                                        8,
                                        -4,
                                        0,
                                        0.18257418583505536,
                                        0.73029674334022143,
                                        3.7416573867739413,
                                        5.6568542494923806,
                                        0.80178372573727319,
                                        1,
                                        -1,
                                        2,
                                        0.15625,
                                        3,
                                        5,
                                        1.5,
                                        4,
                                        1,
                                        0.70710678118654752,
                                        0,
                                        -0.70710678118654752,
                                        2.1213203e38,
                                        1.7320508e-30,
                                        0.70710678118654752,
                                        0,
                                        32,
                                        4,
                                        0.70710678118654752};
    float results[31] = {0};
    char *log;
    struct jit *jit = jit_create(geometry, NULL, &log);

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, (void *)(uintptr_t)p, NULL, NULL));
    for (size_t i = 0; i < 31; i++)
        if (!(fabs((double)results[i] - expected[i]) <= fabs(expected[i]) * 3e-7))
            VGPU_FAIL("o[%zu]: %.9g, not %.9g", i, (double)results[i], expected[i]);
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(geometry, rounds_small_components_of_large_vectors_once)
{
    static const float p[4] = {-0x1.be988ap-60f, -0x1.443e86p-82f, 0x1.fab0b2p-120f,
                               0x1.0b50d2p62f};
    float results[4] = {0};
    char *log;
    struct jit *jit = jit_create("__kernel void f(__global float *o, __global float *p)"
                                 "{ vstore4(normalize(vload4(0, p)), 0, o); }",
                                 NULL, &log);

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, (void *)(uintptr_t)p, NULL, NULL));
    EXPECT_NEAR(-0x1.abb0eap-122, (double)results[0], 0x1p-144);
    EXPECT_NEAR(-0x1.38p-144, (double)results[1], 0x1p-149);
    EXPECT_NEAR(1, (double)results[3], 0x1p-22);
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(geometry, knows_the_least_numbers_there_are)
{
    static const float p[2] = {0x1p-149f, -0x1.b923p-133f};
    float results[5] = {0};
    char *log;
    struct jit *jit = jit_create(
        "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
        "__kernel void f(__global float *o, __global float *p) {"
        "o[0] = normalize(p[0]); o[1] = normalize(p[1]);"
        "o[2] = normalize((float2)(p[0], -p[0])).y;"
        "o[3] = length((float4)(p[0])) * 0x1p126f; double d = p[0] * 8; d *= 0x1p-928;"
        "o[4] = normalize((double3)(d)).z; }",
        NULL, &log);

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, (void *)(uintptr_t)p, NULL, NULL));
    EXPECT_NEAR(1, (double)results[0], 0x1p-22);
    EXPECT_NEAR(-1, (double)results[1], 0x1p-22);
    EXPECT_NEAR(-0.70710678, (double)results[2], 0x1p-22);
    EXPECT_NEAR(0x1p-22, (double)results[3], 0x1p-44);
    EXPECT_NEAR(0.57735027, (double)results[4], 0x1p-22);
    jit_destroy(jit);
    free(log);
}
