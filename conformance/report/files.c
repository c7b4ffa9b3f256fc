/* SPDX-License-Identifier: MIT */
/* `vgpu report`: files in, a page out, and what it says of files that are no use. */
#include "example.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct vgpu_test_process report(const char *option, const char *path,
                                       const char *output)
{
    const char *const argv[] = {VGPU_PROGRAM, "report", "-o", output, option, path, NULL};

    return vgpu_test_spawn(argv, NULL);
}

static void expect_refusal(const char *option, const char *path, const char *words)
{
    struct vgpu_test_process process = report(option, path, "/dev/null/page.html");

    EXPECT_EQ(1, process.status);
    EXPECT_CONTAINS(process.err, path);
    EXPECT_CONTAINS(process.err, words);
    vgpu_test_process_fini(&process);
}

static char *file_of(const char *text)
{
    char *path = temporary_path(".json");
    FILE *file = fopen(path, "w");

    fputs(text, file);
    fclose(file);
    return path;
}

VGPU_UNIT_TEST(vgpu_report, makes_a_page_of_files)
{
    char *path = temporary_path(".html"), start[16] = "";
    struct vgpu_test_process process =
        report("--profile", EXAMPLES "/example.profile.json", path);
    FILE *page = fopen(path, "r");

    EXPECT_EQ(0, process.status);
    ASSERT_TRUE(page != NULL);
    EXPECT_TRUE(fgets(start, sizeof start, page) != NULL);
    EXPECT_STREQ("<!doctype html>", start);
    fclose(page);
    unlink(path);
    free(path);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_report, makes_a_document_that_it_reads_again)
{
    char *first = temporary_path(".json"), *second = temporary_path(".json");
    struct vgpu_test_process process =
        report("--profile", EXAMPLES "/example.profile.json", first);
    json_t *one, *two;

    EXPECT_EQ(0, process.status);
    vgpu_test_process_fini(&process);
    process = report("--", first, second);
    EXPECT_EQ(0, process.status);
    one = json_load_file(first, 0, NULL);
    two = json_load_file(second, 0, NULL);
    EXPECT_TRUE(json_equal(one, two));
    json_decref(one);
    json_decref(two);
    unlink(first);
    unlink(second);
    free(first);
    free(second);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_report, says_what_is_wrong_with_a_file)
{
    char *cut = file_of("{\"kernels\": ["), *list = file_of("[]"), *other = file_of("{}");

    expect_refusal("--profile", "/nonexistent/p.json", "No such file");
    expect_refusal("--profile", cut, "is no JSON: line 1");
    expect_refusal("--profile", list, "no object");
    expect_refusal("--trace", other, "no array of events");
    expect_refusal("--", other, "no report");
    unlink(cut);
    unlink(list);
    unlink(other);
    free(cut);
    free(list);
    free(other);
}

VGPU_UNIT_TEST(vgpu_report, says_why_a_page_cannot_be_written)
{
    struct vgpu_test_process process =
        report("--profile", EXAMPLES "/example.profile.json", "/dev/null/page.html");

    EXPECT_EQ(1, process.status);
    EXPECT_CONTAINS(process.err,
                    "/dev/null/page.html cannot be written (Not a directory");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_report, wants_something_to_report_on)
{
    const char *const argv[] = {VGPU_PROGRAM, "report", NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, NULL);

    EXPECT_EQ(64, process.status);
    EXPECT_CONTAINS(process.err, "--profile or --trace");
    vgpu_test_process_fini(&process);
}
