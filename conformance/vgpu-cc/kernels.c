/* SPDX-License-Identifier: MIT */
/* The table of kernels: the same as what compiler-stub reads from the source. */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

#include "compiling.h"
#include "declaration.h"
#include "vgpu_test.h"

static void expect_same_declarations(const char *source, const char *options)
{
    struct compiled compiled = compile_source(source, options, true);
    struct vgpu_declaration *read = NULL;
    char *error = NULL;
    size_t count = 0;

    if (vgpu_declarations_parse(source, strlen(source), NULL, &read, &count, NULL,
                                &error))
        VGPU_FAIL("%s: %s", source, error);
    if (expect_done(&compiled) && compiled.unit.num_kernels != count)
        VGPU_FAIL("%zu kernels instead of %zu", compiled.unit.num_kernels, count);
    for (size_t i = 0; i < compiled.unit.num_kernels && i < count; i++) {
        const struct vgpu_declaration *found = &compiled.unit.kernels[i].declaration;

        if (!vgpu_declaration_is_same(found, &read[i])) {
            char *a = vgpu_declaration_print(found);
            char *b = vgpu_declaration_print(&read[i]);

            VGPU_FAIL("compiled %s [%s]\nread     %s [%s]", a, found->attributes, b,
                      read[i].attributes);
            free(a);
            free(b);
        }
    }
    vgpu_declarations_free(read, count);
    compiled_fini(&compiled);
    free(error);
}

VGPU_UNIT_TEST(kernels, are_as_the_declaration_says)
{
    expect_same_declarations("kernel void f() {}", "");
    expect_same_declarations(
        "kernel void f(global float *restrict a, const global volatile int *b,\n"
        "              constant char *c, local uint *d) {}\n"
        "kernel void g(unsigned char a, ushort b, long c, unsigned long d, float e,\n"
        "              double f, char g, short h, unsigned int i) {}",
        "");
    expect_same_declarations("kernel void f(float2 a, float3 b, uchar4 c, long8 d,\n"
                             "              double16 e, global float4 *f,\n"
                             "              constant ushort3 *g) {}",
                             "");
    expect_same_declarations("typedef struct { int a; float3 b; } body;\n"
                             "typedef struct named { char a[5]; } other;\n"
                             "struct plain { long a; };\n"
                             "union both { int a; float b; };\n"
                             "typedef float real;\n"
                             "typedef global real *reals;\n"
                             "enum mode { ON, OFF };\n"
                             "kernel void f(body a, other b, struct plain c,\n"
                             "              union both d, real e, reals f, enum mode g,\n"
                             "              global body *h, global struct plain *i,\n"
                             "              global enum mode *j, global real *k) {}",
                             "");
    expect_same_declarations("typedef float real;\n"
                             "kernel void f(global int (*a)[4],\n"
                             "              global const real (*b)[2][3],\n"
                             "              global float c[], global size_t *d) {}",
                             "");
    expect_same_declarations(
        "__attribute__((reqd_work_group_size(8, 4, 1))) kernel void f(int a) {}\n"
        "kernel __attribute__((work_group_size_hint(64, 1, 1)))\n"
        "       __attribute__((vec_type_hint(float4))) void g(int a) {}\n"
        "kernel __attribute__((vec_type_hint(uint))) void h(int a) {}",
        "");
    expect_same_declarations("kernel void f(global int *global *a,\n"
                             "              global float *local *b) {}",
                             "-cl-std=CL3.0");
}

VGPU_UNIT_TEST(kernels, know_the_size_of_every_value)
{
    struct compiled compiled = compile_source(
        "typedef struct { float3 a; int b; } body;\n"
        "struct small { char a[3]; };\n"
        "kernel void f(body a, struct small b, float3 c, double16 d, char e,\n"
        "              global int *f, local char *g, ulong h, char3 i) {}",
        "", true);
    static const size_t sizes[] = {32, 3, 16, 128, 1, 8, 8, 8, 4};

    if (expect_done(&compiled)) {
        const struct vgpu_declaration *f = &compiled.unit.kernels[0].declaration;

        ASSERT_EQ(9, f->num_parameters);
        for (size_t i = 0; i < 9; i++)
            EXPECT_EQ(sizes[i], f->parameters[i].size);
        EXPECT_STREQ("e", f->parameters[4].name);
        EXPECT_TRUE(f->is_definition);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(kernels, normalise_what_clang_writes)
{
    static const char *const cases[][2] = {
        {"float __attribute__((ext_vector_type(3)))", "float3"},
        {"uchar __attribute__((ext_vector_type(16)))*", "uchar16*"},
        {"__global int[4]*", "int(*)[4]"},
        {"float[2][3]*", "float(*)[2][3]"},
        {"__global int **", "int**"},
        {"struct foo*", "struct foo*"},
        {"int*", "int*"},
        {"", ""},
        {"x __attribute__((odd))", "x __attribute__((odd))"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = vgpu_cc_type_normalise(cases[i][0]);

        EXPECT_STREQ(cases[i][1], text);
        free(text);
    }
}
