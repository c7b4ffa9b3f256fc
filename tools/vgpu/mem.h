/* SPDX-License-Identifier: MIT */
/* Buffers of another process, and their contents as text. */
#ifndef VGPU_TOOL_MEM_H
#define VGPU_TOOL_MEM_H

#include "inspect_wire.h"

#include <stdbool.h>
#include <stddef.h>

/* mem_connect - to a process; its socket, or -1 after a message. */
int mem_connect(pid_t process);

/* mem_list - all buffers, in the order of their numbers, in a fresh array. False after a
 * message. */
bool mem_list(int server, struct vgpu_inspect_buffer **buffers_out, size_t *count_out);

/* mem_read - `size` bytes, of which there are that many, from `at` on, but no more than
 * VGPU_INSPECT_MOST_BYTES; how many, or 0 after a message. */
size_t mem_read(int server, const struct vgpu_inspect_buffer *buffer, uint64_t at,
                uint64_t size, char *bytes_out);

/* mem_processes - writes a line for each process that can be asked. How many. */
size_t mem_processes(void);

/* mem_program_of - what a process runs, clean for a terminal; "" where it is not known.
 */
void mem_program_of(pid_t process, char *text, size_t size);

/* What an element of a buffer is taken for. */
struct mem_type {
    const char *name;
    size_t size;      /* bytes; each row's elements are of one size */
    unsigned columns; /* that are shown where nothing else is asked for */
    int width;        /* letters, at most */
    void (*print)(const char *bytes, int width);
};

/* mem_type_find - by name; NULL: there is none. mem_type_names - all of them, as "char,
 * uchar, ..."; the same text each time. */
const struct mem_type *mem_type_find(const char *name);
const char *mem_type_names(void);

/* mem_print_row - a line of `count` elements, the first of which is number `index`. */
void mem_print_row(const struct mem_type *type, const char *bytes, uint64_t index,
                   unsigned count, unsigned columns);

#endif
