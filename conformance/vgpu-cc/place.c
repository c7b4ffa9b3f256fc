/* SPDX-License-Identifier: MIT */
/* __local variables, variables of program scope, and structs as parameters. */
#include <stdio.h>
#include <string.h>

#include "compiling.h"
#include "running.h"
#include "vgpu_test.h"

static const enum vgpu_code_mode modes[] = {VGPU_CODE_FIBER, VGPU_CODE_PLAIN,
                                            VGPU_CODE_LOCKSTEP};

VGPU_UNIT_TEST(place, gives_each_kernel_its_local_variables)
{
    struct compiled compiled = compile_source(
        "kernel void none(global int *a) { *a = 1; }\n"
        "kernel void some(global int *a) { local int x; local float4 y[3]; local char "
        "z;\n"
        "  x = *a; y[x] = 1; z = 2; *a = z; }\n"
        "kernel void large(global int *a) { local int x[300]; x[*a] = 1; *a = x[2]; }\n"
        "kernel void calls(global int *a) { local int x; x = *a; some(a); *a += x; }\n",
        "", true);
    static const size_t bytes[] = {0, 128, 1280, 128};

    if (expect_done(&compiled)) {
        for (size_t i = 0; i < 4; i++)
            EXPECT_EQ(bytes[i], compiled.unit.kernels[i].local_bytes);
    }
    compiled_fini(&compiled);
}

/* Addresses of __local variables in constant expressions, in phis and in tables. */
VGPU_UNIT_TEST(place, finds_addresses_wherever_they_hide)
{
    struct compiled compiled =
        compile_source("struct pair { local int *a; local int *b; };\n"
                       "kernel void f(global int *out, int which)\n"
                       "{\n"
                       "  local int x[4], y[4];\n"
                       "  struct pair p = {x + 1, &y[2]};\n"
                       "  local int *q = which ? &x[3] : y;\n"
                       "  for (int i = 0; i < 4; i++) { x[i] = i; y[i] = 10 * i; }\n"
                       "  for (int i = 0; i < which; i++) q = q == x ? y : x;\n"
                       "  out[0] = *p.a; out[1] = *p.b; out[2] = *q;\n"
                       "  out[3] = ((ulong)&x[0] & 15) == 0;\n"
                       "}\n",
                       "", true);

    for (size_t m = 0; expect_done(&compiled) && m < 3; m++) {
        int out[4] = {0}, *pointer = out, which = 2;
        void *args[] = {&pointer, &which};
        const int right[] = {1, 20, 0, 1};

        run_kernel(&compiled.unit, "f", modes[m], &(struct run){.args = args});
        EXPECT_BYTES(right, out, sizeof right);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(place, keeps_what_variables_of_the_program_contain_first)
{
    struct compiled compiled = compile_source(
        "typedef struct { char c; double d; float3 v; int a[2]; } mixed;\n"
        "global int counter = 5;\n"
        "global mixed m = {'x', 2.5, (float3)(1, 2, 3), {7, -8}};\n"
        "static global ushort zero;\n"
        "global float *unset = 0;\n"
        "constant int never = 3;\n"
        "kernel void f(global float *out)\n"
        "{\n"
        "  out[0] = counter++; out[1] = m.c; out[2] = m.d; out[3] = m.v.z;\n"
        "  out[4] = m.a[1]; out[5] = zero++; out[6] = unset == 0; out[7] = never;\n"
        "  unset = out; m.a[1]--;\n"
        "}\n",
        "-cl-std=CL3.0", true);

    for (size_t m = 0; expect_done(&compiled) && m < 3; m++) {
        float out[8] = {0}, *pointer = out;
        const float first[] = {5, 'x', 2.5, 3, -8, 0, 1, 3};
        const float second[] = {6, 'x', 2.5, 3, -9, 1, 0, 3};
        char variables[256] __attribute__((aligned(128)));
        void *args[] = {&pointer};
        const struct run run = {.args = args, .variables = variables};

        ASSERT_TRUE(compiled.unit.variables_size <= sizeof variables);
        memcpy(variables, compiled.unit.variables, compiled.unit.variables_size);
        run_kernel(&compiled.unit, "f", modes[m], &run);
        EXPECT_BYTES(first, out, sizeof first);
        run_kernel(&compiled.unit, "f", modes[m], &run);
        EXPECT_BYTES(second, out, sizeof second);
    }
    compiled_fini(&compiled);
}

/* Of variables and constants, in both and from both; also a list that bites its tail. */
VGPU_UNIT_TEST(place, lets_variables_start_as_addresses_of_others)
{
    struct compiled compiled = compile_source(
        "typedef struct node { int value; global struct node *next; } node;\n"
        "global int x = 3, a[4] = {1, 2, 4, 8};\n"
        "global int *p = &a[2], *global *pp = &p;\n"
        "constant int three = 3; constant int *global to_constant = &three;\n"
        "constant struct { char c; global int *p; } c = {'c', &a[3]};\n"
        "extern global node second;\n"
        "global node first = {10, &second}, second = {20, &first};\n"
        "constant char *global text = \"text\";\n"
        "global int *far = (global int *)4096;\n"
        "global ulong number = (ulong)&x;\n"
        "kernel void f(global int *out)\n"
        "{\n"
        "  out[0] = *p; out[1] = **pp; out[2] = *to_constant; out[3] = *c.p;\n"
        "  out[4] = first.next->value; out[5] = first.next->next->value;\n"
        "  out[6] = text[2]; out[7] = (ulong)far; out[8] = number == (ulong)&x;\n"
        "  p = &x; out[9] = **pp; out[10] = c.c;\n"
        "}\n",
        "-cl-std=CL3.0", true);

    for (size_t m = 0; expect_done(&compiled) && m < 3; m++) {
        int out[11] = {0}, *pointer = out;
        const int right[] = {4, 4, 3, 8, 20, 10, 'x', 4096, 1, 3, 'c'};
        char variables[512] __attribute__((aligned(128)));
        void *args[] = {&pointer};

        ASSERT_TRUE(compiled.unit.variables_size <= sizeof variables);
        vgpu_unit_fill_variables(&compiled.unit, variables);
        run_kernel(&compiled.unit, "f", modes[m],
                   &(struct run){.args = args, .variables = variables});
        EXPECT_BYTES(right, out, sizeof right);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(place, refuses_initialisers_that_no_linker_knows)
{
    expect_refused("global int x; global uint half_of_it = (uint)(ulong)&x;\n"
                   "kernel void f(global int *a) { *a = half_of_it; }",
                   "-cl-std=CL3.0", "initiali");
}

VGPU_UNIT_TEST(place, refuses_more_than_there_is_room_for)
{
    expect_refused("global char x[1 << 30];\n"
                   "kernel void f(global int *a) { *a = x[*a]; }",
                   "-cl-std=CL3.0", "program-scope variables take more than");
    expect_refused("constant char x[1 << 30] = {1};\n"
                   "kernel void f(global int *a) { *a = x[*a]; }",
                   "", "program-scope constants take more than");
}

VGPU_UNIT_TEST(place, refuses_wider_alignment_than_there_is)
{
    static const char *const variables[] = {
        "constant int x[2] __attribute__((aligned(1 << 28))) = {1, 2};\n"
        "kernel void f(global int *a) {",
        "kernel void f(global int *a) { local int x[2] __attribute__((aligned(1 << "
        "20)));"};

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        char text[200];

        snprintf(text, sizeof text, "%s *a = x[*a]; }", variables[i]);
        expect_refused(text, "", "bytes; the most is");
    }
}

VGPU_UNIT_TEST(place, copies_structs_that_a_kernel_changes)
{
    struct compiled compiled = compile_source(
        "typedef struct { int a[4]; float3 b; } body;\n"
        "int sum(body *s) { return s->a[0] + s->a[1] + s->a[2] + s->a[3]; }\n"
        "kernel void f(global int *out, body s, body t)\n"
        "{\n"
        "  size_t i = get_global_id(0);\n"
        "  s.a[i & 3] += 10 * i;\n"
        "  out[i] = sum(&s) + t.a[i & 3] + (int)t.b.y;\n"
        "}\n",
        "", true);
    struct {
        int a[4];
        float b[4];
    } s = {{1, 2, 3, 4}, {0}}, t = {{100, 200, 300, 400}, {0, 5, 0, 0}};

    for (size_t m = 0; expect_done(&compiled) && m < 3; m++) {
        int out[20] = {0}, *pointer = out;
        void *args[] = {&pointer, &s, &t};

        run_kernel(&compiled.unit, "f", modes[m],
                   &(struct run){.args = args, .local_size = {5}, .num_groups = {4}});
        for (int i = 0; i < 20; i++)
            EXPECT_EQ(10 + 10 * i + 100 * (i % 4 + 1) + 5, out[i]);
        EXPECT_EQ(1, s.a[0]);
    }
    compiled_fini(&compiled);
}
