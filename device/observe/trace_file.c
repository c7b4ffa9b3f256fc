/* SPDX-License-Identifier: MIT */
/* The file of VGPU_TRACE: opening it, and putting the timeline into it. */
#define _GNU_SOURCE
#include "observe/trace_file.h"

#include "message.h"
#include "observe/lanes.h"
#include "observe/page_file.h"
#include "observe/reader.h"
#include "observe/trace_json.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_OPEN 64u /* slices under way that are in the file */

struct vgpu_trace_file {
    struct vgpu_page_file *pages;
    char path[PATH_MAX];
    uint64_t origin, num_arrows, lost;
    size_t num_open, open_length;
    const char *open[MOST_OPEN + 1];
    char open_text[(VGPU_TRAILER_PAGES + 1) * VGPU_PAGE_BYTES];
    char line[VGPU_JSON_LINE];
};

/* The path, with the process' number for each %p. False: it is too long. */
static bool expand(const char *name, char path[PATH_MAX])
{
    size_t length = 0;

    for (; *name && length + 24 < PATH_MAX; name++) {
        if (name[0] == '%' && name[1] == 'p') {
            length += (size_t)snprintf(path + length, 24, "%ld", (long)getpid());
            name++;
        } else {
            path[length++] = *name;
        }
    }
    path[length] = '\0';
    return *name == '\0';
}

/* trace.json becomes trace.1234.json. False: it is too long. */
static bool add_number(char path[PATH_MAX])
{
    char *const slash = strrchr(path, '/');
    char *dot = strrchr(slash ? slash + 1 : path, '.');
    char rest[NAME_MAX + 1];
    int length;

    if (!dot || dot == (slash ? slash + 1 : path))
        dot = path + strlen(path);
    if (strlen(dot) >= sizeof rest || strlen(path) + 24 >= PATH_MAX)
        return false;
    snprintf(rest, sizeof rest, "%s", dot);
    length = snprintf(dot, 24, ".%ld", (long)getpid());
    memcpy(dot + length, rest, strlen(rest) + 1);
    return true;
}

/* Opens a regular file and takes its lock, before anything in it is touched. The
 * descriptor, or negative errno: -EWOULDBLOCK another process has the lock, -EINVAL it is
 * no regular file. */
static int open_locked(const char *path)
{
    /* Not to wait for the reader of a pipe. */
    const int descriptor =
        open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    struct stat status;
    int err = 0;

    if (descriptor < 0)
        return -errno;
    if (fstat(descriptor, &status) != 0)
        err = -errno;
    else if (!S_ISREG(status.st_mode))
        err = -EINVAL;
    else if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        err = -EWOULDBLOCK; /* where locks are not to be had, it goes without */
    else if (ftruncate(descriptor, 0) != 0)
        err = -errno;
    if (err == 0)
        return descriptor;
    close(descriptor);
    return err;
}

static int open_own(char path[PATH_MAX])
{
    char shared[PATH_MAX];
    int descriptor = open_locked(path);

    if (descriptor != -EWOULDBLOCK)
        return descriptor;
    memcpy(shared, path, sizeof shared);
    if (!add_number(path))
        return -ENAMETOOLONG;
    descriptor = open_locked(path);
    if (descriptor >= 0)
        vgpu_message(
            "VGPU_TRACE: %s is being written by another process; this one's trace "
            "goes to %s (%%p in the name gives each process a file of its own)",
            shared, path);
    return descriptor;
}

static int start_pages(struct vgpu_trace_file *file, int descriptor, size_t max_bytes)
{
    int err;

    vgpu_json_header(file->line, program_invocation_short_name, (long)getpid());
    err = vgpu_page_file_create(descriptor, max_bytes, file->line, &file->pages);
    if (err) {
        close(descriptor);
        return err;
    }
    err = vgpu_page_file_flush(file->pages, NULL, 0, "]\n");
    if (err)
        vgpu_page_file_close(file->pages);
    return err;
}

struct vgpu_trace_file *vgpu_trace_file_open(const char *name, size_t max_bytes,
                                             uint64_t origin)
{
    struct vgpu_trace_file *const file = calloc(1, sizeof *file);
    int err = -ENOMEM;

    if (file) {
        file->origin = origin;
        err = expand(name, file->path) ? open_own(file->path) : -ENAMETOOLONG;
        if (err >= 0)
            err = start_pages(file, err, max_bytes);
    }
    if (err == 0)
        return file;
    vgpu_message(
        "VGPU_TRACE: %s cannot be written: %s; nothing is traced: give the name of "
        "a file in a folder that this process may write to",
        file ? file->path : name,
        err == -EINVAL ? "it is no regular file" : strerror(-err));
    free(file);
    return NULL;
}

static void put_lane(void *context, const struct vgpu_timeline_lane *lane)
{
    struct vgpu_trace_file *const file = context;
    const size_t length = vgpu_json_lane(file->line, lane);

    vgpu_page_file_line(file->pages, file->line, length, 0, 0);
}

/* Adds the line; where the oldest ones are written over, the lanes' names are due anew.
 */
static void put_line(struct vgpu_trace_file *file, size_t length, unsigned slices,
                     uint64_t time)
{
    if (vgpu_page_file_line(file->pages, file->line, length, slices, time))
        return;
    for (uint32_t i = 0; i < vgpu_lanes_count(); i++)
        put_lane(file, vgpu_lane_get(i));
}

static void put_slice(void *context, const struct vgpu_timeline_slice *slice)
{
    struct vgpu_trace_file *const file = context;

    put_line(file,
             vgpu_json_slice(file->line, vgpu_lane_get(slice->lane), slice, file->origin),
             1, slice->end);
}

static void put_arrow(void *context, const struct vgpu_timeline_arrow *arrow)
{
    struct vgpu_trace_file *const file = context;

    put_line(file,
             vgpu_json_arrow(file->line, vgpu_lane_get(arrow->from_lane),
                             vgpu_lane_get(arrow->to_lane), arrow, ++file->num_arrows,
                             file->origin),
             0, arrow->to_time);
}

const struct vgpu_timeline_visitor vgpu_trace_file_visitor = {put_lane, put_slice,
                                                              put_arrow, NULL};

/* Keeps the line for the trailer, if there is room. */
static void keep_open(struct vgpu_trace_file *file, size_t length)
{
    char *const place = file->open_text + file->open_length;

    if (file->num_open > MOST_OPEN ||
        file->open_length + length + 1 > sizeof file->open_text)
        return;
    memcpy(place, file->line, length + 1);
    file->open[file->num_open++] = place;
    file->open_length += length + 1;
}

static void put_open(void *context, const struct vgpu_timeline_slice *slice)
{
    struct vgpu_trace_file *const file = context;

    keep_open(file, vgpu_json_slice(file->line, vgpu_lane_get(slice->lane), slice,
                                    file->origin));
}

bool vgpu_trace_file_flush(struct vgpu_trace_file *file, uint64_t lost)
{
    static const struct vgpu_timeline_visitor opens = {.slice = put_open};
    const struct vgpu_timeline_sink sink = {&opens, file};
    const struct vgpu_page_file_dropped dropped = vgpu_page_file_dropped(file->pages);
    const struct vgpu_timeline_losses losses = {lost, dropped.slices, dropped.time};
    int err;

    file->lost = lost;
    file->num_open = file->open_length = 0;
    if (losses.dropped > 0 || losses.lost > 0)
        keep_open(file, vgpu_json_losses(file->line, &losses, file->origin));
    vgpu_reader_open(&sink);
    err = vgpu_page_file_flush(file->pages, file->open, file->num_open, "]\n");
    if (err)
        vgpu_message("VGPU_TRACE: %s cannot be written any more: %s; it ends here",
                     file->path, strerror(-err));
    return err == 0;
}

void vgpu_trace_file_close(struct vgpu_trace_file *file)
{
    const struct vgpu_page_file_dropped dropped = vgpu_page_file_dropped(file->pages);

    if (dropped.slices > 0)
        vgpu_message("VGPU_TRACE: %s reached its limit: its oldest %llu slices were "
                     "dropped; VGPU_TRACE_BYTES sets a larger one",
                     file->path, (unsigned long long)dropped.slices);
    if (file->lost > 0)
        vgpu_message("VGPU_TRACE: %s misses %llu events that came faster than they could "
                     "be written",
                     file->path, (unsigned long long)file->lost);
    vgpu_page_file_close(file->pages);
    free(file);
}

void vgpu_trace_file_abandon(struct vgpu_trace_file *file)
{
    vgpu_page_file_close(file->pages);
}
