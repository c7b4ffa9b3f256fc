/* SPDX-License-Identifier: MIT */
/* The checks: compare, and word the failure. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *vgpu_test_cl_name(cl_int code)
{
    switch (code) {
#define CODE(name) \
    case name:     \
        return #name;
#include "cl_code.def"
#undef CODE
    default:
        return "unknown";
    }
}

void vgpu_test_fail_format(const char *file, int line, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    vgpu_test_fail(file, line, text ? text : format);
    free(text);
}

bool vgpu_check_cl(const char *file, int line, const char *expected_text,
                   const char *actual_text, cl_int expected, cl_int actual)
{
    if (expected == actual)
        return true;
    vgpu_test_fail_format(
        file, line,
        "  expected: %s, which is %s (%d)\n    actual: %s (%d)\n        of: %s",
        expected_text, vgpu_test_cl_name(expected), expected, vgpu_test_cl_name(actual),
        actual, actual_text);
    return false;
}

bool vgpu_check_bool(const char *file, int line, bool wanted, const char *text,
                     bool value)
{
    if (wanted == value)
        return true;
    vgpu_test_fail_format(file, line, "  expected: %s\n    actual: %s\n        of: %s",
                          wanted ? "true" : "false", value ? "true" : "false", text);
    return false;
}

static bool compare(enum vgpu_comparison comparison, long long left, long long right)
{
    switch (comparison) {
    case VGPU_CHECK_EQ:
        return left == right;
    case VGPU_CHECK_NE:
        return left != right;
    case VGPU_CHECK_LT:
        return left < right;
    case VGPU_CHECK_LE:
        return left <= right;
    case VGPU_CHECK_GT:
        return left > right;
    case VGPU_CHECK_GE:
        return left >= right;
    }
    return false;
}

bool vgpu_check_int(const char *file, int line, enum vgpu_comparison comparison,
                    const char *left_text, const char *right_text, long long left,
                    long long right)
{
    static const char *const signs[] = {"==", "!=", "<", "<=", ">", ">="};

    if (compare(comparison, left, right))
        return true;
    vgpu_test_fail_format(
        file, line,
        "  expected: %s %s %s\n      left: %lld (%#llx)\n     right: %lld (%#llx)",
        left_text, signs[comparison], right_text, left, (unsigned long long)left, right,
        (unsigned long long)right);
    return false;
}

bool vgpu_check_string(const char *file, int line, const char *expected_text,
                       const char *actual_text, const char *expected, const char *actual)
{
    if (expected == actual || (expected && actual && strcmp(expected, actual) == 0))
        return true;
    vgpu_test_fail_format(
        file, line, "  expected: %s, which is \"%s\"\n    actual: \"%s\"\n        of: %s",
        expected_text, expected ? expected : "(NULL)", actual ? actual : "(NULL)",
        actual_text);
    return false;
}

bool vgpu_check_contains(const char *file, int line, const char *haystack_text,
                         const char *haystack, const char *needle)
{
    if (haystack && needle && strstr(haystack, needle))
        return true;
    vgpu_test_fail_format(
        file, line, "  expected: text with \"%s\"\n    actual: \"%s\"\n        of: %s",
        needle ? needle : "(NULL)", haystack ? haystack : "(NULL)", haystack_text);
    return false;
}

bool vgpu_check_near(const char *file, int line, const char *expected_text,
                     const char *actual_text, double expected, double actual,
                     double tolerance)
{
    if (fabs(expected - actual) <= tolerance)
        return true;
    vgpu_test_fail_format(
        file, line,
        "  expected: %s, which is %.9g, within %g\n    actual: %.9g\n        of: %s",
        expected_text, expected, tolerance, actual, actual_text);
    return false;
}

bool vgpu_check_bytes(const char *file, int line, const char *expected_text,
                      const char *actual_text, const void *expected, const void *actual,
                      size_t size)
{
    const unsigned char *e = expected, *a = actual;
    size_t at = 0;

    if (size == 0 || memcmp(e, a, size) == 0)
        return true;
    while (e[at] == a[at])
        at++;
    vgpu_test_fail_format(file, line,
                          "  expected: the %zu bytes of %s\n    actual: %s\n"
                          "first difference: byte %zu is %#04x, not %#04x",
                          size, expected_text, actual_text, at, a[at], e[at]);
    return false;
}
