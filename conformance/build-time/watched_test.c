/* SPDX-License-Identifier: MIT */
/* What observers see of kernels in C that vgpu-cc compiled when the program was built. */
#include "process.h"
#include "profiled.h"
#include "vgpu_test.h"
#include "watched_lines.h"

#include <stdio.h>
#include <string.h>

#define ITEMS    256
#define REQUESTS (ITEMS / 32) /* of as many sub-groups */

VGPU_UNIT_TEST(built_kernels, are_profiled_exactly)
{
    json_t *const json = profiled_run("bw_strided", NULL);
    const json_t *const kernel = json ? profiled_kernel(json, "bw_strided") : NULL;
    const json_t *load, *store;

    ASSERT_TRUE(kernel);
    EXPECT_TRUE(!json_is_false(json_object_get(kernel, "traced")));
    EXPECT_EQ(ITEMS, (long)profiled_number(kernel, "work_items"));
    /* Floats 32 bytes apart: each is in a sector of its own. */
    EXPECT_EQ(REQUESTS, (long)profiled_number(kernel, "global_load.requests"));
    EXPECT_EQ(ITEMS, (long)profiled_number(kernel, "global_load.sectors"));
    /* Side by side: eight to a sector. */
    EXPECT_EQ(REQUESTS, (long)profiled_number(kernel, "global_store.requests"));
    EXPECT_EQ(ITEMS / 8, (long)profiled_number(kernel, "global_store.sectors"));
    /* What the header's macros do besides is not told. */
    EXPECT_EQ(0, (long)profiled_number(kernel, "branches"));
    EXPECT_EQ(0, (long)profiled_number(kernel, "constant_load.requests"));
    load = profiled_line(kernel, BW_LOAD_LINE);
    store = profiled_line(kernel, BW_STORE_LINE);
    ASSERT_TRUE(load && store);
    EXPECT_EQ(ITEMS, (long)profiled_number(load, "global_load.sectors"));
    EXPECT_EQ(ITEMS / 8, (long)profiled_number(store, "global_store.sectors"));
    EXPECT_EQ(0, (long)profiled_number(load, "global_store.requests"));
    json_decref(json);
}

VGPU_UNIT_TEST(built_kernels, show_their_source_and_wait_at_barriers)
{
    json_t *const json = profiled_run("bw_turn", NULL);
    const json_t *const kernel = json ? profiled_kernel(json, "bw_turn") : NULL;
    const json_t *source;
    const char *text = NULL;
    size_t i;

    ASSERT_TRUE(kernel);
    EXPECT_EQ(REQUESTS, (long)profiled_number(kernel, "barriers"));
    EXPECT_EQ(REQUESTS, (long)profiled_number(kernel, "local_store.requests"));
    json_array_foreach (json_object_get(json, "sources"), i, source)
        if (strstr(json_string_value(json_object_get(source, "name")), "watched.c"))
            text = json_string_value(json_object_get(source, "text"));
    ASSERT_TRUE(text);
    EXPECT_CONTAINS(text, "VGPU_BARRIER_KERNEL(bw_turn");
    json_decref(json);
}

VGPU_UNIT_TEST(built_kernels, are_checked)
{
    const char *const argv[] = {VGPU_RUN_KERNEL, "bw_beyond", NULL};
    const char *const environment[] = {"VGPU_CHECK=memory,fatal", NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, environment);
    char place[64];

    snprintf(place, sizeof place, "watched.c:%d:", BW_BEYOND_LINE);
    EXPECT_EQ(86, process.status);
    EXPECT_CONTAINS(process.err, place);
    EXPECT_CONTAINS(process.err, "kernel \"bw_beyond\" writes out");
    EXPECT_CONTAINS(process.err, "work-item (255,0,0)");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(built_kernels, without_mistakes_pass_all_checks)
{
    const char *const argv[] = {VGPU_RUN_KERNEL, "bw_turn", NULL};
    const char *const environment[] = {"VGPU_CHECK=all,fatal", NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, environment);

    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, "checks found nothing wrong");
    vgpu_test_process_fini(&process);
}

static void expect_note(const char *kernel, const char *variable, const char *note)
{
    json_t *const json = profiled_run(kernel, variable);
    const json_t *const object = json ? profiled_kernel(json, kernel) : NULL;

    ASSERT_TRUE(object);
    EXPECT_TRUE(json_is_false(json_object_get(object, "traced")));
    EXPECT_CONTAINS(json_string_value(json_object_get(object, "note")), note);
    EXPECT_EQ(ITEMS, (long)profiled_number(object, "work_items"));
    json_decref(json);
}

VGPU_UNIT_TEST(built_kernels, that_use_the_program_say_that_they_are_not_traced)
{
    expect_note("bw_counts", NULL, "variables of the program");
}

VGPU_UNIT_TEST(built_kernels, run_as_they_are_where_there_is_no_vgpu_cc)
{
    expect_note("bw_strided", "VGPU_CC=/nowhere/vgpu-cc", "/nowhere/vgpu-cc");
}

/* A debugger stops in items; observers see rows. */
VGPU_UNIT_TEST(built_kernels, that_a_debugger_stops_in_say_why_they_are_not_traced)
{
    expect_note("bw_strided", "VGPU_BREAK=bw_strided:17", "VGPU_BREAK stops in it");
    expect_note("bw_turn", "VGPU_BREAK=bw_turn:17;bw_turn:200", "VGPU_BREAK stops in it");
    expect_note("bw_turn", "VGPU_KERNEL_MODE=fiber", "VGPU_KERNEL_MODE");
}

static void expect_stop(const char *kernel, const char *observer)
{
    const char *const argv[] = {VGPU_RUN_KERNEL, kernel, NULL};
    char point[64], told[96];
    const char *const environment[] = {point, observer, NULL};
    struct vgpu_test_process process;

    snprintf(point, sizeof point, "VGPU_BREAK=%s:17", kernel);
    snprintf(told, sizeof told, "VGPU_BREAK: work-item %s:17 is reached", kernel);
    process = vgpu_test_spawn(argv, environment);
    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, told);
    EXPECT_CONTAINS(process.err, "not checked");
    EXPECT_CONTAINS(process.err, kernel);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(built_kernels, stop_for_debuggers_beside_observers)
{
    expect_stop("bw_strided", "VGPU_CHECK=memory");
    expect_stop("bw_turn", "VGPU_CHECK=all");
}

VGPU_UNIT_TEST(built_kernels, are_profiled_where_a_debugger_stops_in_others)
{
    json_t *const json = profiled_run("bw_strided", "VGPU_BREAK=bw_turn:17");
    const json_t *const kernel = json ? profiled_kernel(json, "bw_strided") : NULL;

    ASSERT_TRUE(kernel);
    EXPECT_EQ(ITEMS, (long)profiled_number(kernel, "global_load.sectors"));
    json_decref(json);
}

VGPU_UNIT_TEST(built_kernels, that_were_left_untraced_run_all_the_same)
{
    const char *const argv[] = {RUN_UNWATCHED, "bw_strided", NULL};
    const char *const environment[] = {"VGPU_CHECK=memory", NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, environment);

    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, "not checked: bw_strided");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(built_kernels, that_cannot_be_traced_are_named_to_who_asks)
{
    const char *const argv[] = {
        VGPU_CC_PROGRAM, "--emit=object", "--register", "-v", INCLUDE, "-o",
        "/dev/null",     SOURCE,          NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, NULL);

    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, "kernel 'bw_counts' will not be traced: it needs what "
                                 "is elsewhere in the program: steps");
    vgpu_test_process_fini(&process);
}
