/* SPDX-License-Identifier: MIT */
/* Programs of several sources. */
#include "compiling.h"
#include "vgpu_test.h"

static void expect_linked(const char *a, const char *b, const char *reason)
{
    struct compiled objects[] = {compile_source(a, "", false),
                                 compile_source(b, "", false)};
    struct compiled linked;

    expect_done(&objects[0]);
    expect_done(&objects[1]);
    linked = link_compiled(objects, 2, VGPU_UNIT_EXECUTABLE);
    if (!reason) {
        expect_done(&linked);
    } else {
        EXPECT_EQ(VGPU_STATUS_REFUSED, linked.status);
        EXPECT_CONTAINS(linked.log, reason);
    }
    compiled_fini(&linked);
}

VGPU_UNIT_TEST(linking, joins_declarations_and_definitions)
{
    expect_linked("int twice(int);\n"
                  "kernel void f(global int *a) { *a = twice(*a); }",
                  "constant int two = 2;\nint twice(int a) { return two * a; }", NULL);
    expect_linked("static int own(void) { return 1; }\n"
                  "kernel void f(global int *a) { *a = own(); }",
                  "static int own(void) { return 2; }\n"
                  "kernel void g(global int *a) { *a = own(); }",
                  NULL);
    expect_linked("extern constant int table[2];\n"
                  "kernel void f(global int *a) { *a = table[1]; }",
                  "constant int table[2] = {1, 2};", NULL);
}

VGPU_UNIT_TEST(linking, names_what_is_defined_twice)
{
    expect_linked("int f(int a) { return a; }", "int f(int a) { return -a; }",
                  "function 'f' is defined by two of the programs");
    expect_linked("kernel void k() {}", "kernel void k() {}",
                  "kernel 'k' is defined by two of the programs");
    expect_linked("constant int t = 1;", "constant int t = 1;",
                  "variable 't' is defined by two of the programs");
}

VGPU_UNIT_TEST(linking, names_what_is_missing)
{
    expect_linked("int gone(int);\nkernel void f(global int *a) { *a = gone(1); }",
                  "kernel void g() {}", "gone is called");
    expect_linked(
        "extern constant int gone;\nkernel void f(global int *a) { *a = gone; }",
        "kernel void g() {}", "'gone'");
}

VGPU_UNIT_TEST(linking, refuses_calls_with_other_parameters)
{
    expect_linked("int g(int);\nkernel void f(global int *a) { *a = g(1); }",
                  "int g(global int *a) { return *a; }",
                  "calls 'g' with other parameters than it has");
}

VGPU_UNIT_TEST(linking, keeps_a_librarys_functions)
{
    struct compiled objects[] = {
        compile_source("int twice(int a) { return 2 * a; }", "", false),
        compile_source("int half_of(int a) { return a / 2; }", "", false)};
    struct compiled both[2];

    both[0] = link_compiled(objects, 2, VGPU_UNIT_LIBRARY);
    if (expect_done(&both[0]))
        EXPECT_EQ(VGPU_UNIT_LIBRARY, both[0].unit.kind);
    both[1] = compile_source("int twice(int); int half_of(int);\n"
                             "kernel void f(global int *a) { *a = twice(half_of(*a)); }",
                             "", false);
    both[0] = link_compiled(both, 2, VGPU_UNIT_EXECUTABLE);
    if (expect_done(&both[0]))
        EXPECT_EQ(1, both[0].unit.num_kernels);
    compiled_fini(&both[0]);
}

VGPU_UNIT_TEST(linking, refuses_executables_and_nonsense)
{
    struct compiled objects[] = {compile_source("kernel void f() {}", "", true),
                                 compile_source("kernel void g() {}", "", false)};
    struct compiled linked = link_compiled(objects, 2, VGPU_UNIT_EXECUTABLE);
    char nonsense[] = "BC\xC0\xDE, but nothing else";

    EXPECT_EQ(VGPU_STATUS_REFUSED, linked.status);
    EXPECT_CONTAINS(linked.log, "an executable cannot be linked again");
    compiled_fini(&linked);

    linked.status = VGPU_STATUS_FAILED;
    linked.unit = (struct vgpu_unit){
        .kind = VGPU_UNIT_OBJECT, .bitcode = nonsense, .bitcode_size = sizeof nonsense};
    linked = link_compiled(&linked, 1, VGPU_UNIT_EXECUTABLE);
    EXPECT_EQ(VGPU_STATUS_REFUSED, linked.status);
    EXPECT_CONTAINS(linked.log, "error: ");
    compiled_fini(&linked);
}
