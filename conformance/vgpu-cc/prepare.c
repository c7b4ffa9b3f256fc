/* SPDX-License-Identifier: MIT */
/* Executables: what is refused, and the form that kernels come in. */
#define _GNU_SOURCE
#include "prepare.h"

#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "compiling.h"
#include "context.h"
#include "inline.h"
#include "place.h"
#include "running.h"
#include "vgpu_test.h"

VGPU_UNIT_TEST(prepare, refuses_recursion_and_shows_the_circle)
{
    expect_refused("int f(int a) { return a ? f(a - 1) : 0; }\n"
                   "kernel void k(global int *a) { *a = f(*a); }",
                   "", "recursion, which OpenCL C does not have: 'f' calls 'f'");
    expect_refused("int odd(int a);\n"
                   "int even(int a) { return a ? odd(a - 1) : 1; }\n"
                   "int odd(int a) { return a ? even(a - 1) : 0; }\n"
                   "kernel void k(global int *a) { *a = even(*a); }",
                   "", "'even' calls 'odd' calls 'even'");
}

VGPU_UNIT_TEST(prepare, refuses_calls_of_what_is_not_there)
{
    expect_refused("int gone(int);\nkernel void k(global int *a) { *a = gone(*a); }", "",
                   "gone is called");
}

VGPU_UNIT_TEST(prepare, says_where_in_the_source_without_debugging_too)
{
    static const char gone[] = "int gone(int);\n"
                               "#line 7 \"mine.cl\"\n"
                               "kernel void k(global int *a) { *a = gone(*a); }";
    static const char circle[] = "\nint f(int a) { return a ? f(a - 1) : 0; }\n"
                                 "kernel void k(global int *a) { *a = f(*a); }";
    static const char assembly[] = "kernel void k() {\n"
                                   "    __asm__(\"nop\"); }";

    expect_refused(gone, "", "mine.cl:7:37: error: gone is called");
    expect_refused(gone, "-g", "mine.cl:7:37: error: gone is called");
    expect_refused(gone, "-cl-opt-disable", "mine.cl:7:37: error: gone is called");
    expect_refused(circle, "", "program.cl:2: error: recursion");
    expect_refused(assembly, "", "program.cl:2:5: error: function 'k' contains assembly");
}

VGPU_UNIT_TEST(prepare, keeps_lines_for_debuggers_only)
{
    static const char text[] = "kernel void k(global int *a) { *a += 1; }";

    for (int with = 0; with < 2; with++) {
        struct compiled compiled = compile_source(text, with ? "-g" : "", true);

        struct vgpu_cc_module module;

        if (expect_done(&compiled) && vgpu_cc_module_init(&module, stderr)) {
            EXPECT_TRUE(vgpu_cc_module_read(&module, compiled.unit.bitcode,
                                            compiled.unit.bitcode_size));
            EXPECT_EQ(with != 0,
                      LLVMGetSubprogram(vgpu_cc_kernel_find(&module, "k")) != NULL);
            vgpu_cc_module_fini(&module);
        }
        compiled_fini(&compiled);
    }
}

VGPU_UNIT_TEST(prepare, refuses_what_no_call_shows)
{
    expect_refused("__asm__(\".globl main\\nmain: ret\");\nkernel void k() {}", "",
                   "assembly outside of functions");
    expect_refused("kernel void k(global int *a) {\n"
                   "    __asm__ goto(\"jmp %l0\" :::: out); *a = 1; out: *a = 2; }",
                   "", "contains assembly");
    expect_refused("kernel void k() {}\n"
                   "kernel void z() __attribute__((alias(\"k\")));",
                   "", "'z' is an alias");
    expect_refused("static void *f() { return 0; }\n"
                   "int z(int) __attribute__((ifunc(\"f\")));\n"
                   "kernel void k(global int *a) { *a = z(1); }",
                   "", "alias");
}

VGPU_UNIT_TEST(prepare, keeps_kernels_whatever_their_linkage)
{
    struct compiled compiled = compile_source(
        "__attribute__((internal_linkage)) kernel void k(global int *a) { *a = 1; }\n"
        "kernel void z(global int *a) { k(a); *a += 1; }",
        "", true);
    int32_t a = 0, *pointer = &a;
    void *args[] = {&pointer};

    if (expect_done(&compiled)) {
        run_kernel(&compiled.unit, "z", VGPU_CODE_FIBER, &(struct run){.args = args});
        EXPECT_EQ(2, a);
        run_kernel(&compiled.unit, "k", VGPU_CODE_FIBER, &(struct run){.args = args});
        EXPECT_EQ(1, a);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(prepare, refuses_names_that_are_its_own)
{
    static const char *const names[] = {"vgpu.barrier", "vgpu.local_memory", "vgpu.x",
                                        "llvm.nosuch"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[200];

        snprintf(text, sizeof text,
                 "int f(int a) __asm__(\"%s\");\n"
                 "kernel void k(global int *a) { *a = f(*a); }",
                 names[i]);
        expect_refused(text, "", names[i]);
    }
}

VGPU_UNIT_TEST(prepare, refuses_jumps_to_computed_addresses)
{
    static const char text[] = "#include <CL/cl_vgpu_kernel.h>\n"
                               "VGPU_KERNEL(f, (__global int *, a))\n"
                               "{ void *to = *a ? &&one : &&two;\n"
                               "  goto *to; one: *a = 1; return; two: *a = 2; }\n";
    struct compiled compiled =
        compile_with((struct vgpu_cc_source){.language = VGPU_CC_C,
                                             .name = "kernels.c",
                                             .text = text,
                                             .length = strlen(text),
                                             .debug_folder = ""},
                     "-I" VGPU_HEADERS, true);

    EXPECT_EQ(VGPU_STATUS_REFUSED, compiled.status);
    EXPECT_CONTAINS(compiled.log, "jumps to a computed address");
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(prepare, lets_no_name_meet_one_of_the_c_library)
{
    struct compiled compiled = compile_source(
        "float expf(float a) { return a + 1; }\n"
        "constant int memcpy[2] = {1, 2};\n"
        "float malloc(float a) { return a * 2; }\n"
        "kernel void sinf(global float *a) { *a = expf(*a) + exp(0.0f) + memcpy[1]; }\n"
        "kernel void memset(global float *a) { *a = malloc(sin(*a)); }\n",
        "", true);
    float a = 0, *pointer = &a;
    void *args[] = {&pointer};

    if (expect_done(&compiled)) {
        run_kernel(&compiled.unit, "sinf", VGPU_CODE_FIBER, &(struct run){.args = args});
        EXPECT_NEAR(4, a, 1e-6);
        a = 0.5f;
        run_kernel(&compiled.unit, "memset", VGPU_CODE_FIBER,
                   &(struct run){.args = args});
        EXPECT_NEAR(0.95885, a, 1e-5);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(prepare, tells_which_kernels_see_how_items_are_grouped)
{
    struct compiled compiled = compile_source(
        "int mine(void) { return get_local_id(0); }\n"
        "kernel void id(global int *a) { a[get_global_id(0)] = get_global_size(1); }\n"
        "kernel void prints(global int *a) { printf(\"%d\", a[get_work_dim()]); }\n"
        "kernel void size(global int *a) { *a = get_local_size(1); }\n"
        "kernel void group(global int *a) { *a = get_group_id(2); }\n"
        "kernel void calls(global int *a) { *a = mine(); }\n"
        "kernel void waits(global int *a) { barrier(CLK_GLOBAL_MEM_FENCE); *a = 1; }\n"
        "kernel void shares(global int *a, local int *b) { *a = ++*b; }\n",
        "", true);
    static const bool sees[] = {false, false, true, true, true, true, true};

    if (expect_done(&compiled)) {
        EXPECT_EQ(7, compiled.unit.num_kernels);
        for (size_t i = 0; i < compiled.unit.num_kernels; i++)
            EXPECT_EQ(sees[i], compiled.unit.kernels[i].sees_groups);
    }
    compiled_fini(&compiled);
}

/* Code of such kernels is made for a size of sub-groups. */
VGPU_UNIT_TEST(prepare, tells_which_kernels_depend_on_sub_groups)
{
    struct compiled compiled = compile_source(
        "int mine(void) { return get_sub_group_id(); }\n"
        "kernel void size(global int *a) { *a = get_local_size(0) + get_local_id(0); }\n"
        "kernel void most(global uint *a) { *a = get_max_sub_group_size(); }\n"
        "kernel void calls(global int *a) { *a = mine(); }\n"
        "kernel void sums(global int *a) { *a = sub_group_reduce_add(*a); }\n"
        "kernel void all(global int *a) { *a = work_group_all(*a); }\n",
        "-cl-std=CL3.0", true);
    static const bool sees[] = {false, true, true, true, true};

    if (expect_done(&compiled)) {
        EXPECT_EQ(5, compiled.unit.num_kernels);
        for (size_t i = 0; i < compiled.unit.num_kernels; i++)
            EXPECT_EQ(sees[i], compiled.unit.kernels[i].sees_sub_groups);
    }
    compiled_fini(&compiled);
}

/* Else it would be watched in other groups than it runs in. */
VGPU_UNIT_TEST(prepare, tells_the_same_of_groups_where_a_kernel_is_watched)
{
    static const char *const options[] = {"-vgpu-counted", "-vgpu-checked"};

    for (size_t i = 0; i < 2; i++) {
        struct compiled compiled =
            compile_source("kernel void id(global int *a) { a[get_global_id(0)] *= 2; }",
                           options[i], true);

        if (expect_done(&compiled))
            EXPECT_FALSE(compiled.unit.kernels[0].sees_groups);
        compiled_fini(&compiled);
    }
}

VGPU_UNIT_TEST(prepare, tells_what_a_kernel_needs)
{
    struct compiled compiled = compile_source(
        "void wait_here(void) { barrier(CLK_LOCAL_MEM_FENCE); }\n"
        "kernel void none(global int *a) { *a = 1; }\n"
        "kernel void waits(global int *a) { wait_here(); *a = 1; }\n"
        "kernel void large(global int *a) { int t[64]; for (int i = 0; i < 64; i++)\n"
        "  t[i] = a[i]; *a = t[a[64] & 63] + t[a[65] & 63]; }\n",
        "", true);

    if (expect_done(&compiled)) {
        const struct vgpu_unit_kernel *k = compiled.unit.kernels;

        EXPECT_FALSE(k[0].has_barrier);
        EXPECT_TRUE(k[1].has_barrier);
        EXPECT_FALSE(k[2].has_barrier);
        EXPECT_EQ(0, k[0].private_bytes);
        EXPECT_EQ(256, k[2].private_bytes);
    }
    compiled_fini(&compiled);
}

/* Each function calls the one before twice: 2^n copies if all were inlined. */
static char *doubling_source(int depth)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    fputs("int f0(int a, global int *b) { for (int i = 0; i < (a & 7); i++) "
          "a = a * 3 + b[get_local_id(0)] + i; return a; }\n",
          file);
    for (int i = 1; i <= depth; i++)
        fprintf(file,
                "int f%d(int a, global int *b) { int x = f%d(a, b); "
                "barrier(CLK_LOCAL_MEM_FENCE); return x + f%d(x ^ a, b); }\n",
                i, i - 1, i - 1);
    fprintf(file,
            "kernel void k(global int *b, int a) { b[8 + get_local_id(0)] = "
            "f%d(a, b); }\n",
            depth);
    fclose(file);
    return text;
}

static int doubled(int depth, int a, int b)
{
    int x;

    if (depth == 0) {
        for (int i = 0; i < (a & 7); i++)
            a = (int)((unsigned)a * 3u + (unsigned)b + (unsigned)i);
        return a;
    }
    x = doubled(depth - 1, a, b);
    return (int)((unsigned)x + (unsigned)doubled(depth - 1, x ^ a, b));
}

VGPU_UNIT_TEST(prepare, keeps_calls_where_inlining_would_explode)
{
    const int depth = 14;
    char *source = doubling_source(depth);
    struct compiled compiled = compile_source(source, "", true);
    int b[16] = {0}, *pointer = b, a = 11;
    void *args[] = {&pointer, &a};

    for (int i = 0; i < 8; i++)
        b[i] = i * i + 1;
    if (expect_done(&compiled)) {
        EXPECT_TRUE(compiled.unit.kernels[0].has_barrier);
        EXPECT_TRUE(compiled.unit.bitcode_size < (1 << 22));
        run_kernel(&compiled.unit, "k", 0,
                   &(struct run){.args = args, .local_size = {8}});
        for (int i = 0; i < 8; i++)
            EXPECT_EQ(doubled(depth, a, b[i]), b[8 + i]);
    }
    compiled_fini(&compiled);
    free(source);
}

static void check_form(struct vgpu_cc_module *module, LLVMValueRef kernel)
{
    int returns = 0;

    VGPU_CC_EACH_BLOCK (b, kernel) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            EXPECT_TRUE(!LLVMIsASwitchInst(i));
            EXPECT_TRUE(!LLVMIsAUnreachableInst(i));
            returns += LLVMIsAReturnInst(i) != NULL;
            if (vgpu_cc_called(i))
                EXPECT_TRUE(LLVMIsDeclaration(vgpu_cc_called(i)));
        }
    }
    EXPECT_EQ(1, returns);
    (void)module;
}

VGPU_UNIT_TEST(prepare, brings_kernels_into_form)
{
    struct compiled compiled = compile_source(
        "int pick(int a) { switch (a) { case 1: return 5; case 7: return 6;\n"
        "  case 100: return 3; default: break; } if (a > 1000) return -1; return a; }\n"
        "kernel void k(global int *a, int n)\n"
        "{\n"
        "  int i = get_global_id(0);\n"
        "  if (i >= n) return;\n"
        "  for (;;) { if (a[i] > 9) break; if (a[i] == 3) return; a[i] += pick(a[i]); }\n"
        "  if (a[i] == 77) __builtin_unreachable();\n"
        "  a[i] = pick(i);\n"
        "}\n"
        "kernel void tangled(global int *a, int n)\n"
        "{\n"
        "  int i = 0;\n"
        "  if (n & 1) goto inside;\n"
        "again:\n"
        "  a[i] += 1;\n"
        "inside:\n"
        "  i += a[i] + 1;\n"
        "  if (i < n) goto again;\n"
        "}\n",
        "", true);
    struct vgpu_cc_module module;

    if (expect_done(&compiled)) {
        ASSERT_TRUE(vgpu_cc_module_init(&module, stderr));
        ASSERT_TRUE(vgpu_cc_module_read(&module, compiled.unit.bitcode,
                                        compiled.unit.bitcode_size));
        check_form(&module, vgpu_cc_kernel_find(&module, "k"));
        check_form(&module, vgpu_cc_kernel_find(&module, "tangled"));
        EXPECT_TRUE(vgpu_cc_kernel_find(&module, "pick") == NULL);
        vgpu_cc_module_fini(&module);
    }
    compiled_fini(&compiled);
}

static void run_unoptimised(const char *options)
{
    static const char source[] =
        "int pick(int a) { switch (a) { case 1: return 5; case 7: return 6; }\n"
        "  return a; }\n"
        "kernel void k(global int *a) { local int t[4];\n"
        "  int i = get_local_id(0); t[i] = pick(a[i]) * 2;\n"
        "  barrier(CLK_LOCAL_MEM_FENCE); if (i == 2) return; a[i] = t[3 - i]; }";
    struct compiled compiled = compile_source(source, options, true);
    const int right[] = {16, 12, 7, 10};

    for (unsigned mode = 1; expect_done(&compiled) && mode <= 3; mode++) {
        int a[] = {1, 2, 7, 8}, *pointer = a;
        void *args[] = {&pointer};

        EXPECT_TRUE(compiled.unit.kernels[0].private_bytes > 0);
        run_kernel(&compiled.unit, "k", mode,
                   &(struct run){.args = args, .local_size = {4}});
        EXPECT_BYTES(right, a, sizeof a);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(prepare, leaves_alone_what_shall_not_be_optimised)
{
    run_unoptimised("-cl-opt-disable");
    run_unoptimised("-cl-opt-disable -g");
    EXPECT_EQ(5, run_barrier_line());
}
