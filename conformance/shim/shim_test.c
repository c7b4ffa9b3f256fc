/* SPDX-License-Identifier: MIT */
/* The shim's own tests: a check that fails is seen, named, and ends the test where it
 * should. */
#include "vgpu_test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAILING "VGPU_TEST_FAILING=1"

static bool shall_fail(void)
{
    return getenv("VGPU_TEST_FAILING") != NULL;
}

VGPU_UNIT_TEST(shim, names_codes_in_failures)
{
    if (shall_fail())
        EXPECT_CL(CL_SUCCESS, CL_INVALID_VALUE);
}

VGPU_UNIT_TEST(shim, shows_integers_of_failures)
{
    if (shall_fail())
        EXPECT_EQ(41 + 1, 43);
}

VGPU_UNIT_TEST(shim, returns_from_a_test_at_a_failed_assertion)
{
    if (shall_fail()) {
        ASSERT_TRUE(1 == 2);
        puts("went on");
    }
}

static void *fail_in_thread(void *unused)
{
    VGPU_FAIL("seen in thread %d", 7);
    return unused;
}

VGPU_UNIT_TEST(shim, hears_other_threads)
{
    pthread_t thread;

    if (!shall_fail())
        return;
    ASSERT_EQ(0, pthread_create(&thread, NULL, fail_in_thread, NULL));
    pthread_join(thread, NULL);
}

VGPU_UNIT_TEST(shim, skips)
{
    if (shall_fail())
        VGPU_SKIP("no reason");
}

static void expect_child(const char *filter, int status, const char *words)
{
    const char *const environment[] = {FAILING, NULL};
    struct vgpu_test_process child = vgpu_test_spawn_self(filter, environment);

    EXPECT_EQ(status, child.status);
    EXPECT_CONTAINS(child.out, words);
    EXPECT_CONTAINS(child.out, "shim_test.c:");
    EXPECT_FALSE(strstr(child.out, "went on"));
    vgpu_test_process_fini(&child);
}

VGPU_UNIT_TEST(shim, reports_what_failing_tests_see)
{
    if (shall_fail())
        return;
    expect_child("shim.names_codes_in_failures", 1, "CL_INVALID_VALUE (-30)");
    expect_child("shim.shows_integers_of_failures", 1, "43 (0x2b)");
    expect_child("shim.returns_from_a_test_at_a_failed_assertion", 1, "of: 1 == 2");
    expect_child("shim.hears_other_threads", 1, "seen in thread 7");
    expect_child("shim.skips", 0, "no reason");
}

VGPU_UNIT_TEST_WITH_ENV(shim, gives_a_child_its_environment, "VGPU_TEST_COLOUR=blue",
                        "HOME")
{
    EXPECT_STREQ("blue", getenv("VGPU_TEST_COLOUR"));
    EXPECT_TRUE(getenv("HOME") == NULL);
}

VGPU_UNIT_TEST(shim, captures_stderr)
{
    vgpu_test_stderr_start();
    fprintf(stderr, "hello");
    EXPECT_STREQ("hello", vgpu_test_stderr_stop());
}

VGPU_UNIT_TEST(shim, tells_how_a_program_ended)
{
    const char *const argv[] = {"sh", "-c", "echo out; echo err >&2; kill -9 $$", NULL};
    const char *const absent[] = {"./no-such-program", NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, NULL);

    EXPECT_EQ(-9, process.status);
    EXPECT_STREQ("out\n", process.out);
    EXPECT_STREQ("err\n", process.err);
    vgpu_test_process_fini(&process);
    process = vgpu_test_spawn(absent, NULL);
    EXPECT_NE(0, process.status);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(shim, compares)
{
    const int numbers[] = {1, 2, 3};

    EXPECT_EQ(-1, (cl_int)-1);
    EXPECT_EQ(NULL, (void *)0);
    EXPECT_NE(&numbers[0], &numbers[1]);
    EXPECT_LT(1, 2);
    EXPECT_LE(2, 2);
    EXPECT_GT(3, 2);
    EXPECT_GE(3, 3);
    EXPECT_NEAR(1.0f, 1.001f, 0.01);
    EXPECT_STREQ("a", "a");
    EXPECT_CONTAINS("abc", "b");
    EXPECT_BYTES(numbers, numbers, sizeof numbers);
}
