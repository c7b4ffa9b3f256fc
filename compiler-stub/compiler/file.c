/* SPDX-License-Identifier: MIT */
/* Whole files. */
#define _GNU_SOURCE
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that shrank in the meantime gives what is left. */
static int read_all(int file, unsigned char *bytes, size_t *size)
{
    size_t used = 0;

    while (used < *size) {
        const ssize_t got = read(file, bytes + used, *size - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    *size = used;
    return 0;
}

static int read_opened(int file, size_t most, void **bytes_out, size_t *size_out)
{
    struct stat status;
    unsigned char *bytes;
    size_t size;
    int error;

    if (fstat(file, &status) != 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EINVAL;
    if ((uintmax_t)status.st_size > most)
        return -EFBIG;
    size = (size_t)status.st_size;
    bytes = malloc(size ? size : 1);
    if (!bytes)
        return -ENOMEM;
    error = read_all(file, bytes, &size);
    if (error != 0) {
        free(bytes);
        return error;
    }
    *bytes_out = bytes;
    *size_out = size;
    return 0;
}

int vgpu_file_read(int folder, const char *path, size_t most, void **bytes_out,
                   size_t *size_out)
{
    /* O_NONBLOCK: opening a pipe without writer would wait. */
    const int file = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int error;

    if (file < 0)
        return -errno;
    error = read_opened(file, most, bytes_out, size_out);
    close(file);
    return error;
}

int vgpu_file_write(int file, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    struct rlimit limit;

    /* Past this limit the program would be ended by a signal. */
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        size > limit.rlim_cur)
        return -EFBIG;
    while (size > 0) {
        const ssize_t written = write(file, at, size);
        if (written < 0 && errno != EINTR)
            return -errno;
        if (written > 0) {
            at += written;
            size -= (size_t)written;
        }
    }
    return 0;
}
