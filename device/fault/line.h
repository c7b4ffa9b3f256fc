/* SPDX-License-Identifier: MIT */
/* Source lines of addresses of code, from debugging information. */
#ifndef VGPU_FAULT_LINE_H
#define VGPU_FAULT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vgpu_line_answer {
    VGPU_LINE_FOUND,
    VGPU_LINE_NONE,     /* there is debugging information, but no line for the address; or
                           the file is gone */
    VGPU_LINE_NO_TABLE, /* of the file that the code is from */
    VGPU_LINE_NO_READER /* libdw is not installed */
};

/* vgpu_line_of - "saxpy.c:12": where the code at the address was written. What a compiler
 * made of no line, or of several, has none; with or_before it counts to the line of the
 * code before it. Reads files, and loads libdw the first time; not for signal handlers.
 */
enum vgpu_line_answer vgpu_line_of(uintptr_t address, bool or_before, char *text,
                                   size_t size);

#endif
