/* SPDX-License-Identifier: MIT */
/* A file of lines that is readable at any moment, and no larger than its limit. */
#define _GNU_SOURCE
#include "observe/page_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH_PAGES 64u /* that are written at a time */

/* What a page holds, as far as it matters when it goes. */
struct page {
    uint64_t time;
    uint32_t slices;
};

struct vgpu_page_file {
    int descriptor;
    int err;            /* of a write: nothing more is written */
    size_t num_pages;   /* but the first and the trailer's */
    size_t at;          /* the page that is being filled, from 0 */
    size_t used;        /* bytes of it */
    size_t batch_start; /* page that the batch begins with */
    bool is_full;       /* was once: the trailer is behind the last page */
    struct vgpu_page_file_dropped dropped;
    struct page *pages;
    char batch[BATCH_PAGES * VGPU_PAGE_BYTES];
};

static int write_at(int descriptor, const char *bytes, size_t size, size_t page)
{
    size_t done = 0;

    while (done < size) {
        const ssize_t written = pwrite(descriptor, bytes + done, size - done,
                                       (off_t)(page * VGPU_PAGE_BYTES + done));

        if (written < 0 && errno != EINTR)
            return -errno;
        if (written == 0)
            return -EIO;
        if (written > 0)
            done += (size_t)written;
    }
    return 0;
}

/* Spaces, and a line's end so that lines stay lines. */
static void pad(char *page, size_t used)
{
    if (used == VGPU_PAGE_BYTES)
        return;
    memset(page + used, ' ', VGPU_PAGE_BYTES - used - 1);
    page[VGPU_PAGE_BYTES - 1] = '\n';
}

int vgpu_page_file_create(int descriptor, size_t max_bytes, const char *header,
                          struct vgpu_page_file **file_out)
{
    struct vgpu_page_file *const file = calloc(1, sizeof *file);
    const size_t length = strlen(header);
    int err = -ENOMEM;

    if (!file)
        return -ENOMEM;
    file->descriptor = descriptor;
    file->num_pages = max_bytes / VGPU_PAGE_BYTES - 1 - VGPU_TRAILER_PAGES;
    file->pages = calloc(file->num_pages, sizeof *file->pages);
    if (file->pages) {
        memcpy(file->batch, header, length);
        pad(file->batch, length);
        err = write_at(descriptor, file->batch, VGPU_PAGE_BYTES, 0);
    }
    if (err) {
        free(file->pages);
        free(file);
        return err;
    }
    *file_out = file;
    return 0;
}

static char *current(struct vgpu_page_file *file)
{
    return file->batch + (file->at - file->batch_start) * VGPU_PAGE_BYTES;
}

/* Writes the batch up to the page that is being filled, which goes on afterwards. */
static void write_batch(struct vgpu_page_file *file)
{
    const size_t count = file->at - file->batch_start + 1;

    pad(current(file), file->used);
    if (file->err == 0)
        file->err = write_at(file->descriptor, file->batch, count * VGPU_PAGE_BYTES,
                             1 + file->batch_start);
}

/* A page is about to be filled: what it held is gone. */
static void begin_page(struct vgpu_page_file *file)
{
    struct page *const page = &file->pages[file->at];

    file->dropped.slices += page->slices;
    if (page->slices > 0 && page->time > file->dropped.time)
        file->dropped.time = page->time;
    *page = (struct page){0};
    file->used = 0;
}

/* False: it is the first page again. */
static bool next_page(struct vgpu_page_file *file)
{
    const bool wraps = file->at + 1 == file->num_pages;

    pad(current(file), file->used);
    if (wraps || file->at + 1 - file->batch_start == BATCH_PAGES) {
        write_batch(file);
        file->batch_start = wraps ? 0 : file->at + 1;
    }
    file->at = wraps ? 0 : file->at + 1;
    file->is_full = file->is_full || wraps;
    begin_page(file);
    return !wraps;
}

bool vgpu_page_file_line(struct vgpu_page_file *file, const char *line, size_t length,
                         unsigned slices, uint64_t time)
{
    bool goes_on = true;

    if (length > VGPU_PAGE_BYTES - file->used)
        goes_on = next_page(file);
    memcpy(current(file) + file->used, line, length);
    file->used += length;
    file->pages[file->at].slices += slices;
    if (time > file->pages[file->at].time)
        file->pages[file->at].time = time;
    return goes_on;
}

/* Lays the trailer out; what does not fit is left out, but not the last line. */
static void fill_trailer(char *trailer, const char *const lines[], size_t num_lines,
                         const char *last)
{
    const size_t end = VGPU_TRAILER_PAGES * VGPU_PAGE_BYTES;
    const size_t last_length = strlen(last);
    size_t at = 0;

    memset(trailer, ' ', end);
    for (size_t i = 0; i < num_lines; i++) {
        const size_t length = strlen(lines[i]);
        const size_t left = VGPU_PAGE_BYTES - at % VGPU_PAGE_BYTES;

        if (length > left)
            at += left;
        if (at + length > end - last_length)
            break;
        memcpy(trailer + at, lines[i], length);
        at += length;
    }
    memcpy(trailer + end - last_length, last, last_length);
}

int vgpu_page_file_flush(struct vgpu_page_file *file, const char *const lines[],
                         size_t num_lines, const char *last)
{
    char trailer[VGPU_TRAILER_PAGES * VGPU_PAGE_BYTES];
    size_t page;

    write_batch(file);
    /* The page that is not full stays in the batch, and is written again. */
    memmove(file->batch, current(file), VGPU_PAGE_BYTES);
    file->batch_start = file->at;
    fill_trailer(trailer, lines, num_lines, last);
    page = 1 + (file->is_full ? file->num_pages : file->at + 1);
    if (file->err == 0)
        file->err = write_at(file->descriptor, trailer, sizeof trailer, page);
    return file->err;
}

struct vgpu_page_file_dropped vgpu_page_file_dropped(const struct vgpu_page_file *file)
{
    return file->dropped;
}

void vgpu_page_file_close(struct vgpu_page_file *file)
{
    close(file->descriptor);
    free(file->pages);
    free(file);
}
