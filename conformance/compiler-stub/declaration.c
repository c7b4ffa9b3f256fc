/* SPDX-License-Identifier: MIT */
/* Declarations that are read, and those that are refused. */
#include "declaration.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "vgpu_test.h"

struct row {
    const char *source;
    const char *expected; /* kernels, or part of the message */
};

static const struct row good[] = {
    {"", ""},
    {"int x; float f(int a) { return a; }", ""},
    {"__kernel void f() {}", "f();"},
    {"kernel void f(void);", "f();"},
    {"void kernel f(void);", "f();"},
    {"__kernel void a(int x) { if (x) { x = 1; } } __kernel void b(int y);",
     "a(int x);b(int y);"},
    {"__kernel void f(__global float *a, __constant int *b, __local char *c, float d) {}",
     "f(__global float *a, __constant int *b, __local char *c, float d);"},
    {"kernel void f(global float *a, constant int *b, local char *c, private float d) {}",
     "f(__global float *a, __constant int *b, __local char *c, float d);"},
    {"__kernel void f(const __global float *a, float const __global *b, float __global "
     "const *c);",
     "f(__global const float *a, __global const float *b, __global const float *c);"},
    {"__kernel void f(__global volatile int *restrict a, __global int *const b);",
     "f(__global volatile int *restrict a, __global int *b);"},
    {"__kernel void f(__global int *__restrict__ a, const int b, volatile int c);",
     "f(__global int *restrict a, int b, int c);"},
    {"__kernel void f(unsigned a, unsigned int b, int unsigned c, signed d, unsigned "
     "char e);",
     "f(uint a, uint b, uint c, int d, uchar e);"},
    {"__kernel void f(long int a, unsigned long long b, short int c, unsigned short d, "
     "long e);",
     "f(long a, ulong b, short c, ushort d, long e);"},
    {"__kernel void f(__global unsigned char *a, signed char b);",
     "f(__global uchar *a, char b);"},
    {"__kernel void f(cl_float4 a, cl_uint b, uint32_t c, size_t d);",
     "f(float4 a, uint b, uint c, size_t d);"},
    {"__kernel void f(__global struct body *a, struct body b, union u c, enum e d);",
     "f(__global struct body *a, struct body b, union u c, enum e d);"},
    {"struct body { float x, y; }; __kernel void f(__global struct body *a);",
     "f(__global struct body *a);"},
    {"typedef struct { float x; int n[4]; } body; __kernel void f(__global const body "
     "*a);",
     "f(__global const body *a);"},
    {"typedef struct body { float x; } body_t; __kernel void f(body_t a, __global body_t "
     "*b);",
     "f(body_t a, __global body_t *b);"},
    {"struct { int a; } table = { 3 }; __kernel void f(int a);", "f(int a);"},
    {"__kernel void f(__global float a[], __local int b[16], __global float c[4][8]);",
     "f(__global float *a, __local int *b, __global float (*c)[8]);"},
    {"__kernel void f(__global float (*a)[16], __global float4 (*)[2]);",
     "f(__global float (*a)[16], __global float4 (*)[2]);"},
    {"__kernel void f(__global float *, int, __local float *restrict, __global int[]);",
     "f(__global float *, int, __local float *restrict, __global int *);"},
    {"__kernel void f(__global float *__global *a);", "f(float *__global *a);"},
    {"typedef __global float *floats; __kernel void f(floats a);",
     "f(__global float *a);"},
    {"typedef unsigned int u32; typedef u32 word; __kernel void f(word a, __global u32 "
     "*b);",
     "f(word a, __global u32 *b);"},
    {"__kernel void f(read_only image2d_t a, __write_only image3d_t b, sampler_t c, "
     "read_only pipe int d, event_t e);",
     "f(image2d_t a, image3d_t b, sampler_t c, pipe d, event_t e);"},
    {"__attribute__((reqd_work_group_size(8, 8, 1))) __kernel void f(int a) {}",
     "f(int a);"},
    {"__kernel __attribute__((vec_type_hint(float4))) void f(int a) {}", "f(int a);"},
    {"__kernel void f(int a) __attribute__((foo)) {}", "f(int a);"},
    {"__kernel void f(int a __attribute__((unused)), __global int *b "
     "__attribute__((aligned(4))));",
     "f(int a, __global int *b);"},
    {"__kernel void f(int a); __kernel void f(int b) {}", "f(int b);"},
    {"__kernel void f(int a) {} __kernel void f(int b);", "f(int a);"},
    {"__constant float table[] = { 1.0f, 2.0f, }; __kernel void f(int a) { char c = '}'; "
     "}",
     "f(int a);"},
    {"__constant int n = 3, m = (4); static inline int g(int a) { return a; } "
     "__kernel static void f(int a) { char *s = \"}{\"; /* } */ }",
     "f(int a);"},
    {"SOMETHING_UNKNOWN(x) __kernel void f(int a) {}", "f(int a);"},
    {"struct body f(int x) { return g(x); } __kernel void h(int a) {}", "h(int a);"},
    {"struct __attribute__((packed)) body { int a; }; __kernel void f(struct body a) {}",
     "f(struct body a);"},
    {"_Pragma(\"unroll\") __kernel void f(int a) {}", "f(int a);"},
    {"__kernel void f(real a, __global particle *b);",
     "f(real a, __global particle *b);"},
};

static const struct row bad[] = {
    {"__kernel int f(int a) {}", "must return void, not 'int'"},
    {"__kernel void *f(int a) {}", "must return void"},
    {"__kernel f(int a) {}", "a kernel is declared as"},
    {"__kernel void (int a);", "a kernel is declared as"},
    {"__kernel void f;", "a kernel is declared as"},
    {"__kernel void f(int a", "a kernel is declared as"},
    {"__kernel", "a kernel is declared as"},
    {"\n\n__kernel void f(float *x) {}",
     "line 3: parameter 1 of kernel 'f': the pointer has no address space"},
    {"__kernel void f(int a, __private float *x) {}", "parameter 2 of kernel 'f'"},
    {"__kernel void f(__generic float *x) {}", "private memory"},
    {"__kernel void f(__global float **x) {}", "no address space"},
    {"__kernel void f(__global float x) {}", "is a '*' missing?"},
    {"__kernel void f(__local int x) {}", "is a '*' missing?"},
    {"__kernel void f(__global __local int *x) {}", "two address spaces"},
    {"__kernel void f(__global int *__local x) {}", "pointer itself"},
    {"__kernel void f(int a, void) {}", "the type void"},
    {"__kernel void f(void a) {}", "the type void"},
    {"__kernel void f(int a,) {}", "no type"},
    {"__kernel void f(,) {}", "no type"},
    {"__kernel void f(const) {}", "no type"},
    {"__kernel void f(unsigned float a) {}", "'a' is not expected"},
    {"__kernel void f(unsigned signed a) {}", "make no type together"},
    {"__kernel void f(char long a) {}", "make no type together"},
    {"__kernel void f(int int a) {}", "make no type together"},
    {"__kernel void f(struct a int b) {}", "two types"},
    {"__kernel void f(int a b) {}", "'b' is not expected"},
    {"__kernel void f(int a = 3) {}", "'=' is not expected"},
    {"__kernel void f(void (*callback)(int)) {}", "a function cannot be passed"},
    {"__kernel void f(int g(int)) {}", "a function cannot be passed"},
    {"__kernel void f(int ((a))) {}", "is not read"},
    {"__kernel void f(struct { int a; } b) {}", "no name"},
    {"__kernel void f(__global int *********a) {}", "too many pointers"},
    {"__kernel void f(int a) {} __kernel void f(int a) {}",
     "defined twice; first in line 1"},
    {"__kernel void f(int a);\n__kernel void f(float a) {}",
     "line 2: kernel 'f' has other"},
    {"__kernel void f(int a) {", "this '{' has no '}'"},
    {"__kernel void f(int a) {}}", "'}' closes no bracket"},
    {"int a);", "')' closes no bracket"},
    {"__attribute__((reqd_work_group_size(8, 8))) __kernel void f(int a);",
     "three sizes"},
    {"__attribute__((reqd_work_group_size(8, 8, 0))) __kernel void f(int a);",
     "sizes from 1"},
    {"__attribute__((reqd_work_group_size(8, 8, -1))) __kernel void f(int a);",
     "sizes from 1"},
    {"__attribute__((reqd_work_group_size(8, 8, 1, 1))) __kernel void f(int a);",
     "three sizes"},
    {"__attribute__((reqd_work_group_size(8, N, 1))) __kernel void f(int a);",
     "no constant"},
    {"__attribute__((reqd_work_group_size)) __kernel void f(int a);", "three sizes"},
    {"__attribute__(foo) __kernel void f(int a);", "is written __attribute__((name))"},
    {"__kernel void f(int @a) {}", "stray '@'"},
    {"__kernel void f(int a) { char *s = \"abc; }", "is missing at the end"},
};

VGPU_UNIT_TEST(vgpu_declarations_parse, reads_good_declarations)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        expect_kernels(good[i].source, good[i].expected);
}

VGPU_UNIT_TEST(vgpu_declarations_parse, refuses_bad_declarations_and_says_why)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_refused(bad[i].source, bad[i].expected);
}

VGPU_UNIT_TEST(vgpu_declarations_parse, reports_types_as_clGetKernelArgInfo_wants_them)
{
    static const struct {
        const char *type;
        const char *reported;
        size_t size;
    } rows[] = {
        {"char", "char", 1},
        {"unsigned char", "uchar", 1},
        {"short", "short", 2},
        {"unsigned short int", "ushort", 2},
        {"int", "int", 4},
        {"unsigned", "uint", 4},
        {"long", "long", 8},
        {"unsigned long", "ulong", 8},
        {"half", "half", 2},
        {"float", "float", 4},
        {"double", "double", 8},
        {"bool", "bool", 1},
        {"size_t", "size_t", 8},
        {"ptrdiff_t", "ptrdiff_t", 8},
        {"char3", "char3", 4},
        {"float3", "float3", 16},
        {"double3", "double3", 32},
        {"ulong16", "ulong16", 128},
        {"half8", "half8", 16},
        {"ushort2", "ushort2", 4},
        {"cl_int4", "int4", 16},
        {"cl_double16", "double16", 128},
        {"int64_t", "long", 8},
        {"uint8_t", "uchar", 1},
        {"struct s", "struct s", 0},
        {"sampler_t", "sampler_t", 0},
        {"unknown", "unknown", 0},
        {"__global float4 *", "float4*", sizeof(void *)},
        {"__local void *", "void*", sizeof(void *)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char source[96];
        struct vgpu_declaration d;

        snprintf(source, sizeof source, "__kernel void f(%s x);", rows[i].type);
        d = read_one(source);
        ASSERT_EQ(1, d.num_parameters);
        EXPECT_STREQ(rows[i].reported, d.parameters[0].type);
        EXPECT_EQ(rows[i].size, d.parameters[0].size);
        EXPECT_STREQ("x", d.parameters[0].name);
        vgpu_declaration_fini(&d);
    }
}

VGPU_UNIT_TEST(vgpu_declarations_parse, tells_qualifiers_of_pointee_and_pointer_apart)
{
    struct vgpu_declaration d =
        read_one("__kernel void f(__global const volatile int *restrict a,"
                 "__global int *const b, __constant int *c, const int d);");
    ASSERT_EQ(4, d.num_parameters);
    EXPECT_EQ(VGPU_QUALIFIER_CONST | VGPU_QUALIFIER_VOLATILE | VGPU_QUALIFIER_RESTRICT,
              d.parameters[0].qualifiers);
    EXPECT_EQ(0, d.parameters[1].qualifiers);
    EXPECT_EQ(VGPU_QUALIFIER_CONST, d.parameters[2].qualifiers);
    EXPECT_EQ(0, d.parameters[3].qualifiers);
    EXPECT_EQ(VGPU_SPACE_CONSTANT, d.parameters[2].space);
    EXPECT_EQ(VGPU_SPACE_PRIVATE, d.parameters[3].space);
    vgpu_declaration_fini(&d);
}

VGPU_UNIT_TEST(vgpu_declarations_parse, keeps_attributes_and_their_sizes)
{
    struct vgpu_declaration d = read_one(
        "#define N 4\n"
        "__attribute__((reqd_work_group_size(N * 2, (N), 1u), foo(a, \"b\")))\n"
        "__kernel __attribute__((__work_group_size_hint__(16, 1, 1))) void f(int a)\n"
        "__attribute__((vec_type_hint(float4))) {}");
    EXPECT_STREQ("reqd_work_group_size(8,4,1) foo(a,\"b\") work_group_size_hint(16,1,1) "
                 "vec_type_hint(float4)",
                 d.attributes);
    EXPECT_EQ(8, d.required_local_size[0]);
    EXPECT_EQ(4, d.required_local_size[1]);
    EXPECT_EQ(1, d.required_local_size[2]);
    EXPECT_EQ(16, d.hinted_local_size[0]);
    vgpu_declaration_fini(&d);

    d = read_one("__attribute__((reqd_work_group_size(2,3,4))) __kernel void f(int);"
                 "__kernel void f(int named) {}");
    EXPECT_EQ(3, d.required_local_size[1]);
    EXPECT_STREQ("reqd_work_group_size(2,3,4)", d.attributes);
    EXPECT_STREQ("named", d.parameters[0].name);
    vgpu_declaration_fini(&d);
}

VGPU_UNIT_TEST(vgpu_declarations_parse, honours_the_length_and_takes_nul_for_a_blank)
{
    static const char source[] = "__kernel\0void f(int a);__kernel void g(int a);";
    struct vgpu_declaration *declarations;
    size_t count;

    ASSERT_EQ(
        0, vgpu_declarations_parse(source, 23, NULL, &declarations, &count, NULL, NULL));
    EXPECT_EQ(1, count);
    EXPECT_STREQ("f", declarations[0].name);
    vgpu_declarations_free(declarations, count);
    EXPECT_EQ(-EINVAL, vgpu_declarations_parse(source, 20, NULL, &declarations, &count,
                                               NULL, NULL));
}

VGPU_UNIT_TEST(vgpu_declaration_from_macro, reads_the_text_of_the_macros_call)
{
    struct vgpu_declaration d = read_macro(
        "saxpy",
        " (__global float *, y), (__global const float *restrict, x), (float, a), "
        "(REAL, b), (struct body, c), (__global float (*)[4], d)");
    char *printed = vgpu_declaration_print(&d);

    EXPECT_STREQ(
        "__kernel void saxpy(__global float *y, __global const float *restrict x, "
        "float a, REAL b, struct body c, __global float (*d)[4])",
        printed);
    EXPECT_EQ(VGPU_TYPE_UNKNOWN, d.parameters[3].kind);
    EXPECT_EQ(0, d.parameters[3].size);
    free(printed);
    vgpu_declaration_fini(&d);

    d = read_macro("nothing", NULL);
    EXPECT_EQ(0, d.num_parameters);
    vgpu_declaration_fini(&d);
    d = read_macro("nothing", "");
    EXPECT_EQ(0, d.num_parameters);
    vgpu_declaration_fini(&d);
}

VGPU_UNIT_TEST(vgpu_declaration_from_macro, refuses_what_is_no_list_of_pairs)
{
    static const struct row rows[] = {
        {"(float)", "written (type, name)"},
        {"(float, )", "written (type, name)"},
        {"(, a)", "no type"},
        {"float a", "written (type, name)"},
        {"(float, a", "written (type, name)"},
        {"(float, a) (int, b)", "separated by ','"},
        {"(float, a),", "separated by ','"},
        {"(float *, a)", "no address space"},
        {"(float x, a)", "cannot be read"},
        {"(void)", "written (type, name)"},
        {"(float, a, b)", "cannot be read"},
        {"(float, 3)", "written (type, name)"},
    };
    static const char *const names[] = {NULL, "", "a b", "3d", "a-b", " a", "a ", "/* x"};
    struct vgpu_declaration d;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *error = NULL;
        EXPECT_EQ(-EINVAL, vgpu_declaration_from_macro("f", rows[i].source, &d, &error));
        EXPECT_CONTAINS(error ? error : "(none)", rows[i].expected);
        free(error);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *error = NULL;
        EXPECT_EQ(-EINVAL, vgpu_declaration_from_macro(names[i], "", &d, &error));
        EXPECT_CONTAINS(error ? error : "(none)", "cannot be the name of a kernel");
        free(error);
    }
}

VGPU_UNIT_TEST(vgpu_declaration_copy, shares_nothing_with_what_it_copies)
{
    struct vgpu_declaration d =
        read_one("__attribute__((reqd_work_group_size(4, 2, 1)))\n"
                 "__kernel void f(__global const float *restrict a, uint b) {}");
    struct vgpu_declaration copy, copy_of_copy;
    char *printed;

    ASSERT_EQ(0, vgpu_declaration_copy(&d, &copy));
    EXPECT_TRUE(vgpu_declaration_is_same(&d, &copy));
    EXPECT_TRUE(copy.name != d.name && copy.attributes != d.attributes &&
                copy.parameters != d.parameters &&
                copy.parameters[0].type != d.parameters[0].type);
    vgpu_declaration_fini(&d);
    printed = vgpu_declaration_print(&copy);
    EXPECT_STREQ("__kernel void f(__global const float *restrict a, uint b)", printed);
    free(printed);
    EXPECT_STREQ("reqd_work_group_size(4,2,1)", copy.attributes);
    EXPECT_STREQ("float*", copy.parameters[0].type);
    EXPECT_STREQ("uint", copy.parameters[1].same_as);
    EXPECT_EQ(4, copy.parameters[1].size);
    EXPECT_EQ(4, copy.required_local_size[0]);
    EXPECT_TRUE(copy.is_definition);
    ASSERT_EQ(0, vgpu_declaration_copy(&copy, &copy_of_copy));
    vgpu_declaration_fini(&copy);
    EXPECT_STREQ("f", copy_of_copy.name);
    vgpu_declaration_fini(&copy_of_copy);
}

VGPU_UNIT_TEST(vgpu_declaration_copy, copies_a_kernel_without_parameters)
{
    struct vgpu_declaration d = read_one("__kernel void f(void);"), copy;

    EXPECT_FALSE(d.is_definition);
    ASSERT_EQ(0, vgpu_declaration_copy(&d, &copy));
    EXPECT_EQ(0, copy.num_parameters);
    EXPECT_TRUE(vgpu_declaration_is_same(&d, &copy));
    vgpu_declaration_fini(&copy);
    vgpu_declaration_fini(&d);
}

VGPU_UNIT_TEST(vgpu_declaration_is_same, sees_names_qualifiers_attributes_and_types)
{
    static const char *const others[] = {
        "__kernel void f(__global float *b) {}",
        "__kernel void f(__global const float *a) {}",
        "__kernel void f(__global int *a) {}",
        "__kernel void g(__global float *a) {}",
        "__attribute__((vec_type_hint(int))) __kernel void f(__global float *a) {}",
    };
    struct vgpu_declaration d = read_one("__kernel void f(__global float *a) {}");
    struct vgpu_declaration same = read_one("kernel void f(global float a[]);");

    EXPECT_TRUE(vgpu_declaration_is_same(&d, &same));
    vgpu_declaration_fini(&same);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct vgpu_declaration other = read_one(others[i]);
        EXPECT_FALSE(vgpu_declaration_is_same(&d, &other));
        vgpu_declaration_fini(&other);
    }
    vgpu_declaration_fini(&d);
}
