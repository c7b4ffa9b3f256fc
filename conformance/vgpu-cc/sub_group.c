/* SPDX-License-Identifier: MIT */
/* Sub-groups as rows: what functions of sub-groups become. */
#include <stdlib.h>
#include <string.h>

#include "compiling.h"
#include "text.h"
#include "vgpu_test.h"

#define OPTIONS "-cl-std=CL3.0"

#define KERNEL(body)                                                             \
    "kernel void f(global int *y, global const int *x)\n"                        \
    "{ size_t i = get_global_id(0); uint l = get_sub_group_local_id(); int v = " \
    "x[i]; " body " }"

#define BY_ITEM "i32 3, i32 1, i32" /* in vgpu_code_table: mode, width */

/* Of every size that a device can have, whatever the local size. */
VGPU_UNIT_TEST(sub_groups, are_rows)
{
    static const char source[] = KERNEL("y[i] = sub_group_reduce_add(v);");
    static const size_t sizes[] = {0, 1, 7, 16, 64, 256};
    static const struct {
        unsigned items;
        const char *rows, *sum;
    } widths[] = {{8, "i32 1, i32 8, i32", "call i32 @llvm.vector.reduce.add.v8i32"},
                  {16, "i32 1, i32 16, i32", "call i32 @llvm.vector.reduce.add.v16i32"},
                  {32, "i32 1, i32 32, i32", "call i32 @llvm.vector.reduce.add.v32i32"}};

    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            expect_text_with(OPTIONS, source, VGPU_CODE_LOCKSTEP, sizes[i],
                             widths[w].items, widths[w].rows, NULL);
            expect_text_with(OPTIONS, source, 0, sizes[i], widths[w].items, widths[w].sum,
                             NULL);
        }
}

/* What kernels ask of them is a number in the code, and stands in the table; other
 * kernels have none there. */
VGPU_UNIT_TEST(sub_groups, have_a_size_that_the_code_tells)
{
    static const char asks[] = KERNEL("y[i] = v + l + get_max_sub_group_size();");
    static const char source[] =
        "kernel void f(global int *y) { y[get_global_id(0)]++; }";
    static const unsigned modes[] = {VGPU_CODE_LOCKSTEP, VGPU_CODE_PLAIN,
                                     VGPU_CODE_FIBER};

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        expect_text_with(OPTIONS, asks, modes[i], 0, 8, ", i64 8 }", "vgpu.sub_group");
        expect_text_with(OPTIONS, asks, modes[i], 0, 32, ", i64 32 }", "vgpu.sub_group");
        expect_text_with(OPTIONS, source, modes[i], 0, 32, ", i64 0 }", NULL);
    }
}

VGPU_UNIT_TEST(sub_groups, meet_on_fibers_where_rows_are_not_wanted)
{
    static const char meeting[] = KERNEL("y[i] = sub_group_any(v);");
    static const char waiting[] = KERNEL("sub_group_barrier(1); y[i] = v;");
    static const char alone[] = KERNEL("y[i] = v + l;");

    expect_text_with(OPTIONS, meeting, VGPU_CODE_PLAIN, 64, 0, BY_ITEM, NULL);
    expect_text_with(OPTIONS, waiting, VGPU_CODE_PLAIN, 64, 0, BY_ITEM, NULL);
    expect_text_with(OPTIONS, meeting, VGPU_CODE_FIBER, 64, 0, BY_ITEM, NULL);
    expect_text_with(OPTIONS, alone, VGPU_CODE_PLAIN, 64, 0, "i32 2, i32 1, i32", NULL);
}

/* What a sub-group has in common is a scalar, and so are branches on it. */
VGPU_UNIT_TEST(sub_groups, keep_what_they_have_in_common_in_scalars)
{
    static const char source[] =
        KERNEL("if (sub_group_all(v)) y[i] = x[sub_group_broadcast(v, 3)];");

    expect_text_with(OPTIONS, source, VGPU_CODE_LOCKSTEP, 64, 0, "br i1", "masked");
}

/* One comes behind the other, though a barrier stands between. */
VGPU_UNIT_TEST(sub_groups, do_not_become_one_where_two_are)
{
    static const char source[] = KERNEL(
        "if (v > 3) v = sub_group_reduce_max(v); else v = sub_group_reduce_max(v);\n"
        "y[i] = v;");
    char *const text = code_text_with(OPTIONS, source, VGPU_CODE_LOCKSTEP, 64, 16);
    static const char call[] = "call i32 @llvm.vector.reduce.smax.v16i32";
    const char *const first = strstr(text, call);

    EXPECT_TRUE(first && strstr(first + 1, call));
    free(text);
}

VGPU_UNIT_TEST(sub_groups, refuse_functions_that_are_not_there)
{
    expect_refused("int sub_group_reduce_first(int);\n"
                   "kernel void f(global int *y) { *y = sub_group_reduce_first(*y); }",
                   "-cl-std=CL3.0", "sub_group_reduce_first");
}
