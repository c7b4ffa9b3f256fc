/* SPDX-License-Identifier: MIT */
/* Keeps what the process writes to stderr, to look at it. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int original_stderr = -1;
static int captured = -1;
static char *captured_text;

void vgpu_test_stderr_start(void)
{
    fflush(stderr);
    original_stderr = dup(STDERR_FILENO);
    captured = memfd_create("stderr", MFD_CLOEXEC);
    dup2(captured, STDERR_FILENO);
}

const char *vgpu_test_stderr_stop(void)
{
    off_t size;

    fflush(stderr);
    dup2(original_stderr, STDERR_FILENO);
    close(original_stderr);
    size = lseek(captured, 0, SEEK_END);
    free(captured_text);
    captured_text = calloc(1, size > 0 ? (size_t)size + 1 : 1);
    if (captured_text && size > 0 &&
        pread(captured, captured_text, (size_t)size, 0) != (ssize_t)size)
        captured_text[0] = '\0';
    close(captured);
    /* Why the process will end with an error. */
    if (captured_text && strstr(captured_text, "Sanitizer: "))
        fputs(captured_text, stderr);
    return captured_text ? captured_text : "";
}
