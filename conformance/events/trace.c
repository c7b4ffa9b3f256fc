/* SPDX-License-Identifier: MIT */
/* VGPU_TRACE: what is in the file. */
#include "trace_text.h"

#include <stdio.h>
#include <string.h>

static const char *const commands_of_small[][2] = {
    {"1 of queue 1", "fill buffer"}, {"2 of queue 1", "write buffer"},
    {"3 of queue 1", "events_add"},  {"4 of queue 1", "events_meet"},
    {"5 of queue 1", "copy buffer"}, {"6 of queue 1", "read buffer"},
    {"1 of queue 2", "events_add"},  {"2 of queue 2", "events_add"},
    {"3 of queue 2", "barrier"},     {"4 of queue 2", "marker"},
    {"user event 1", "user"},
};

VGPU_UNIT_TEST(VGPU_TRACE, has_every_command_of_a_program)
{
    struct traced traced = traced_run("small", NULL);

    EXPECT_EQ(0, traced.process.status);
    EXPECT_STREQ("", traced.process.err);
    trace_expect_sound(traced.events);
    for (size_t i = 0; i < sizeof commands_of_small / sizeof *commands_of_small; i++) {
        const json_t *const slice = trace_command(traced.events, commands_of_small[i][0]);

        if (!slice) {
            VGPU_FAIL("command %s is missing", commands_of_small[i][0]);
            continue;
        }
        EXPECT_STREQ(commands_of_small[i][1], trace_text(slice, "name"));
        EXPECT_STREQ("X", trace_text(slice, "ph"));
        EXPECT_TRUE(json_number_value(trace_arg(slice, "queued at")) <=
                    json_number_value(trace_arg(slice, "submitted at")));
        EXPECT_TRUE(json_number_value(trace_arg(slice, "submitted at")) <=
                    json_number_value(trace_arg(slice, "running at")));
        EXPECT_TRUE(json_number_value(trace_arg(slice, "running at")) <=
                    json_number_value(trace_arg(slice, "ended at")));
    }
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, has_a_lane_for_each_compute_unit_and_queue)
{
    static const char *const names[] = {"compute unit 0 (core ",
                                        "compute unit 1 (core ",
                                        "compute unit 2 (core ",
                                        "queue 1 (in order, device 0)",
                                        "queue 2 (out of order, device 0)",
                                        "user events"};
    struct traced traced = traced_run("small", "VGPU_DEVICES=cu=3");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t index;
        bool found = false;
        json_t *event;

        json_array_foreach (traced.events, index, event)
            if (strcmp(trace_text(event, "name"), "thread_name") == 0)
                found = found || strncmp(json_string_value(trace_arg(event, "name")),
                                         names[i], strlen(names[i])) == 0;
        if (!found)
            VGPU_FAIL("there is no lane %s", names[i]);
    }
    EXPECT_STREQ("queue 1 (in order, device 0)",
                 trace_lane(traced.events, trace_command(traced.events, "1 of queue 1")));
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, says_what_a_launch_was)
{
    struct traced traced = traced_run("small", NULL);
    const json_t *const add = trace_command(traced.events, "3 of queue 1");
    const json_t *const meet = trace_command(traced.events, "4 of queue 1");

    EXPECT_EQ(1024, json_integer_value(json_array_get(trace_arg(add, "global size"), 0)));
    EXPECT_EQ(64, json_integer_value(json_array_get(trace_arg(add, "local size"), 0)));
    EXPECT_EQ(16, json_integer_value(trace_arg(add, "work-groups")));
    EXPECT_STREQ("registered, a loop over work-items",
                 json_string_value(trace_arg(add, "code")));
    EXPECT_STREQ("registered, each work-item on a fiber",
                 json_string_value(trace_arg(meet, "code")));
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, says_what_a_transfer_moved)
{
    static const struct {
        const char *command, *from, *to;
    } rows[] = {
        {"1 of queue 1", "a pattern", "buffer 2"},
        {"2 of queue 1", "host memory", "buffer 1 \"the \"sums\"\""},
        {"5 of queue 1", "buffer 1 \"the \"sums\"\"", "buffer 2"},
        {"6 of queue 1", "buffer 2", "host memory"},
    };
    struct traced traced = traced_run("small", NULL);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const json_t *const slice = trace_command(traced.events, rows[i].command);

        EXPECT_EQ(4096, json_integer_value(trace_arg(slice, "bytes")));
        EXPECT_STREQ(rows[i].from, json_string_value(trace_arg(slice, "from")));
        EXPECT_STREQ(rows[i].to, json_string_value(trace_arg(slice, "to")));
    }
    traced_fini(&traced);
}

/* user event 1 -> 1 of queue 2 -> 2 of queue 2 -> barrier -> marker, marker of clFinish
 */
VGPU_UNIT_TEST(VGPU_TRACE, draws_an_arrow_for_each_dependency)
{
    struct traced traced = traced_run("small", NULL);
    const json_t *const barrier = trace_command(traced.events, "3 of queue 2");

    EXPECT_EQ(5, trace_count(traced.events, "s", "dependency", NULL));
    EXPECT_EQ(5, trace_count(traced.events, "f", "dependency", NULL));
    EXPECT_TRUE(barrier != NULL);
    traced_fini(&traced);
}

/* Groups of a launch that the slices of its work-groups cover, each once. */
static long long groups_covered(const json_t *events, const char *command)
{
    long long count = 0;
    size_t index;
    json_t *event;

    json_array_foreach (events, index, event)
        if (strcmp(trace_text(event, "cat"), "work-groups") == 0 &&
            strcmp(json_string_value(trace_arg(event, "command")), command) == 0)
            count += json_integer_value(trace_arg(event, "groups"));
    return count;
}

/* Microseconds of all slices of compute units together. */
static double time_of_slices(const json_t *events)
{
    double sum = 0;
    size_t index;
    json_t *event;

    json_array_foreach (events, index, event)
        if (strcmp(trace_text(event, "cat"), "work-groups") == 0)
            sum += json_number_value(json_object_get(event, "dur"));
    return sum;
}

VGPU_UNIT_TEST(VGPU_TRACE, covers_every_work_group)
{
    struct traced traced = traced_run("small", NULL);

    EXPECT_EQ(16, groups_covered(traced.events, "3 of queue 1"));
    EXPECT_EQ(16, groups_covered(traced.events, "4 of queue 1"));
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, takes_many_short_groups_together)
{
    struct traced traced = traced_run("of_many_groups", NULL);

    trace_expect_sound(traced.events);
    EXPECT_EQ(1 << 20, groups_covered(traced.events, "1 of queue 1"));
    /* A slice is 20 microseconds long, or what was guessed to be. */
    EXPECT_LT(trace_count(traced.events, "X", "work-groups", NULL),
              (long long)(1024 + 4 * time_of_slices(traced.events) / 20));
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, marks_what_failed)
{
    struct traced traced = traced_run("with_a_command_that_fails", NULL);
    const json_t *const marker = trace_command(traced.events, "1 of queue 1");

    trace_expect_sound(traced.events);
    EXPECT_STREQ("marker (failed)", trace_text(marker, "name"));
    EXPECT_EQ(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST,
              json_integer_value(trace_arg(marker, "failed with")));
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, is_whole_though_the_program_forks)
{
    struct traced traced = traced_run("that_forks", NULL);

    EXPECT_EQ(0, traced.process.status);
    trace_expect_sound(traced.events);
    EXPECT_EQ(20, trace_count(traced.events, "X", "command", "events_add"));
    traced_fini(&traced);
}

VGPU_UNIT_TEST(VGPU_TRACE, shows_what_was_under_way_when_the_process_was_killed)
{
    struct traced traced = traced_run("that_is_killed_while_a_kernel_runs", NULL);
    const json_t *const groups =
        trace_find(traced.events, "B", "work-groups", "events_spin (not ended)");

    EXPECT_EQ(-9, traced.process.status);
    trace_expect_sound(traced.events);
    EXPECT_TRUE(trace_find(traced.events, "X", "command", "marker") != NULL);
    EXPECT_TRUE(groups != NULL);
    EXPECT_STREQ("2 of queue 1", json_string_value(trace_arg(groups, "command")));
    EXPECT_TRUE(trace_find(traced.events, "B", "command", "events_spin (not ended)") !=
                NULL);
    EXPECT_TRUE(trace_find(traced.events, "B", "command", "marker (not ended)") != NULL);
    traced_fini(&traced);
}

/* The second time pages are written over. */
VGPU_UNIT_TEST(VGPU_TRACE, is_readable_whenever_the_process_is_killed)
{
    for (int i = 0; i < 8; i++) {
        struct traced traced =
            traced_run("that_is_killed_while_it_launches",
                       i % 2 ? "VGPU_TRACE_BYTES=320K" : "VGPU_TRACE_BYTES=64M");

        EXPECT_EQ(-9, traced.process.status);
        EXPECT_GT(trace_count(traced.events, "X", NULL, "events_add"), 100);
        traced_fini(&traced);
    }
}
