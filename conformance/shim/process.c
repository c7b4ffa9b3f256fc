/* SPDX-License-Identifier: MIT */
/* Running programs from a test, with their output and exit status. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Set in a process that VGPU_TEST_WITH_ENV started; its value is the test's name. */
#define CHILD_MARK "VGPU_TEST_CHILD"

static size_t name_length(const char *setting)
{
    return strcspn(setting, "=");
}

static bool same_name(const char *a, const char *b)
{
    const size_t length = name_length(a);

    return length == name_length(b) && strncmp(a, b, length) == 0;
}

static bool is_overridden(const char *setting, const char *const environment[])
{
    for (size_t i = 0; environment && environment[i]; i++)
        if (same_name(setting, environment[i]))
            return true;
    return false;
}

/* Our environment with the changes; the strings stay their owners'. */
static const char **merged_environment(const char *const environment[])
{
    size_t count = 1, used = 0;
    const char **merged;

    for (size_t i = 0; environ[i]; i++)
        count++;
    for (size_t i = 0; environment && environment[i]; i++)
        count++;
    merged = calloc(count, sizeof *merged);
    if (!merged)
        return NULL;
    for (size_t i = 0; environ[i]; i++)
        if (!is_overridden(environ[i], environment))
            merged[used++] = environ[i];
    for (size_t i = 0; environment && environment[i]; i++)
        if (strchr(environment[i], '='))
            merged[used++] = environment[i];
    return merged;
}

static char *file_text(int fd)
{
    const off_t size = lseek(fd, 0, SEEK_END);
    char *text = calloc(1, size > 0 ? (size_t)size + 1 : 1);

    if (text && size > 0 && pread(fd, text, (size_t)size, 0) != (ssize_t)size)
        text[0] = '\0';
    return text;
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

struct vgpu_test_process vgpu_test_spawn(const char *const argv[],
                                         const char *const environment[])
{
    struct vgpu_test_process process = {.status = -1000};
    const char **merged = merged_environment(environment);
    const int out = memfd_create("stdout", MFD_CLOEXEC);
    const int err = memfd_create("stderr", MFD_CLOEXEC);
    posix_spawn_file_actions_t actions;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    if (merged &&
        posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv,
                     (char *const *)(uintptr_t)merged) == 0) {
        process.status = wait_for(pid);
        process.out = file_text(out);
        process.err = file_text(err);
    }
    posix_spawn_file_actions_destroy(&actions);
    close(out);
    close(err);
    free(merged);
    return process;
}

struct vgpu_test_process vgpu_test_spawn_self(const char *filter,
                                              const char *const environment[])
{
    /* What steers the outer run must neither hide the test nor overwrite the outer
     * report. */
    static const char *const neutral[] = {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                                          "GTEST_OUTPUT", "GTEST_REPEAT",
                                          "TESTBRIDGE_TEST_ONLY"};
    const char *settings[32] = {NULL};
    char self[PATH_MAX] = "", filter_option[512];
    const char *const argv[] = {self, filter_option, "--gtest_color=no", NULL};
    size_t used = 0;

    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        return (struct vgpu_test_process){.status = -1000};
    snprintf(filter_option, sizeof filter_option, "--gtest_filter=%s", filter);
    for (; used < sizeof neutral / sizeof neutral[0]; used++)
        settings[used] = neutral[used];
    for (size_t i = 0; environment && environment[i] && used < 31; i++)
        settings[used++] = environment[i];
    return vgpu_test_spawn(argv, settings);
}

void vgpu_test_process_fini(struct vgpu_test_process *process)
{
    free(process->out);
    free(process->err);
    process->out = NULL;
    process->err = NULL;
}

void vgpu_test_in_child(const char *file, int line, const char *filter,
                        const char *const environment[], void (*body)(void))
{
    const char *mark = getenv(CHILD_MARK);
    const char *settings[24] = {NULL};
    char mark_setting[512];
    struct vgpu_test_process process;
    size_t used = 0;

    if (mark && strcmp(mark, filter) == 0) {
        prctl(PR_SET_PDEATHSIG,
              SIGKILL); /* a test that is stopped takes its child along */
        body();
        return;
    }
    snprintf(mark_setting, sizeof mark_setting, CHILD_MARK "=%s", filter);
    settings[used++] = mark_setting;
    for (size_t i = 0; environment[i] && used < 23; i++)
        settings[used++] = environment[i];
    process = vgpu_test_spawn_self(filter, settings);
    if (process.status != 0)
        vgpu_test_fail_format(file, line, "the child process ended with %d\n%s\n%s",
                              process.status, process.out ? process.out : "",
                              process.err ? process.err : "");
    else if (strstr(process.out, "[  SKIPPED ]"))
        vgpu_test_skip(file, line, process.out);
    else if (!strstr(process.out, "[  PASSED  ] 1 test"))
        vgpu_test_fail_format(file, line, "the child process ran no test\n%s",
                              process.out);
    vgpu_test_process_fini(&process);
}
