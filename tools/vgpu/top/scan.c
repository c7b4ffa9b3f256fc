/* SPDX-License-Identifier: MIT */
/* Finding the processes that use vgpu: those that have a memfd of its name open. */
#define _GNU_SOURCE
#include "top/scan.h"

#include "clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINK_START "/memfd:" VGPU_SEGMENT_FILE " " /* then "(deleted)" */

int top_read_file(int file, struct vgpu_segment **segment_out)
{
    struct stat status;
    void *bytes;
    size_t size;
    int err;

    if (fstat(file, &status) != 0)
        return -errno;
    if (!S_ISREG(status.st_mode) || status.st_size <= 0 ||
        status.st_size > VGPU_SEGMENT_MOST)
        return -EBADMSG;
    size = (size_t)status.st_size;
    if (posix_memalign(&bytes, VGPU_SEGMENT_ALIGN, size) != 0)
        return -ENOMEM;
    if (pread(file, bytes, size, 0) != (ssize_t)size)
        err = -EBADMSG; /* it shrank */
    else
        err = vgpu_segment_check(bytes, size);
    if (err)
        free(bytes);
    else
        *segment_out = bytes;
    return err;
}

static bool is_known(const struct top_list *list, ino_t file)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->processes[i].file == file)
            return true;
    return false;
}

static int append(struct top_list *list, const struct top_process *process)
{
    struct top_process *more =
        reallocarray(list->processes, list->count + 1, sizeof *more);

    if (!more)
        return -ENOMEM;
    list->processes = more;
    list->processes[list->count++] = *process;
    return 0;
}

/* Adds what the process counts in that file. */
static int add_file(int folder, const char *name, pid_t pid, struct top_list *list)
{
    struct top_process process = {.pid = pid};
    const int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    int err;

    if (file < 0)
        return 0;
    err = fstat(file, &status) == 0 ? top_read_file(file, &process.segment) : -EBADMSG;
    close(file);
    process.now = vgpu_now_ns();
    process.file = status.st_ino;
    if (err == -ENOMEM)
        return err;
    if ((err != 0 && err != -EPROTONOSUPPORT) || is_known(list, process.file))
        err = -EBADMSG; /* damaged, or a child's of one that was seen */
    else
        err = append(list, &process);
    if (err)
        free(process.segment);
    return err == -ENOMEM ? err : 0;
}

/* Of a process that ends meanwhile as much is found as there still is. */
static int add_process(pid_t pid, struct top_list *list)
{
    char path[64], target[64];
    const struct dirent *entry;
    DIR *folder;
    int err = 0;

    snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    folder = opendir(path);
    if (!folder)
        return 0;
    while (err == 0 && (entry = readdir(folder))) {
        const ssize_t length =
            readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);

        if (length < (ssize_t)strlen(LINK_START))
            continue;
        if (memcmp(target, LINK_START, strlen(LINK_START)) == 0)
            err = add_file(dirfd(folder), entry->d_name, pid, list);
    }
    closedir(folder);
    return err;
}

static bool is_mine(int proc, const char *name)
{
    struct stat status;

    return fstatat(proc, name, &status, 0) == 0 && status.st_uid == geteuid();
}

static int by_pid(const void *a, const void *b)
{
    const struct top_process *const one = a, *const other = b;

    return (one->pid > other->pid) - (one->pid < other->pid);
}

int top_scan(pid_t only, struct top_list *list_out)
{
    struct top_list list = {0};
    const struct dirent *entry;
    DIR *proc = opendir("/proc");
    int err = 0;

    while (proc && err == 0 && (entry = readdir(proc))) {
        char *end;
        const long pid = strtol(entry->d_name, &end, 10);

        if (pid <= 0 || *end || (only != 0 && only != pid) ||
            !is_mine(dirfd(proc), entry->d_name))
            continue;
        err = add_process((pid_t)pid, &list);
    }
    if (proc)
        closedir(proc);
    if (err) {
        top_list_fini(&list);
        return err;
    }
    if (list.count > 0)
        qsort(list.processes, list.count, sizeof *list.processes, by_pid);
    *list_out = list;
    return 0;
}

void top_list_fini(struct top_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->processes[i].segment);
    free(list->processes);
    *list = (struct top_list){0};
}
