/* SPDX-License-Identifier: MIT */
/* Programs that vgpu-cc runs: no shell, and no files, but in memory. */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int write_all(int file, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t n = write(file, bytes, size);

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        }
    }
    return 0;
}

int vgpu_cc_memory_file(const void *bytes, size_t size)
{
    const int file = memfd_create("vgpu-cc", 0);
    int err;

    if (file < 0)
        return -errno;
    err = write_all(file, bytes, size);
    if (!err && lseek(file, 0, SEEK_SET) < 0)
        err = -errno;
    if (err) {
        close(file);
        return err;
    }
    return file;
}

int vgpu_cc_memory_file_read(int file, char **bytes_out, size_t *size_out)
{
    struct stat info;
    size_t done = 0;
    char *bytes;

    if (fstat(file, &info))
        return -errno;
    bytes = malloc((size_t)info.st_size + 1);
    if (!bytes)
        return -ENOMEM;
    while (done < (size_t)info.st_size) {
        const ssize_t n =
            pread(file, bytes + done, (size_t)info.st_size - done, (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    bytes[done] = '\0';
    *bytes_out = bytes;
    *size_out = done;
    return 0;
}

void vgpu_cc_file_path(int file, char path_out[VGPU_CC_FILE_PATH_SIZE])
{
    snprintf(path_out, VGPU_CC_FILE_PATH_SIZE, "/proc/self/fd/%d", file);
}

/* The environment with one more variable in front, which hides an older one. */
static const char **environment_with(const char *variable)
{
    size_t count = 0;
    const char **all;

    while (environ[count])
        count++;
    all = calloc(count + 2, sizeof *all);
    if (!all)
        return NULL;
    if (variable)
        all[0] = variable;
    memcpy(all + (variable ? 1 : 0), environ, count * sizeof *all);
    return all;
}

static int spawn(const char *const arguments[], const char *variable, int input,
                 int output, int errors, pid_t *child_out)
{
    const char **environment = environment_with(variable);
    posix_spawn_file_actions_t actions;
    int err = environment ? posix_spawn_file_actions_init(&actions) : ENOMEM;

    if (err)
        goto out;
    if (input >= 0)
        err = posix_spawn_file_actions_adddup2(&actions, input, 0);
    else
        err = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!err)
        err = posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (!err)
        err = posix_spawn_file_actions_adddup2(&actions, errors, 2);
    if (!err)
        err = posix_spawnp(child_out, arguments[0], &actions, NULL,
                           (char *const *)arguments, (char *const *)environment);
    posix_spawn_file_actions_destroy(&actions);
out:
    free(environment);
    return -err;
}

static int wait_for(pid_t child, struct vgpu_cc_child_result *result)
{
    int status;

    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    result->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return 0;
}

int vgpu_cc_child_run(const char *const arguments[], const char *variable, int input,
                      struct vgpu_cc_child_result *result_out)
{
    struct vgpu_cc_child_result result = {0};
    int output = -1, errors = -1;
    pid_t child;
    int err;

    output = vgpu_cc_memory_file("", 0);
    errors = vgpu_cc_memory_file("", 0);
    err = output < 0 ? output : errors < 0 ? errors : 0;
    if (!err)
        err = spawn(arguments, variable, input, output, errors, &child);
    if (!err)
        err = wait_for(child, &result);
    if (!err)
        err = vgpu_cc_memory_file_read(output, &result.output, &result.output_size);
    if (!err)
        err = vgpu_cc_memory_file_read(errors, &result.errors, &result.errors_size);
    if (output >= 0)
        close(output);
    if (errors >= 0)
        close(errors);
    if (err)
        vgpu_cc_child_result_fini(&result);
    else
        *result_out = result;
    return err;
}

void vgpu_cc_child_result_fini(struct vgpu_cc_child_result *result)
{
    free(result->output);
    free(result->errors);
    *result = (struct vgpu_cc_child_result){0};
}
