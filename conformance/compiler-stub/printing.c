/* SPDX-License-Identifier: MIT */
/* What is printed reads back as the same declaration. */
#include <stdio.h>
#include <stdlib.h>

#include "declaration.h"
#include "reading.h"
#include "vgpu_test.h"

VGPU_UNIT_TEST(vgpu_declaration_print, reads_back_as_itself)
{
    static const char *const sources[] = {
        "__kernel void f()",
        "__kernel void axpy(__global float *y, __global const int *x, int a)",
        "__kernel void f(__constant float4 *a, __local volatile int *restrict b)",
        "__kernel void f(struct s a, int b)",
        "__kernel void f(__global float *, uint, __local int *restrict)",
        "__kernel void f(__global float (*a)[4][8], __global const int (*restrict)[2])",
        "__kernel void f(float *__global const *a, float **__constant *b)",
        "__kernel void f(float *__global (*a)[3], image2d_t b, unknown c, size_t d)",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        char source[160];
        struct vgpu_declaration d;
        char *printed;

        snprintf(source, sizeof source, "%s;", sources[i]);
        d = read_one(source);
        printed = vgpu_declaration_print(&d);
        EXPECT_STREQ(sources[i], printed);
        free(printed);
        vgpu_declaration_fini(&d);
    }
}
