/* SPDX-License-Identifier: MIT */
/* Programs that vgpu-cc runs (clang, the linker): no shell, and no files, but in memory.
 */
#ifndef VGPU_CC_CHILD_H
#define VGPU_CC_CHILD_H

#include <stddef.h>

/* vgpu_cc_memory_file - a file without a name that holds these bytes, positioned at its
 * start; a child inherits it. Its number, or a negative errno. */
int vgpu_cc_memory_file(const void *bytes, size_t size);

/* vgpu_cc_memory_file_read - all of it, with a NUL behind: for free(). 0 or a negative
 * errno. */
int vgpu_cc_memory_file_read(int file, char **bytes_out, size_t *size_out);

/* The path at which this process and its children find the file. */
#define VGPU_CC_FILE_PATH_SIZE 40
void vgpu_cc_file_path(int file, char path_out[VGPU_CC_FILE_PATH_SIZE]);

struct vgpu_cc_child_result {
    int exit_code; /* or -1: a signal ended it */
    int signal;
    char *output; /* ends in NUL, as `errors` does */
    size_t output_size;
    char *errors;
    size_t errors_size;
};

/* vgpu_cc_child_run - runs arguments[0], as PATH finds it, in the caller's process group,
 * with the environment plus `variable` ("NAME=value", or NULL) and `input` (-1: nothing)
 * as its standard input, and waits. 0 where it ran; -ENOENT: there is no such program; or
 * another negative errno. */
int vgpu_cc_child_run(const char *const arguments[], const char *variable, int input,
                      struct vgpu_cc_child_result *result_out);
void vgpu_cc_child_result_fini(struct vgpu_cc_child_result *result);

#endif
