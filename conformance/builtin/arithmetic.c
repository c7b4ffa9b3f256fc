/* SPDX-License-Identifier: MIT */
/* Integer functions, on all types, against the same written with wide integers.
 * [OpenCL C 3.0, 6.15.3] */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jit.h"
#include "vgpu_test.h"

#define COUNT 4096

__extension__ typedef __int128 wide; /* holds every sum and product here */

static const struct type {
    const char *name;
    unsigned bits;
    bool is_signed;
} types[] = {{"char", 8, true},     {"uchar", 8, false}, {"short", 16, true},
             {"ushort", 16, false}, {"int", 32, true},   {"uint", 32, false},
             {"long", 64, true},    {"ulong", 64, false}};
#define NUM_TYPES (sizeof(types) / sizeof(types[0]))

static wide lowest(const struct type *type)
{
    return type->is_signed ? -((wide)1 << (type->bits - 1)) : 0;
}

static wide highest(const struct type *type)
{
    return ((wide)1 << (type->bits - type->is_signed)) - 1;
}

static wide saturated(const struct type *type, wide value)
{
    return value < lowest(type)    ? lowest(type)
           : value > highest(type) ? highest(type)
                                   : value;
}

/* The low bits, with the type's sign; of its unsigned twin where there is none. */
static wide wrapped(const struct type *type, wide value)
{
    wide low = value & (((wide)1 << type->bits) - 1);

    return type->is_signed && (low >> (type->bits - 1)) != 0
               ? low - ((wide)1 << type->bits)
               : low;
}

static wide high_half(const struct type *type, wide x, wide y)
{
    __extension__ unsigned __int128 product;

    if (type->is_signed || type->bits < 64)
        return (x * y) >> type->bits;
    product = (__extension__(unsigned __int128) x) * (__extension__(unsigned __int128) y);
    return (wide)(product >> 64);
}

static wide zeros(const struct type *type, wide x, bool from_top)
{
    wide count = 0;

    while (count < type->bits &&
           (x >> (from_top ? (wide)type->bits - 1 - count : count) & 1) == 0)
        count++;
    return count;
}

static wide ones(const struct type *type, wide x)
{
    wide count = 0;

    for (unsigned i = 0; i < type->bits; i++)
        count += x >> i & 1;
    return count;
}

static wide rotated(const struct type *type, wide x, wide y)
{
    unsigned by = (unsigned)y & (type->bits - 1);
    wide u = x & (((wide)1 << type->bits) - 1);

    return u << by | u >> (type->bits - by);
}

/* A product of 64-bit numbers without sign does not fit with a third. */
static wide mad_sat(const struct type *type, wide x, wide y, wide z)
{
    if (!type->is_signed && type->bits == 64 && high_half(type, x, y) != 0)
        return highest(type);
    return saturated(type, x * y + z);
}

static const struct operation {
    const char *expression;
} operations[] = {
    {"add_sat(x, y)"},    {"sub_sat(x, y)"}, {"hadd(x, y)"},
    {"rhadd(x, y)"},      {"mul_hi(x, y)"},  {"mad_hi(x, y, z)"},
    {"mad_sat(x, y, z)"}, {"(T)abs(x)"},     {"(T)abs_diff(x, y)"},
    {"min(x, y)"},        {"max(x, y)"},     {"clamp(x, min(y, z), max(y, z))"},
    {"clz(x)"},           {"ctz_(x)"},       {"popcount(x)"},
    {"rotate(x, y)"}};
#define NUM_OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static wide right(const struct type *type, size_t operation, wide x, wide y, wide z)
{
    wide low = y < z ? y : z, high = y < z ? z : y;

    switch (operation) {
    case 0:
        return saturated(type, x + y);
    case 1:
        return saturated(type, x - y);
    case 2:
        return (x + y) >> 1;
    case 3:
        return (x + y + 1) >> 1;
    case 4:
        return high_half(type, x, y);
    case 5:
        return high_half(type, x, y) + z;
    case 6:
        return mad_sat(type, x, y, z);
    case 7:
        return x < 0 ? -x : x;
    case 8:
        return x < y ? y - x : x - y;
    case 9:
        return x < y ? x : y;
    case 10:
        return x < y ? y : x;
    case 11:
        return x < low ? low : x > high ? high : x;
    case 12:
        return zeros(type, x, true);
    case 13:
        return zeros(type, x, false);
    case 14:
        return ones(type, x);
    default:
        return rotated(type, x, y);
    }
}

static wide element(const struct type *type, const void *array, size_t at)
{
    int64_t value = 0;

    memcpy(&value, (const char *)array + at * (type->bits / 8), type->bits / 8);
    return wrapped(type, value);
}

/* Ends of ranges among numbers that look random. */
static void fill(const struct type *type, void *array, uint64_t seed)
{
    for (size_t i = 0; i < COUNT; i++) {
        uint64_t state = (i + seed) * 0x9e3779b97f4a7c15u;
        wide value = (wide)(state ^ state >> 29);
        int64_t low;
        value = state >> 60 < 3   ? lowest(type)
                : state >> 60 < 6 ? highest(type)
                : state >> 60 < 9 ? (wide)(state >> 40 & 7) - 3
                                  : value >> (state & 31);
        low = (int64_t)value;
        memcpy((char *)array + i * (type->bits / 8), &low, type->bits / 8);
    }
}

static size_t append_type(char *source, size_t size, const struct type *type)
{
    size_t used = (size_t)snprintf(source, size, "#undef T\n#define T %s\n", type->name);

    for (size_t k = 0; k < NUM_OPERATIONS; k++)
        used += (size_t)snprintf(
            source + used, size - used,
            "__kernel void %s_%zu(__global T *o, __global T *px, __global T *py,"
            "__global T *pz) { size_t i = get_global_id(0);"
            "T x = px[i], y = py[i], z = pz[i]; o[i] = %s; }\n",
            type->name, k, operations[k].expression);
    return used;
}

static void check(struct jit *jit, const struct type *type, size_t operation,
                  void *const arrays[4])
{
    char name[32];

    snprintf(name, sizeof(name), "%s_%zu", type->name, operation);
    ASSERT_TRUE(jit_run(jit, name, COUNT, arrays[0], arrays[1], arrays[2], arrays[3]));
    for (size_t i = 0; i < COUNT; i++) {
        wide x = element(type, arrays[1], i), y = element(type, arrays[2], i),
             z = element(type, arrays[3], i);
        wide expected = wrapped(type, right(type, operation, x, y, z));
        wide actual = element(type, arrays[0], i);
        if (actual != expected)
            VGPU_FAIL("%s of %s, x = %lld, y = %lld, z = %lld: %lld, not %lld",
                      operations[operation].expression, type->name, (long long)x,
                      (long long)y, (long long)z, (long long)actual, (long long)expected);
        if (actual != expected)
            return;
    }
}

VGPU_UNIT_TEST(integers, are_calculated_as_with_wide_integers)
{
    enum { SOURCE_SIZE = 1 << 16 };
    char *source = malloc(SOURCE_SIZE), *log;
    void *arrays[4];
    size_t used = 0;
    struct jit *jit;

    for (unsigned i = 0; i < 4; i++)
        arrays[i] = malloc(COUNT * sizeof(int64_t));
    /* ctz is of OpenCL C 2.0 and later; older sources have none. */
    used = (size_t)snprintf(source, SOURCE_SIZE, "#define ctz_ ctz\n");
    for (size_t i = 0; i < NUM_TYPES; i++)
        used += append_type(source + used, SOURCE_SIZE - used, &types[i]);
    ASSERT_LT(used, SOURCE_SIZE);
    jit = jit_create(source, "-cl-std=CL3.0", &log);
    ASSERT_STREQ("", log ? log : "clang failed");
    for (size_t i = 0; i < NUM_TYPES; i++) {
        for (unsigned k = 1; k < 4; k++)
            fill(&types[i], arrays[k], k * 1000003);
        for (size_t k = 0; k < NUM_OPERATIONS; k++)
            check(jit, &types[i], k, arrays);
    }
    jit_destroy(jit);
    free(log);
    free(source);
    for (unsigned i = 0; i < 4; i++)
        free(arrays[i]);
}

VGPU_UNIT_TEST(integers, of_24_bits_and_halves_are_put_together)
{
    char *log;
    long long results[10] = {0};
    struct jit *jit = jit_create(
        "__kernel void f(__global long *o) {"
        " o[0] = mul24(-3, 1000); o[1] = mad24(1000u, 1000u, 7u);"
        " o[2] = upsample((char)-1, (uchar)2); o[3] = upsample((uchar)1, (uchar)2);"
        " o[4] = upsample((short)-1, (ushort)2); o[5] = upsample(1u, 2u);"
        " o[6] = upsample(-1, 2u);"
        " int4 v = max((int4)(1, -2, 3, -4), 0); o[7] = v.x + v.y + v.z + v.w;"
        " char3 c = add_sat((char3)(100, -100, 5), (char3)(100, -100, 6));"
        " o[8] = c.x * 1000000L + c.y * 1000 + c.z;"
        " uint8 u = rotate((uint8)(0x80000001u), (uint8)(1u)); o[9] = u.s7; }",
        NULL, &log);

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, NULL, NULL, NULL));
    EXPECT_EQ(-3000, results[0]);
    EXPECT_EQ(1000007, results[1]);
    EXPECT_EQ(-254, results[2]);
    EXPECT_EQ(258, results[3]);
    EXPECT_EQ(-65534, results[4]);
    EXPECT_EQ((1LL << 32) + 2, results[5]);
    EXPECT_EQ(-(1LL << 32) + 2, results[6]);
    EXPECT_EQ(4, results[7]);
    EXPECT_EQ(127000000 - 128000 + 11, results[8]);
    EXPECT_EQ(3, results[9]);
    jit_destroy(jit);
    free(log);
}
