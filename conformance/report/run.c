/* SPDX-License-Identifier: MIT */
/* `vgpu run`: exit status, environment, and what it says when there is nothing to tell.
 */
#include "example.h"

#include <signal.h>
#include <string.h>

#define MOST_WORDS 8

/* run - `vgpu run` with these words. */
static struct vgpu_test_process run(const char *const words[])
{
    const char *argv[MOST_WORDS + 3] = {VGPU_PROGRAM, "run"};

    for (size_t i = 0; i < MOST_WORDS && words[i]; i++)
        argv[i + 2] = words[i];
    return vgpu_test_spawn(argv, NULL);
}

VGPU_UNIT_TEST(vgpu_run, passes_the_exit_status_on)
{
    static const char *const words[] = {"sh", "-c", "exit 7", NULL};
    struct vgpu_test_process process = run(words);

    EXPECT_EQ(7, process.status);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_run, tells_of_a_signal_as_shells_do)
{
    static const char *const words[] = {"sh", "-c", "kill -KILL $$", NULL};
    struct vgpu_test_process process = run(words);

    EXPECT_EQ(128 + SIGKILL, process.status);
    EXPECT_CONTAINS(process.err, "was killed");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_run, says_that_a_program_cannot_be_run)
{
    static const char *const missing[] = {"/dev/null/program", NULL};
    static const char *const absent[] = {"no-such-program-of-vgpu", NULL};
    struct vgpu_test_process process = run(missing);

    EXPECT_EQ(126, process.status);
    EXPECT_CONTAINS(process.err, "'/dev/null/program' cannot be run (Not a directory)");
    vgpu_test_process_fini(&process);
    process = run(absent);
    EXPECT_EQ(127, process.status);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_run, leads_programs_to_our_library_and_switches_observers_on)
{
    static const char *const words[] = {"--check=race", "--trace=t.json",
                                        "--profile=p.json", "env", NULL};
    struct vgpu_test_process process = run(words);

    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.out, "LD_LIBRARY_PATH=");
    EXPECT_CONTAINS(process.out, "OCL_ICD_VENDORS=");
    EXPECT_CONTAINS(process.out, "OCL_ICD_FILENAMES=");
    EXPECT_CONTAINS(process.out, "/lib/libvgpu.so.1\n");
    EXPECT_CONTAINS(process.out, "VGPU_CHECK=race\n");
    EXPECT_CONTAINS(process.out, "VGPU_TRACE=t.json\n");
    EXPECT_CONTAINS(process.out, "VGPU_PROFILE=p.json\n");
    EXPECT_CONTAINS(process.out, "VGPU_REPORT=");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_run, says_that_a_program_used_no_virtual_gpu)
{
    static const char *const words[] = {"true", NULL};
    struct vgpu_test_process process = run(words);

    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, "true used no virtual GPU");
    EXPECT_STREQ("", process.out);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_run, refuses_a_report_that_cannot_be_written_before_it_runs_anything)
{
    static const char *const words[] = {"--report=/dev/null/r.html", "echo", "ran", NULL};
    struct vgpu_test_process process = run(words);

    EXPECT_EQ(1, process.status);
    EXPECT_CONTAINS(process.err, "/dev/null/r.html cannot be written (Not a directory)");
    EXPECT_STREQ("", process.out);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_run, wants_a_program)
{
    static const char *const words[] = {NULL};
    struct vgpu_test_process process = run(words);

    EXPECT_EQ(64, process.status);
    EXPECT_CONTAINS(process.err, "wants a program to run");
    vgpu_test_process_fini(&process);
}
