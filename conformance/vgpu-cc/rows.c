/* SPDX-License-Identifier: MIT */
/* Lock-step code: what accesses become, how wide rows are and when there are none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code_abi.h"
#include "text.h"
#include "vgpu_test.h"

#define KERNEL(body)                                                         \
    "kernel void f(global float *y, global const float *x, int n, uint m)\n" \
    "{ " body " }"

/* However the index is written, neighbours' elements are read and written at once. */
VGPU_UNIT_TEST(rows, see_that_neighbours_data_lie_side_by_side)
{
    static const char *const kernels[] = {
        KERNEL("size_t i = get_global_id(0); y[i] = x[i];"),
        KERNEL("int i = get_global_id(0); y[i] = x[i];"),
        KERNEL("uint i = get_global_id(0); y[i] = x[i];"),
        KERNEL("int i = get_global_id(0); if (i < n) y[i] = x[i + 1];"),
        KERNEL("uint i = get_global_id(0); if (i > 0) y[i] = x[i - 1];"),
        KERNEL("uint i = get_global_id(1) * m + get_global_id(0); y[i] = x[i - m];"),
        KERNEL("int i = get_global_id(1) * n + get_global_id(0); y[i + n] = x[i - n];"),
        KERNEL("size_t i = get_group_id(0) * get_local_size(0) + get_local_id(0); "
               "y[i] = x[i];"),
        KERNEL("int i = get_global_id(0); y[n - 1 - i] = x[n - 1 - i];"),
        KERNEL("for (int i = get_global_id(0); i < n; i += get_global_size(0)) "
               "y[i] = x[i];"),
        KERNEL("int i = get_global_id(0); for (int k = 0; k < n; k++) "
               "y[i * 2 + 1] = x[i * 2];"),
    };

    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++) {
        expect_text(kernels[k], VGPU_CODE_LOCKSTEP, 64, "<", "masked.gather");
        expect_text(kernels[k], VGPU_CODE_LOCKSTEP, 64, "<", "masked.scatter");
    }
}

VGPU_UNIT_TEST(rows, take_vectors_of_neighbours_apart)
{
    static const char source[] =
        "kernel void f(global float4 *a, global uchar4 *b, global float *c)\n"
        "{ size_t i = get_global_id(0); a[i] = a[i] * 2 + convert_float4(b[i]);\n"
        "  vstore3(vload3(i, c) + 1, i, c); }";

    expect_text(source, VGPU_CODE_LOCKSTEP, 64, "shufflevector", "masked.gather");
    expect_text(source, VGPU_CODE_LOCKSTEP, 64, "shufflevector", "masked.scatter");
}

VGPU_UNIT_TEST(rows, gather_what_lies_apart)
{
    expect_text("kernel void f(global float *y, global const int *at)\n"
                "{ size_t i = get_global_id(0); if (at[i] >= 0) y[i] = y[at[i]]; }",
                VGPU_CODE_LOCKSTEP, 64, "masked.gather", NULL);
}

VGPU_UNIT_TEST(rows, keep_private_arrays_item_beside_item)
{
    expect_text("kernel void f(global float *y, int n)\n"
                "{ float a[8]; size_t i = get_global_id(0);\n"
                "  for (int k = 0; k < 8; k++) a[k] = y[i * 8 + k];\n"
                "  for (int k = 0; k < n; k++) a[k & 7] += a[(k + 3) & 7];\n"
                "  y[i * 8] = a[n & 7]; }",
                VGPU_CODE_LOCKSTEP, 64, "alloca", "masked.scatter");
}

VGPU_UNIT_TEST(rows, call_mathematics_of_whole_registers)
{
    char *const text = code_text("kernel void f(global float *y)\n"
                                 "{ size_t i = get_global_id(0); y[i] = exp(y[i]); }",
                                 VGPU_CODE_LOCKSTEP, 64);

    if (strstr(text, "@expf("))
        VGPU_FAIL("exp is called item by item");
    free(text);
}

/* Items that meet in one place send one sum. */
VGPU_UNIT_TEST(rows, combine_atomics_on_one_place)
{
    expect_text("kernel void f(global int *count, global const int *x)\n"
                "{ if (x[get_global_id(0)] > 3) atomic_inc(count); }",
                VGPU_CODE_LOCKSTEP, 64, "ctpop", NULL);
}

#define TEXT(number)    #number
#define TEXT_OF(number) TEXT(number)
#define TABLE(mode, width) \
    "{ i32 " TEXT_OF(VGPU_CODE_VERSION) ", i32 " mode ", i32 " width

VGPU_UNIT_TEST(rows, are_left_where_items_one_by_one_are_faster)
{
    expect_text(
        "kernel void f(global float *y, global const uint *start,\n"
        "              global const uint *at, global const float *v,\n"
        "              global const float *x)\n"
        "{ uint i = get_global_id(0); float sum = 0;\n"
        "  for (uint k = start[i]; k < start[i + 1]; k++) sum += v[k] * x[at[k]];\n"
        "  y[i] = sum; }",
        0, 64, TABLE("2", "1"), NULL);
    expect_text(KERNEL("y[get_global_id(0)] += x[get_global_id(0)];"), 0, 64,
                TABLE("1", ""), NULL);
}

/* Lines of the cache that are a power of two apart leave it before they are used up. */
VGPU_UNIT_TEST(rows, are_short_where_neighbours_lie_far_from_each_other)
{
    expect_text(KERNEL("uint i = get_global_id(0); y[i * m + get_global_id(1)] = x[i];"),
                0, 64, TABLE("1", "8"), NULL);
    expect_text(KERNEL("size_t i = get_global_id(0); y[i] = x[i * 16];"), 0, 64,
                TABLE("1", "8"), NULL);
    expect_text(KERNEL("uint i = get_global_id(0); y[i] = x[i * 2] + x[m];"), 0, 64,
                TABLE("1", "32"), NULL);
}

VGPU_UNIT_TEST(rows, are_left_where_a_kernel_is_too_large)
{
    enum { STATEMENTS = 4000 };
    char *const source = malloc(64 * (STATEMENTS + 4)), *at = source;

    at += sprintf(at, "kernel void f(global int *y) { int a = y[0], b = y[1];\n");
    for (int i = 0; i < STATEMENTS; i++)
        at += sprintf(at, "if (a > b) a = a * %d ^ y[b & 15]; else b += a;\n", i + 3);
    strcpy(at, "y[2] = a + b; }");
    expect_text(source, 0, 64, TABLE("3", "1"), NULL);
    free(source);
}
