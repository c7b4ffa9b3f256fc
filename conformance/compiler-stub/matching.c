/* SPDX-License-Identifier: MIT */
/* Which signatures match. */
#include "declaration.h"

#include "reading.h"
#include "vgpu_test.h"

static void expect_match(bool expected, const char *left, const char *right)
{
    struct vgpu_declaration a = read_one(left);
    struct vgpu_declaration b = read_one(right);

    if (vgpu_declaration_matches(&a, &b) != expected ||
        vgpu_declaration_matches(&b, &a) != expected)
        VGPU_FAIL("%s\n%s\n%s", left, right,
                  expected ? "should match" : "should not match");
    vgpu_declaration_fini(&a);
    vgpu_declaration_fini(&b);
}

VGPU_UNIT_TEST(vgpu_declaration_matches, takes_other_spellings_names_and_qualifiers)
{
    expect_match(true, "kernel void f(global float *a, uint b);",
                 "__kernel void f(__global const float *restrict x, unsigned int y) {}");
    expect_match(true, "kernel void f(cl_float4 a, cl_int b, uint8_t c, size_t d);",
                 "kernel void f(float4 a, int b, uchar c, ulong d);");
    expect_match(true, "typedef float real; kernel void f(real a, global real *b);",
                 "kernel void f(float a, global float *b);");
    expect_match(
        true, "typedef struct body { int a; } body_t; kernel void f(global body_t *a);",
        "kernel void f(global struct body *a);");
    expect_match(true, "kernel void f(global float a[]);",
                 "kernel void f(global float *a);");
    expect_match(true, "kernel void f(enum mode a);", "kernel void f(int a);");
    expect_match(true, "typedef global int *ints; kernel void f(ints a);",
                 "kernel void f(global int *a);");
    expect_match(true, "kernel void f();", "kernel void f(void);");
}

VGPU_UNIT_TEST(vgpu_declaration_matches, refuses_other_signatures)
{
    expect_match(false, "kernel void f(int a);", "kernel void g(int a);");
    expect_match(false, "kernel void f(int a);", "kernel void f(int a, int b);");
    expect_match(false, "kernel void f(int a);", "kernel void f(float a);");
    expect_match(false, "kernel void f(int a);", "kernel void f(uint a);");
    expect_match(false, "kernel void f(float4 a);", "kernel void f(float3 a);");
    expect_match(false, "kernel void f(global int *a);", "kernel void f(local int *a);");
    expect_match(false, "kernel void f(global int *a);",
                 "kernel void f(constant int *a);");
    expect_match(false, "kernel void f(global int *a);", "kernel void f(long a);");
    expect_match(false, "kernel void f(global int *a);",
                 "kernel void f(global float *a);");
    expect_match(false, "kernel void f(global void *a);",
                 "kernel void f(global float *a);");
    expect_match(false, "kernel void f(struct a x);", "kernel void f(struct b x);");
    expect_match(false, "kernel void f(image2d_t a);", "kernel void f(global float *a);");
    expect_match(false, "kernel void f(image2d_t a);", "kernel void f(image3d_t a);");
    expect_match(false, "kernel void f(global int (*a)[4]);",
                 "kernel void f(global int (*a)[8]);");
}

/* Of a registered kernel: `parameters` as in VGPU_KERNEL, `size` that of its first one.
 */
static void expect_registered_match(bool expected, const char *source,
                                    const char *parameters, size_t size)
{
    struct vgpu_declaration a = read_one(source);
    struct vgpu_declaration b = read_macro("f", parameters);

    if (b.num_parameters == 1)
        b.parameters[0].size = size;
    if (vgpu_declaration_matches(&a, &b) != expected)
        VGPU_FAIL("%s\n%s\n%s", source, parameters,
                  expected ? "should match" : "should not match");
    vgpu_declaration_fini(&a);
    vgpu_declaration_fini(&b);
}

VGPU_UNIT_TEST(vgpu_declaration_matches, is_lenient_with_names_that_nothing_explains)
{
    expect_registered_match(true, "kernel void f(float a);", "(REAL, a)", 4);
    expect_registered_match(false, "kernel void f(double a);", "(REAL, a)", 4);
    expect_registered_match(true, "kernel void f(real a);", "(float, a)", 4);
    expect_registered_match(true, "kernel void f(real a);", "(REAL, a)", 4);
    expect_registered_match(true, "kernel void f(global float *a);",
                            "(__global REAL *, a)", 8);
    expect_registered_match(false, "kernel void f(global float *a);",
                            "(__local REAL *, a)", 8);
    expect_registered_match(false, "kernel void f(float a);", "(__global REAL *, a)", 8);
    expect_registered_match(
        true, "typedef struct { int a; } body; kernel void f(body a);", "(body, a)", 4);
    expect_registered_match(
        false, "typedef struct { int a; } body; kernel void f(body a);", "(other, a)", 4);
    expect_registered_match(false, "kernel void f(sampler_t a);", "(REAL, a)", 4);
}
