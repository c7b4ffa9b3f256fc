/* SPDX-License-Identifier: MIT */
/* The preprocessor, seen through the kernels that it leaves. */
#include "reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "declaration.h"
#include "vgpu_test.h"

struct row {
    const char *source;
    const char *expected;
};

static const struct row good[] = {
    /* comments and lines */
    {"/* __kernel void a(); */ // __kernel void b();\n__kernel /**/ void/**/f(/* , */int "
     "a);",
     "f(int a);"},
    {"__ker\\\nnel void f(in\\ \t\r\nt a); // x \\\n __kernel void g();", "f(int a);"},
    {"/*/ __kernel void a(); /*/ __kernel void f();", "f();"},
    /* object-like macros */
    {"#define T float\n#define K __kernel\nK void f(T a);", "f(float a);"},
    {"#define A B\n#define B A\n#define T T\n__kernel void f(T a, A b);", "f(T a, A b);"},
    {"#define T int\n#undef T\n#undef NEVER\n__kernel void f(T a);", "f(T a);"},
    {"#define T int\n#define T float\n__kernel void f(T a);", "f(float a);"},
    {"#define BEGIN {\n#define END }\n__kernel void f(int a) BEGIN int b; END",
     "f(int a);"},
    {"#define X (a)\n__kernel void f(int X2) { int X; } ", "f(int X2);"},
    /* function-like macros */
    {"#define P(t, n) __global t *n\n__kernel void f(P(float, a), P(int, b));",
     "f(__global float *a, __global int *b);"},
    {"#define P() int\n#define Q(x) x\n__kernel void f(P() a, Q() int b);",
     "f(int a, int b);"},
    {"#define F(x) x\nint F; __kernel void f(F\n(int) a, F F);", "f(int a, F F);"},
    {"#define JOIN(a, b) a ## b\n#define J2(a, b) JOIN(a, b)\n#define N 4\n"
     "__kernel void J2(f, N)(JOIN(float, N) a, J2(float, N) b);",
     "f4(floatN a, float4 b);"},
    {"#define J(a, b) a##b\n__kernel void f(J(int,) a, J(,float) b, J(,) int c);",
     "f(int a, float b, int c);"},
    {"#define STR(x) #x\n__attribute__((note(STR(a  \"b\\n\" + c)))) __kernel void f();",
     "f();"},
    {"#define V(first, ...) __kernel void first(__VA_ARGS__);\nV(f, int a, float b) V(g)",
     "f(int a, float b);g();"},
    {"#define V(n, ...) n(int a, ##__VA_ARGS__)\n__kernel void V(f); __kernel void V(g, "
     "int b, int c);",
     "f(int a);g(int a, int b, int c);"},
    {"#define f(a) a*g\n#define g(a) f(a)\nint x = f(2)(9);\n__kernel void k();", "k();"},
    {"#define KERNEL(name, t) __kernel void name(__global t *a) { a[0] = 0; }\n"
     "KERNEL(f, float) KERNEL(g, int)",
     "f(__global float *a);g(__global int *a);"},
    {"#define ID(x) x\n__kernel void f(ID(ID(ID(int)) a));", "f(int a);"},
    {"#define ID(x) x\n__kernel void f(ID(\n#ifdef NO\nint\n#else\nfloat\n#endif\n) a);",
     "f(float a);"},
    /* conditionals */
    {"#ifdef A\n__kernel void a();\n#else\n__kernel void b();\n#endif", "b();"},
    {"#define A\n#ifdef A\n__kernel void a();\n#else\n__kernel void b();\n#endif",
     "a();"},
    {"#ifndef A\n__kernel void a();\n#endif", "a();"},
    {"#if 0\n#if 1\nx\n#else\ny\n#endif\n__kernel void a();\n#elif 1\n__kernel void "
     "b();\n"
     "#elif 1\nc\n#else\nd\n#endif",
     "b();"},
    {"#if 0\nthat's it, don't \"worry\n#error no\n#unknown\n#endif\n__kernel void a();",
     "a();"},
    {"#if 0 /*\n#endif */\n#else\n__kernel void a();\n#endif", "a();"},
    {"#if 1\n__kernel void a();\n#elif 1 / 0\n#endif", "a();"},
    {"#define F(x) x + 1\n#if F(1) == 2 && defined(F) && defined F && !defined(G)\n"
     "__kernel void a();\n#endif",
     "a();"},
    {"#if UNKNOWN\nx\n#elif __LINE__ != 3\nx\n#else\n__kernel void a();\n#endif", "a();"},
    {"#\n# 12 \"file.cl\"\n# pragma OPENCL EXTENSION cl_khr_fp64 : enable\n#line 3\n"
     "#include \"types.h\"\n#include <x>\n  #  define T int\n__kernel void f(T a);",
     "f(int a);"},
    /* what every source finds */
    {"#if __OPENCL_VERSION__ == 300 && CL_VERSION_1_2 == 120 && CL_VERSION_3_0 == 300 && "
     "__OPENCL_C_VERSION__ == CL_VERSION_1_2 && __ENDIAN_LITTLE__ && "
     "!defined(__IMAGE_SUPPORT__) && !defined(__FAST_RELAXED_MATH__)\n"
     "__kernel void a();\n#endif",
     "a();"},
    {"kernel_exec(4, float4) void f(int a);", "f(int a);"},
};

static const struct row bad[] = {
    {"\n/* ", "line 2: a comment begins here"},
    {"#if 1\n", "line 1: this #if has no #endif"},
    {"#if 0\n#else\n#else\n#endif", "line 3: #else after the #else of line 1"},
    {"#if 1\n#else\n#elif 1\n#endif", "#elif after the #else"},
    {"#endif", "#endif without an #if"},
    {"#else", "#else without an #if"},
    {"#ifdef\n#endif", "#ifdef needs the name"},
    {"#ifndef 3\n#endif", "#ifndef needs the name"},
    {"#undef", "#undef needs the name"},
    {"#define", "#define needs the name"},
    {"#define 3", "#define needs the name of a macro, not 3"},
    {"#define defined 1", "#define needs the name"},
    {"#define F(a", "parameters of macro 'F'"},
    {"#define F(3)", "parameters of macro 'F'"},
    {"#define F(a b)", "parameters of macro 'F'"},
    {"#define F(..., a)", "parameters of macro 'F'"},
    {"#define F(a) #b", "# in macro 'F'"},
    {"#define F ## a", "## stands at an end"},
    {"#define F a ##", "## stands at an end"},
    {"#define F(a, b) a ## b\nF(+, -)", "## joins '+' and '-'"},
    {"#define F(a) a\nF(1, 2)", "takes 1 argument"},
    {"#define F(a, b) a\nF(1)", "takes 2 arguments"},
    {"#define F() a\nF(1)", "takes 0 arguments"},
    {"#define F(a) a\n\nF(1", "line 3: the call of macro 'F' lacks its ')'"},
    {"#error you need a GPU", "line 1: #error you need a GPU"},
    {"#frobnicate", "unknown directive #frobnicate"},
    {"#if\n#endif", "a missing value"},
    {"#if 1 / 0\n#endif", "division by zero"},
    {"#if 1 % (1 - 1)\n#endif", "division by zero"},
    {"#if (1\n#endif", "a missing ')'"},
    {"#if 1 2\n#endif", "an unexpected token at '2'"},
    {"#if 1 +\n#endif", "a missing value"},
    {"#if 1 ? 2\n#endif", "a '?' without ':'"},
    {"#if 1.5\n#endif", "no integer at '1.5'"},
    {"#if 99999999999999999999\n#endif", "too big a number"},
    {"#if \"a\"\n#endif", "no value"},
    {"#if defined\n#endif", "'defined' needs a name"},
    {"#if defined(3)\n#endif", "'defined' needs a name"},
    {"#if = 1\n#endif", "no value"},
    {"#include", "line 1: #include needs a name"},
    {"#include \"x.h", "#include needs a name"},
    {"#include <x.h\n>", "#include needs a name"},
    {"#include \"", "#include needs a name"},
    {"#define X 3\n#include X", "#include needs a name"},
};

VGPU_UNIT_TEST(preprocessor, obeys_directives_and_expands_macros)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        expect_kernels(good[i].source, good[i].expected);
    }
}

VGPU_UNIT_TEST(preprocessor, refuses_and_says_why_and_where)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect_refused(bad[i].source, bad[i].expected);
}

VGPU_UNIT_TEST(preprocessor, evaluates_constant_expressions_as_C_does)
{
    static const char *const truths[] = {
        "1 + 2 * 3 == 7",
        "(1 + 2) * 3 == 9",
        "10 - 4 - 3 == 3",
        "100 / 10 / 5 == 2",
        "7 % 4 == 3 && -7 / 2 == -3 && -7 % 2 == -1",
        "1 << 4 == 16 && 0x10 == 16 && 010 == 8 && 0b101 == 5",
        "-1 < 0 && !(-1 < 0u) && 1UL && 2ll == 2",
        "(-8 >> 1) == -4 && (~0 & 0xff) == 255",
        "(6 & 3) == 2 && (6 | 3) == 7 && (6 ^ 3) == 5",
        "1 ? 2 : 1 / 0",
        "0 ? 1 / 0 : 1 ? 1 : 0",
        "1 || 1 / 0",
        "!(0 && 1 / 0)",
        "!!+3 && - -3 == 3 && ~-1 == 0",
        "'a' == 97 && '\\n' == 10 && '\\\\' == 92 && '\\0' == 0",
        "-9223372036854775807 - 1 < 0",
        "(-9223372036854775807 - 1) / -1 < 0",
        "(-9223372036854775807 - 1) % -1 == 0",
        "9223372036854775807 + 1 < 0",
        "18446744073709551615u == -1",
        "1 << 64 == 1 || 1",
        "3 >= 3 && 3 <= 3 && 4 > 3 && 3 != 4",
    };
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
        char source[160];
        snprintf(source, sizeof source, "#if %s\n__kernel void yes();\n#endif",
                 truths[i]);
        expect_kernels(source, "yes();");
    }
}

VGPU_UNIT_TEST(preprocessor, makes_strings_of_arguments)
{
    struct vgpu_declaration d =
        read_one("#define S(x) #x\n#define T(x) S(x)\n#define N 3\n"
                 "__attribute__((note(S( a  + \"b\\n\" N ), T(N)))) __kernel void f();");
    EXPECT_STREQ("note(\"a + \\\"b\\\\n\\\" N\",\"3\")", d.attributes);
    vgpu_declaration_fini(&d);
}

VGPU_UNIT_TEST(preprocessor, takes_definitions_of_the_caller)
{
    static const char *const defines[] = {"ONE",
                                          "T=float4",
                                          "P(t)=__global t *",
                                          "EMPTY=",
                                          "__OPENCL_C_VERSION__=200",
                                          "N=1",
                                          "N=2",
                                          NULL};
    static const char *const wrong[] = {"3=4"};
    const struct vgpu_parse_options options = {.defines = wrong, .num_defines = 1};
    struct vgpu_declaration *declarations;
    char *error = NULL;
    size_t count;

    expect_kernels_with("#if ONE == 1 && N == 2 && __OPENCL_C_VERSION__ == 200\n"
                        "__kernel EMPTY void f(T a, P(int) b);\n#endif",
                        defines, "f(float4 a, __global int *b);");
    EXPECT_EQ(-EINVAL, vgpu_declarations_parse("", 0, &options, &declarations, &count,
                                               NULL, &error));
    EXPECT_CONTAINS(error ? error : "", "#define needs the name of a macro, not 3");
    free(error);
}

/* A source of `count` copies of `piece`, between `before` and `after`. */
static char *repeat(const char *before, const char *piece, size_t count,
                    const char *after)
{
    const size_t length = strlen(piece);
    char *source = malloc(strlen(before) + length * count + strlen(after) + 1);
    char *at = source;

    if (!source)
        abort();
    at = stpcpy(at, before);
    for (size_t i = 0; i < count; i++)
        at = stpcpy(at, piece);
    stpcpy(at, after);
    return source;
}

static void expect_refused_repeat(const char *before, const char *piece, size_t count,
                                  const char *after, const char *needle)
{
    char *source = repeat(before, piece, count, after);
    expect_refused(source, needle);
    free(source);
}

VGPU_UNIT_TEST(preprocessor, bounds_what_a_hostile_source_costs)
{
    enum { MANY = 300000 };
    char bomb[2048] = "";
    size_t used = 0;

    for (int i = 0; i < 40; i++)
        used += (size_t)snprintf(bomb + used, sizeof bomb - used, "#define A%d A%d A%d\n",
                                 i, i + 1, i + 1);
    snprintf(bomb + used, sizeof bomb - used, "A0\n");
    expect_refused(bomb, "expand to too much");
    expect_refused_repeat("#define F(x) x x\n", "F(", 100, "a", "lacks its ')'");
    expect_refused_repeat("#define F(x) x\nint a[] = {", "F(", 1000, "", "lacks its ')'");
    expect_refused_repeat("#if ", "(", MANY, "\n#endif", "too deep nesting");
    expect_refused_repeat("#if ", "!", MANY, "\n#endif", "too deep nesting");
    expect_refused_repeat("#if ", "1?", MANY, "\n#endif", "too deep nesting");
    expect_refused_repeat("", "#if 1\n", 1000, "", "nested more than");
    expect_refused_repeat("", "{", MANY, "", "this '{' has no '}'");
    expect_refused_repeat("__kernel void f", "(", MANY, "", "a kernel is declared as");
    expect_refused_repeat("__kernel void f(int ", "a ", 2000000, ");", "too long");
    expect_refused_repeat("__kernel void f(__global int ", "*", MANY, "a);",
                          "too many pointers");
}

VGPU_UNIT_TEST(preprocessor, nested_calls_are_bounded)
{
    char *opening = repeat("#define F(x) x\n__kernel void f(", "F(", 1000, "int a");
    char *source = repeat(opening, ")", 1000, ");");

    expect_refused(source, "nested more than");
    free(opening);
    free(source);
}

VGPU_UNIT_TEST(preprocessor, reads_a_long_source)
{
    char *source = repeat("#define F(a) a\n", "float g(int F(x)) { return F(2) * x; }\n",
                          20000, "__kernel void f(int a) {}");
    expect_kernels(source, "f(int a);");
    free(source);
}
