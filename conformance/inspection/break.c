/* SPDX-License-Identifier: MIT */
/* VGPU_BREAK without a debugger: what a person is told, and that the program goes on. */
#include "break_point.h"
#include "vgpu_test.h"

#include <stdio.h>
#include <string.h>

static struct vgpu_test_process run_with(const char *points)
{
    const char *const argv[] = {INSPECTED, NULL};
    char setting[512];
    const char *const environment[] = {setting, "VGPU_KERNELS", NULL};

    snprintf(setting, sizeof setting, "VGPU_BREAK=%s", points);
    return vgpu_test_spawn(argv, environment);
}

static void expect_told(const char *points, const char *text)
{
    struct vgpu_test_process process = run_with(points);

    EXPECT_EQ(0, process.status);
    if (!process.err || !strstr(process.err, text))
        VGPU_FAIL("VGPU_BREAK=%s does not say '%s' but\n%s", points, text,
                  process.err ? process.err : "");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(VGPU_BREAK, without_a_debugger_says_what_to_do_and_goes_on)
{
    expect_told("twice:17", "vgpu: VGPU_BREAK: work-item twice:17 is reached, but no "
                            "debugger is there to stop in it");
    expect_told("twice:17", "run `vgpu break twice:17 PROGRAM`");
    expect_told("turned:63", "work-item turned:63 is reached");
    expect_told("negated:40", "work-item negated:40 is reached");
    expect_told("twice:3;turned:4", "work-item turned:4 is reached");
}

VGPU_UNIT_TEST(VGPU_BREAK, names_the_nearest_kernel_where_one_is_misspelled)
{
    expect_told("Twise:17", "no kernel 'Twise' was launched; the nearest name that was "
                            "is 'twice': write twice:17");
    expect_told("turn:1:7", "'turned': write turned:1:7");
}

VGPU_UNIT_TEST(VGPU_BREAK, names_the_last_work_item_where_one_is_outside)
{
    expect_told("twice:64", "a launch of kernel 'twice' has no work-item twice:64; its "
                            "last one is twice:63");
    expect_told("turned:1,1", "no work-item turned:1,1; its last one is turned:63");
    expect_told("twice:18446744073709551615", "its last one is twice:63");
}

VGPU_UNIT_TEST(VGPU_BREAK, names_the_place_where_its_text_is_wrong)
{
    expect_told("twice", "'twice' ends with '' at character 6, where ':' and a "
                         "work-item's global id should be");
    expect_told("twice:x", "at character 7, where a number should be");
    expect_told("twice:1,2,3,4", "a fourth dimension");
    expect_told("twice:1:0", "line 0");
    expect_told("twice:1:2:3", "where ',', ':' or the end should be");
    expect_told(":3", "where a kernel's name should be");
    expect_told("twice:99999999999999999999", "a number that is too large");
    expect_told("twice:;twice:5", "work-item twice:5 is reached");
}

VGPU_UNIT_TEST(VGPU_BREAK, takes_no_more_than_there_is_room_for)
{
    char points[512] = "";

    for (unsigned i = 0; i < VGPU_MAX_BREAK_POINTS + 1; i++)
        strcat(points, "twice:1;");
    expect_told(points, "only the first 32 work-items are taken");
}

VGPU_UNIT_TEST(vgpu_break_point_read, reads_kernel_ids_and_line)
{
    struct vgpu_break_point point;
    const char *end;

    EXPECT_EQ(NULL, vgpu_break_point_read("tile_2:3,5,7:12;x", &point, &end));
    EXPECT_STREQ("tile_2", point.kernel);
    EXPECT_EQ(3, point.work_dim);
    EXPECT_EQ(3, point.global_id[0]);
    EXPECT_EQ(5, point.global_id[1]);
    EXPECT_EQ(7, point.global_id[2]);
    EXPECT_EQ(12, point.line);
    EXPECT_STREQ("tile_2:3,5,7:12", point.text);
    EXPECT_STREQ(";x", end);
}

VGPU_UNIT_TEST(vgpu_break_point_read, refuses_a_name_that_is_too_long)
{
    struct vgpu_break_point point;
    char text[600];
    const char *end;

    memset(text, 'a', sizeof text);
    memcpy(text + sizeof text - 3, ":1", 3);
    EXPECT_NE(NULL, vgpu_break_point_read(text, &point, &end));
}
