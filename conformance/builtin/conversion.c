/* SPDX-License-Identifier: MIT */
/* Explicit conversions between all pairs of types. [OpenCL C 3.0, 6.4.3] */
#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jit.h"
#include "vgpu_test.h"

static const struct type {
    const char *name;
    unsigned bits;
    char kind; /* i signed, u unsigned, f floating point */
} types[] = {{"char", 8, 'i'},    {"uchar", 8, 'u'},  {"short", 16, 'i'},
             {"ushort", 16, 'u'}, {"int", 32, 'i'},   {"uint", 32, 'u'},
             {"long", 64, 'i'},   {"ulong", 64, 'u'}, {"float", 32, 'f'},
             {"double", 64, 'f'}};
#define NUM_TYPES (sizeof(types) / sizeof(types[0]))

static const struct mode {
    const char *suffix;
    int rounding;
} modes[] = {{"", FE_TONEAREST},
             {"_rte", FE_TONEAREST},
             {"_rtz", FE_TOWARDZERO},
             {"_rtp", FE_UPWARD},
             {"_rtn", FE_DOWNWARD}};
#define NUM_MODES (sizeof(modes) / sizeof(modes[0]))

static const long double inputs[] = {0,
                                     1,
                                     -1,
                                     2,
                                     0.5L,
                                     -0.5L,
                                     1.5L,
                                     -1.5L,
                                     2.5L,
                                     -2.5L,
                                     0.75L,
                                     -0.25L,
                                     100.7L,
                                     127,
                                     127.5L,
                                     128,
                                     -128,
                                     -128.5L,
                                     -129,
                                     255,
                                     255.5L,
                                     256,
                                     300,
                                     32767.5L,
                                     32768,
                                     -32768.5L,
                                     65535,
                                     65536.5L,
                                     16777217,
                                     -16777217,
                                     16777219,
                                     33554431,
                                     2147483647,
                                     2147483648,
                                     -2147483648L,
                                     -2147483649L,
                                     4294967295,
                                     4294967296,
                                     9007199254740993,
                                     -9007199254740993,
                                     1e18L,
                                     -1e18L,
                                     0x1p63L,
                                     -0x1p63L,
                                     0x1.fffffffffffffp62L,
                                     0x1p64L,
                                     1e30L,
                                     -1e30L,
                                     INFINITY,
                                     -INFINITY,
                                     1e-50L,
                                     -1e-50L,
                                     1.00000005L,
                                     -1.0000001L};
#define NUM_INPUTS (sizeof(inputs) / sizeof(inputs[0]))

static long double lowest(const struct type *type)
{
    return type->kind == 'i' ? -ldexpl(1, (int)type->bits - 1) : 0;
}

static long double highest(const struct type *type)
{
    return ldexpl(1, (int)type->bits - (type->kind == 'i')) - 1;
}

static void store(const struct type *type, void *array, size_t at, long double value)
{
    char *place = (char *)array + at * (type->bits / 8);
    uint64_t whole = value < 0 ? (uint64_t)(int64_t)value : (uint64_t)value;
    float single = (float)value;
    double twice = (double)value;

    if (type->kind == 'f' && type->bits == 32)
        memcpy(place, &single, sizeof(single));
    else if (type->kind == 'f')
        memcpy(place, &twice, sizeof(twice));
    else
        memcpy(place, &whole, type->bits / 8);
}

static long double load(const struct type *type, const void *array, size_t at)
{
    const char *place = (const char *)array + at * (type->bits / 8);
    uint64_t whole = 0;
    float single;
    double twice;

    if (type->kind == 'f' && type->bits == 32) {
        memcpy(&single, place, sizeof(single));
        return single;
    }
    if (type->kind == 'f') {
        memcpy(&twice, place, sizeof(twice));
        return twice;
    }
    memcpy(&whole, place, type->bits / 8);
    if (type->kind == 'i')
        return (long double)((int64_t)(whole << (64 - type->bits)) >> (64 - type->bits));
    return (long double)whole;
}

/* What a type makes of a value that it need not hold exactly, to fill arguments. */
static long double fitting(const struct type *type, long double value)
{
    if (type->kind == 'f')
        return type->bits == 32 ? (long double)(float)value : (long double)(double)value;
    value = truncl(value);
    return value < lowest(type)    ? lowest(type)
           : value > highest(type) ? highest(type)
                                   : value;
}

static long double rounded(const struct type *to, const struct type *from,
                           const struct mode *mode, long double value)
{
    int before = fegetround(), rounding = mode->rounding;
    volatile long double exact = value;
    volatile float single;
    volatile double twice;

    if (to->kind != 'f' && from->kind == 'f' && !*mode->suffix)
        rounding = FE_TOWARDZERO;
    fesetround(rounding);
    single = (float)exact;
    twice = (double)exact;
    value = to->kind != 'f' ? rintl(exact) : to->bits == 32 ? single : twice;
    fesetround(before);
    return value;
}

static void check(struct jit *jit, const struct type *from, const struct type *to,
                  const struct mode *mode, bool is_saturated)
{
    char name[64];
    int64_t arguments[NUM_INPUTS + 4] = {0}, results[NUM_INPUTS + 4] = {0};

    snprintf(name, sizeof(name), "%s_%s%s%s", from->name, to->name,
             is_saturated ? "_sat" : "", mode->suffix);
    for (size_t i = 0; i < NUM_INPUTS; i++)
        store(from, arguments, i, fitting(from, inputs[i]));
    if (!jit_run(jit, name, NUM_INPUTS / 2, results, arguments, NULL, NULL))
        VGPU_FAIL("%s: no such kernel", name);
    for (size_t i = 0; i < NUM_INPUTS; i++) {
        long double value = load(from, arguments, i);
        long double expected = rounded(to, from, mode, value);
        long double actual = load(to, results, i);
        bool is_in =
            to->kind == 'f' || (expected >= lowest(to) && expected <= highest(to));
        if (!is_in && !is_saturated)
            continue;
        if (!is_in)
            expected = expected < 0 ? lowest(to) : highest(to);
        if (actual != expected)
            VGPU_FAIL("convert_%s%s%s(%s %.20Lg): %.20Lg, not %.20Lg", to->name,
                      is_saturated ? "_sat" : "", mode->suffix, from->name, value, actual,
                      expected);
    }
}

/* Pairs of lanes are converted as vectors. */
static size_t append(char *source, size_t size, const struct type *from,
                     const struct type *to, const struct mode *mode, bool is_saturated)
{
    const char *saturation = is_saturated ? "_sat" : "";

    return (size_t)snprintf(
        source, size,
        "__kernel void %s_%s%s%s(__global %s *o, __global %s *x) {"
        "size_t i = get_global_id(0); if (i & 1) vstore2(convert_%s2%s%s(vload2(i, x)),"
        " i, o); else { o[2 * i] = convert_%s%s%s(x[2 * i]);"
        " o[2 * i + 1] = convert_%s%s%s(x[2 * i + 1]); } }\n",
        from->name, to->name, saturation, mode->suffix, to->name, from->name, to->name,
        saturation, mode->suffix, to->name, saturation, mode->suffix, to->name,
        saturation, mode->suffix);
}

static void each(struct jit *jit, char *source, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < NUM_TYPES; i++)
        for (size_t k = 0; k < NUM_TYPES; k++)
            for (size_t m = 0; m < NUM_MODES; m++)
                for (int s = 0; s < (types[k].kind == 'f' ? 1 : 2); s++) {
                    if (jit)
                        check(jit, &types[i], &types[k], &modes[m], s);
                    else if (used < size)
                        used += append(source + used, size - used, &types[i], &types[k],
                                       &modes[m], s);
                }
    if (!jit)
        ASSERT_LT(used, size);
}

VGPU_UNIT_TEST(conversions, of_all_types_and_roundings_are_right)
{
    enum { SOURCE_SIZE = 1 << 19 };
    char *source = malloc(SOURCE_SIZE), *log;
    struct jit *jit;

    each(NULL, source, SOURCE_SIZE);
    jit = jit_create(source, NULL, &log);
    ASSERT_STREQ("", log ? log : "clang failed");
    each(jit, NULL, 0);
    jit_destroy(jit);
    free(log);
    free(source);
}

VGPU_UNIT_TEST(conversions, that_saturate_make_0_of_what_is_no_number)
{
    char *log;
    int results[4] = {1, 1, 1, 1};
    float nothing = NAN;
    struct jit *jit = jit_create(
        "__kernel void f(__global int *o, __global float *x) {"
        "o[0] = convert_int_sat(*x); o[1] = convert_uchar_sat_rte(*x);"
        "o[2] = convert_long_sat(*x); o[3] = convert_uint4_sat((float4)*x).w; }",
        NULL, &log);

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, &nothing, NULL, NULL));
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(0, results[i]);
    jit_destroy(jit);
    free(log);
}
