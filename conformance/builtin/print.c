/* SPDX-License-Identifier: MIT */
/* OpenCL C's printf on the host's side. [OpenCL C 3.0, 6.15.14] */
#define _GNU_SOURCE
#include "print.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "print_format.h"
#include "vgpu_test.h"

static char output[20000];
static int status;

/* What a call writes, stdout being a file meanwhile. */
static const char *printed(const char *format, const char *kinds, const void *values)
{
    FILE *file = tmpfile();
    int saved = dup(STDOUT_FILENO);
    size_t size;

    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    status = vgpu_print(format, kinds, values);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(file);
    size = fread(output, 1, sizeof(output) - 1, file);
    output[size] = '\0';
    fclose(file);
    return output;
}

static const char *printed_int(const char *format, int value)
{
    struct {
        _Alignas(16) int value[4];
    } values = {{value}};

    return printed(format, "i32", &values);
}

static const char *printed_real(const char *format, double value)
{
    struct {
        _Alignas(16) double value[2];
    } values = {{value}};

    return printed(format, "f64", &values);
}

VGPU_UNIT_TEST(print, writes_integers_with_flags_widths_and_lengths)
{
    EXPECT_STREQ("[   42]", printed_int("[%5d]", 42));
    EXPECT_STREQ("[42   ]", printed_int("[%-5d]", 42));
    EXPECT_STREQ("[+0042]", printed_int("[%+05d]", 42));
    EXPECT_STREQ("[ 042]", printed_int("[% .3d]", 42));
    EXPECT_STREQ("0x2a 100%", printed_int("%#x 100%%", 42));
    EXPECT_STREQ("4294967295", printed_int("%u", -1));
    EXPECT_STREQ("-1", printed_int("%hhd", 255));
    EXPECT_STREQ("255", printed_int("%hhu", -1));
    EXPECT_STREQ("ffff", printed_int("%hx", -1));
    EXPECT_STREQ("52", printed_int("%o", 42));
    EXPECT_STREQ("  A", printed_int("%3c", 'A'));
    EXPECT_EQ(0, status);
}

VGPU_UNIT_TEST(print, writes_reals)
{
    EXPECT_STREQ("1.500000", printed_real("%f", 1.5));
    EXPECT_STREQ("[   1.5]", printed_real("[%6.1f]", 1.5));
    EXPECT_STREQ("1.5e+10", printed_real("%g", 1.5e10));
    EXPECT_STREQ("0x1.8p+0", printed_real("%a", 1.5));
    EXPECT_STREQ("INF", printed_real("%F", INFINITY));
    EXPECT_STREQ("nan", printed_real("%f", NAN));
}

VGPU_UNIT_TEST(print, writes_vectors_with_commas)
{
    struct {
        _Alignas(16) float floats[4];
        char bytes[16];
        int64_t longs[2];
        int ints[8];
        uint16_t halves[8];
    } values = {{1, 2, 3, 4.5f},
                {1, -2, 3},
                {LLONG_MAX, -1},
                {1, 2, 3, 4, 5, 6, 7, 8},
                {0x3c00, 0xc000, 1, 0x7c00}};

    EXPECT_STREQ("1.0,2.0,3.0,4.5|1,-2,3|7fffffffffffffff,ffffffffffffffff|"
                 " 1, 2, 3, 4, 5, 6, 7, 8|1,-2,5.96046e-08,inf",
                 printed("%.1v4hlf|%v3hhd|%v2lx|%2v8hld|%v4hg",
                         "f32x4 i8x3 i64x2 i32x8 f16x4", &values));
    EXPECT_EQ(0, status);
}

VGPU_UNIT_TEST(print, writes_strings_and_pointers)
{
    struct {
        _Alignas(16) const char *string;
        _Alignas(16) uintptr_t pointer;
        _Alignas(16) const char *nothing;
    } values = {"text", 0x1234, NULL};

    EXPECT_STREQ("[text] 0x1234 (null)", printed("[%s] %p %s", "s p s", &values));
    EXPECT_STREQ("[ te] 0x1234", printed("[%3.2s] %p", "s p", &values));
    EXPECT_EQ(0, status);
}

VGPU_UNIT_TEST(print, stops_where_the_format_is_none_or_has_no_values)
{
    EXPECT_STREQ("a", printed_int("a%n", 1));
    EXPECT_EQ(-1, status);
    EXPECT_STREQ("1 ", printed_int("%d %d", 1));
    EXPECT_EQ(-1, status);
    EXPECT_STREQ("", printed_int("%", 1));
    EXPECT_STREQ("", printed_int("%v5d", 1));
    EXPECT_STREQ("", printed_int("%lld", 1));
    EXPECT_STREQ("", printed_int("%*d", 1));
    EXPECT_STREQ("", printed_int("%hld", 1));
    EXPECT_STREQ("x", printed("x", "", NULL));
    EXPECT_EQ(0, status);
}

VGPU_UNIT_TEST(print, writes_values_of_other_kinds_as_what_they_are)
{
    EXPECT_STREQ("42.000000", printed_int("%f", 42));
    EXPECT_STREQ("-3", printed_real("%d", -3.7));
    EXPECT_STREQ("0", printed_real("%d", INFINITY));
    EXPECT_STREQ("(no string)", printed_int("%s", 42));
    EXPECT_STREQ("0x2a", printed_int("%p", 42));
}

VGPU_UNIT_TEST(print, bounds_widths)
{
    EXPECT_EQ(VGPU_PRINT_MAX_WIDTH, strlen(printed_int("%99999999999999999999d", 1)));
    EXPECT_EQ(VGPU_PRINT_MAX_WIDTH, strlen(printed_int("%.99999999999999999999d", 1)));
    EXPECT_LT(VGPU_PRINT_MAX_WIDTH, strlen(printed_real("%.999999f", 1e300)));
}
