/* SPDX-License-Identifier: MIT */
/* Compiling and linking: when the cache answers, and when vgpu-cc does. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client_test.h"
#include "fake/directive.h"
#include "vgpu_test.h"

/* As client_test_serial, of the request. */
static uint64_t serial_of(const struct vgpu_compile_request *request)
{
    struct vgpu_unit unit = {0};
    char *log = NULL;
    uint64_t serial = 0;

    EXPECT_EQ(0, vgpu_compiler_compile(request, &unit, &log));
    if (unit.variables_size == sizeof serial)
        memcpy(&serial, unit.variables, sizeof serial);
    vgpu_unit_fini(&unit);
    free(log);
    return serial;
}

VGPU_UNIT_TEST(vgpu_compiler_compile, the_same_is_compiled_once)
{
    client_test_start();
    const uint64_t serial = client_test_serial(FAKE_ANSWER);
    EXPECT_EQ(serial, client_test_serial(FAKE_ANSWER));
    EXPECT_NE(serial, client_test_serial("another source"));
    EXPECT_EQ(serial, client_test_serial(FAKE_ANSWER));
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_compile, all_that_matters_is_part_of_the_key)
{
    static const char *const words[] = {"-DA", "-DB"};
    static const struct vgpu_header headers[] = {{"a.h", "1", 1}, {"a.h", "2", 1}};
    const struct vgpu_compile_request requests[] = {
        {.source = "x", .length = 1},
        {.source = "xy", .length = 2},
        {.source = "x", .length = 1, .is_executable = true},
        {.source = "x", .length = 1, .options = words, .num_options = 1},
        {.source = "x", .length = 1, .options = words, .num_options = 2},
        {.source = "x", .length = 1, .options = words + 1, .num_options = 1},
        {.source = "x", .length = 1, .extensions = words, .num_extensions = 1},
        {.source = "x", .length = 1, .headers = headers, .num_headers = 1},
        {.source = "x", .length = 1, .headers = headers + 1, .num_headers = 1},
        {.source = NULL, .length = 0},
    };
    uint64_t serials[sizeof requests / sizeof *requests];

    client_test_start();
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        serials[i] = serial_of(&requests[i]);
        for (size_t j = 0; j < i; j++)
            EXPECT_NE(serials[j], serials[i]);
    }
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        EXPECT_EQ(serials[i], serial_of(&requests[i]));
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_compile, warnings_come_from_the_cache_too)
{
    client_test_start();
    for (int i = 0; i < 2; i++) {
        struct vgpu_unit unit = {0};
        char *log = NULL;
        EXPECT_EQ(0, client_test_compile_with(FAKE_WARN, NULL, &unit, &log));
        EXPECT_STREQ("program.cl:1:1: warning: fake\n", log);
        vgpu_unit_fini(&unit);
        free(log);
    }
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_compile, failures_are_not_kept)
{
    client_test_start();
    EXPECT_EQ(-EINVAL, client_test_compile(FAKE_REFUSE));
    EXPECT_EQ(-EIO, client_test_compile(FAKE_CRASH));
    EXPECT_EQ(-EIO, client_test_compile(FAKE_FAIL));
    EXPECT_EQ(0, client_test_count(".unit"));
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_compile, nonsense_is_not_given_out_again)
{
    client_test_start();
    for (int i = 0; i < 2; i++) {
        EXPECT_EQ(-EIO, client_test_compile(FAKE_NO_UNIT));
        EXPECT_EQ(-EIO, client_test_compile(FAKE_OTHER_KIND));
        EXPECT_EQ(-EIO, client_test_compile(FAKE_BAD_FILES));
    }
    EXPECT_EQ(0, client_test_compile(FAKE_ANSWER));
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_compile, a_changed_included_file_compiles_anew)
{
    char source[256];

    client_test_start();
    snprintf(source, sizeof source, FAKE_INCLUDE "%s",
             client_test_write("included.h", "one"));
    const uint64_t first = client_test_serial(source);
    EXPECT_EQ(first, client_test_serial(source));
    client_test_write("included.h", "two");
    const uint64_t second = client_test_serial(source);
    EXPECT_NE(first, second);
    EXPECT_EQ(second, client_test_serial(source));
    unlink(source + strlen(FAKE_INCLUDE));
    EXPECT_EQ(-EIO, client_test_compile(source)); /* the fake asks for the file */
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_compile, the_current_folder_counts_where_files_are_included)
{
    static const char *const here[] = {"-I."}, *const there[] = {"-I/usr/include"};
    struct vgpu_compile_request including = {.source = "#  include", .length = 10};
    struct vgpu_compile_request relative = {
        .source = "x", .length = 1, .options = here, .num_options = 1};
    struct vgpu_compile_request absolute = {
        .source = "x", .length = 1, .options = there, .num_options = 1};

    const char *folder = client_test_start();
    ASSERT_EQ(0, chdir(folder));
    const uint64_t serials[] = {serial_of(&including), serial_of(&relative),
                                serial_of(&absolute)};
    EXPECT_EQ(serials[0], serial_of(&including));
    EXPECT_EQ(serials[1], serial_of(&relative));
    ASSERT_EQ(0, chdir("/"));
    EXPECT_NE(serials[0], serial_of(&including));
    EXPECT_NE(serials[1], serial_of(&relative));
    EXPECT_EQ(serials[2], serial_of(&absolute));
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_compile, works_in_a_folder_that_is_gone)
{
    char *gone;

    const char *folder = client_test_start();
    ASSERT_GT(asprintf(&gone, "%s/gone", folder), 0);
    ASSERT_EQ(0, mkdir(gone, 0700));
    ASSERT_EQ(0, chdir(gone));
    ASSERT_EQ(0, rmdir(gone));
    EXPECT_EQ(0, client_test_compile("#include"));
    ASSERT_EQ(0, chdir("/"));
    free(gone);
    client_test_end();
}

/* The fake tells of a tool that FAKE_TOOL names; its server starts in this process. */
VGPU_UNIT_TEST_WITH_ENV(vgpu_compiler_compile, another_compiler_compiles_anew, "VGPU_CC")
{
    client_test_start();
    setenv("FAKE_TOOL", client_test_write("tool", "1"), 1);
    const uint64_t first = client_test_serial(FAKE_ANSWER);
    EXPECT_EQ(first, client_test_serial(FAKE_ANSWER));
    client_test_write("tool", "12");
    const uint64_t second = client_test_serial(FAKE_ANSWER);
    EXPECT_NE(first, second);
    setenv("VGPU_CLANG", "clang-of-another-version", 1);
    EXPECT_NE(second, client_test_serial(FAKE_ANSWER));
    unsetenv("VGPU_CLANG");
    EXPECT_EQ(second, client_test_serial(FAKE_ANSWER));
    unlink(getenv("FAKE_TOOL")); /* the compiler can no longer be told: nothing is kept */
    EXPECT_NE(second, client_test_serial(FAKE_ANSWER));
    EXPECT_NE(client_test_serial(FAKE_ANSWER), client_test_serial(FAKE_ANSWER));
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_compile, debuggers_find_the_source)
{
    static const char *const debug[] = {"-g", NULL};
    struct vgpu_unit unit = {0};
    char *log = NULL;

    client_test_start();
    EXPECT_EQ(0, client_test_compile_with(FAKE_ANSWER, debug, &unit, &log));
    EXPECT_EQ(1, client_test_count(".cl"));
    vgpu_unit_fini(&unit);
    free(log);
    setenv("VGPU_CACHE_DIR", "", 1);
    EXPECT_EQ(0, client_test_compile_with(FAKE_ANSWER, debug, &unit, &log));
    vgpu_unit_fini(&unit);
    free(log);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_compiler_link, makes_the_asked_kind_and_keeps_it)
{
    static const char *const options[] = {"-cl-fast-relaxed-math"};
    struct vgpu_unit object = {0}, made[3] = {{0}};
    const struct vgpu_unit *const units[] = {&object, &object};
    char *log = NULL;

    client_test_start();
    EXPECT_EQ(0, client_test_compile_with(FAKE_ANSWER, NULL, &object, &log));
    EXPECT_EQ(
        0, vgpu_compiler_link(units, 2, options, 1, VGPU_UNIT_LIBRARY, &made[0], &log));
    EXPECT_EQ(
        0, vgpu_compiler_link(units, 2, options, 1, VGPU_UNIT_LIBRARY, &made[1], &log));
    EXPECT_EQ(
        0, vgpu_compiler_link(units, 2, NULL, 0, VGPU_UNIT_EXECUTABLE, &made[2], &log));
    EXPECT_EQ(VGPU_UNIT_LIBRARY, made[0].kind);
    EXPECT_EQ(VGPU_UNIT_EXECUTABLE, made[2].kind);
    EXPECT_BYTES(made[0].variables, made[1].variables, 8);
    vgpu_unit_fini(&object);
    for (int i = 0; i < 3; i++)
        vgpu_unit_fini(&made[i]);
    client_test_end();
}
