/* SPDX-License-Identifier: MIT */
/* The lowering itself: work-item functions, calling conventions, printf, and what it says
 * of functions that it does not know. */
#include <stdlib.h>

#include "jit.h"
#include "vgpu_test.h"

VGPU_UNIT_TEST(lowering, names_functions_that_are_nowhere_with_their_lines)
{
    char *log;
    struct jit *jit = jit_create("float mine(float x);\n"
                                 "float __attribute__((overloadable)) mine(float4 x);\n"
                                 "__kernel void f(__global float *o) {\n"
                                 "  o[0] = mine(o[1]);\n"
                                 "}\n"
                                 "float __attribute__((overloadable)) two(float4 x,\n"
                                 "    __local int *y);\n"
                                 "__kernel void g(__global float *o) {\n"
                                 "  o[0] = two(0, 0);\n"
                                 "}\n",
                                 "-g -Dmine=overloaded -Wno-everything", &log);

    EXPECT_TRUE(jit == NULL);
    if (log) {
        EXPECT_CONTAINS(log, "error: ");
        EXPECT_CONTAINS(log, ":9:10: error: two(float4, __local int *) is called, but "
                             "neither defined nor built in\n");
    }
    free(log);
}

VGPU_UNIT_TEST(lowering, of_work_item_functions_takes_dimensions_that_are_not_constant)
{
    char *log;
    long results[12] = {0};
    int dimensions[4] = {0, 1, 2, 77};
    struct jit *jit = jit_create(
        "__kernel void f(__global long *o, __global int *d) {"
        " if (get_global_id(0) != 2) return;"
        " for (int i = 0; i < 4; i++) { o[i] = get_global_id(d[i]);"
        "   o[4 + i] = get_global_size(d[i]); } o[8] = get_global_linear_id();"
        " o[9] = get_work_dim(); o[10] = get_local_size(5); o[11] = get_local_id(3); }",
        "-cl-std=CL2.0", &log);

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 4, results, dimensions, NULL, NULL));
    EXPECT_EQ(2, results[0]);
    EXPECT_EQ(0, results[1]);
    EXPECT_EQ(0, results[2]);
    EXPECT_EQ(0, results[3]);
    EXPECT_EQ(4, results[4]);
    EXPECT_EQ(1, results[5]);
    EXPECT_EQ(1, results[7]);
    EXPECT_EQ(2, results[8]);
    EXPECT_EQ(1, results[9]);
    EXPECT_EQ(1, results[10]);
    EXPECT_EQ(0, results[11]);
    jit_destroy(jit);
    free(log);
}

/* Small vectors travel as integers and doubles, big ones behind pointers; with wider
 * registers, other ones do. */
static const char vectors[] =
    "#define EACH(T, V, n, k) { V v = (V)(x); v.s1 = (T)y; v = max(v, (V)(2));"
    " v = min(v, clamp(v, (T)1, (T)50)); V w = select(v, v + (V)1, v > (V)2);"
    " o[k] = (double)w.s0 * 1000 + (double)w.s1; }\n"
    "__kernel void f(__global double *o, __global int *p) { int x = p[0], y = p[1];"
    " EACH(char, char2, 2, 0) EACH(char, char3, 3, 1) EACH(char, char8, 8, 2)"
    " EACH(short, short3, 3, 3) EACH(short, short4, 4, 4) EACH(int, int2, 2, 5)"
    " EACH(int, int3, 3, 6) EACH(int, int16, 16, 7) EACH(long, long2, 2, 8)"
    " EACH(long, long3, 3, 9) EACH(float, float2, 2, 10) EACH(float, float3, 3, 11)"
    " EACH(float, float8, 8, 12) EACH(float, float16, 16, 13)"
    " EACH(double, double3, 3, 14) EACH(double, double16, 16, 15) }";

static void check_vectors(const char *options)
{
    char *log;
    double results[16] = {0};
    int arguments[2] = {40, 1};
    struct jit *jit = jit_create(vectors, options, &log);

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, arguments, NULL, NULL));
    for (size_t i = 0; i < 16; i++)
        if (results[i] != 41002)
            VGPU_FAIL("o[%zu] with '%s': %g", i, options, results[i]);
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(lowering, takes_vectors_however_they_are_passed)
{
    check_vectors("");
    check_vectors("-mavx2 -mfma");
    check_vectors("-march=x86-64-v4");
}

VGPU_UNIT_TEST(lowering, of_printf_hands_over_whole_vectors_and_kinds)
{
    char *log;
    struct jit *jit = jit_create(
        "__kernel void f(__global float *x) {"
        " printf(\"%d %s %5.2f\\n\", 7, \"text\", x[0]);"
        " printf(\"%v2hlf %v4hlf %v8hld %v3hhd\", vload2(0, x), vload4(0, x), (int8)(3),"
        "   (char3)(1, 2, 3)); printf(\"plain\"); }",
        "-mavx2", &log);
    float x[4] = {1, 2, 3, 4};
    const char *printed;

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, x, NULL, NULL, NULL));
    printed = jit_printed();
    EXPECT_CONTAINS(printed, "|i32 s f64|07000000");
    EXPECT_CONTAINS(printed, "|f32x2 f32x4 i32x8 i8x3|0000803f00000040");
    EXPECT_CONTAINS(printed, "0000803f000000400000404000008040030000000300000003000000");
    EXPECT_CONTAINS(printed, "plain||");
    jit_destroy(jit);
    free(log);
}
