/* SPDX-License-Identifier: MIT */
/* Whole files. */
#ifndef VGPU_FILE_H
#define VGPU_FILE_H

#include <stddef.h>

/* vgpu_file_read - all of a regular file of at most `most` bytes, below the folder (a
 * descriptor, or AT_FDCWD) or wherever an absolute path leads. The caller frees. 0,
 * -EFBIG, -EINVAL: no regular file, -ENOMEM, or another errno. Never waits. */
int vgpu_file_read(int folder, const char *path, size_t most, void **bytes_out,
                   size_t *size_out);

/* vgpu_file_write - all of the bytes, to an empty file. 0, or a negative errno: -EFBIG
 * also where RLIMIT_FSIZE is smaller. Raises no signal. */
int vgpu_file_write(int file, const void *bytes, size_t size);

#endif
