/* SPDX-License-Identifier: MIT */
/* A file of lines that is readable at any moment, and no larger than its limit.
 *
 * The file is a row of pages. No line crosses from one page to another, and a page is
 * written in one piece: a process that is killed, even while it writes, leaves whole
 * lines only. When the limit is reached, the oldest pages are written over. The first
 * page and the trailer, behind the newest page or (once it is full) behind the last,
 * stay. */
#ifndef VGPU_OBSERVE_PAGE_FILE_H
#define VGPU_OBSERVE_PAGE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VGPU_PAGE_BYTES    4096u
#define VGPU_TRAILER_PAGES 4u

struct vgpu_page_file;

/* vgpu_page_file_create - takes over `descriptor`, an empty regular file, that may grow
 * to max_bytes (at least 32 pages), and writes the first page, which `header` fits. 0 or
 * negative errno; then the descriptor is the caller's. */
int vgpu_page_file_create(int descriptor, size_t max_bytes, const char *header,
                          struct vgpu_page_file **file_out);

/* vgpu_page_file_line - adds a line, which ends with '\n' and is at most a page long,
 * with `slices` slices up to `time` in it. False: the oldest page is next, so lines that
 * must not get lost are due once more. */
bool vgpu_page_file_line(struct vgpu_page_file *file, const char *line, size_t length,
                         unsigned slices, uint64_t time);

/* vgpu_page_file_flush - writes what is there, and the trailer: lines, the last one of
 * which is `last`, that fit its pages. 0 or negative errno, also of writes before. */
int vgpu_page_file_flush(struct vgpu_page_file *file, const char *const lines[],
                         size_t num_lines, const char *last);

/* What was written over: slices, the newest of which had that time. */
struct vgpu_page_file_dropped {
    uint64_t slices, time;
};
struct vgpu_page_file_dropped vgpu_page_file_dropped(const struct vgpu_page_file *file);

/* vgpu_page_file_close - closes the descriptor; in a forked child too. */
void vgpu_page_file_close(struct vgpu_page_file *file);

#endif
