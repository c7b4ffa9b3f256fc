/* SPDX-License-Identifier: MIT */
/* Finding the processes that use vgpu, and copying what they count. */
#ifndef VGPU_TOP_SCAN_H
#define VGPU_TOP_SCAN_H

#include "observe/segment.h" /* of the room device/ */

#include <sys/types.h>

/* A process as it was at one moment. What it wrote was copied, then checked: nothing that
 * it does, or did wrong, changes what is here. */
struct top_process {
    pid_t pid;
    ino_t file;                   /* that it counts in: tells two of one pid apart */
    uint64_t now;                 /* vgpu_now_ns of the copy */
    struct vgpu_segment *segment; /* NULL: its vgpu is of another version */
};

struct top_list {
    struct top_process *processes; /* by pid */
    size_t count;
};

/* top_scan - this user's processes, or only `only` where that is not 0. What cannot be
 * read, or is damaged, is left out. 0 or -ENOMEM. */
int top_scan(pid_t only, struct top_list *list_out);
void top_list_fini(struct top_list *list);

/* top_read_file - the segment in an open file, in memory that the caller frees. 0;
 * -EBADMSG: it is none, -EPROTONOSUPPORT: it is one of another version, -ENOMEM, or what
 * the system says. Never waits, whatever file it is. */
int top_read_file(int file, struct vgpu_segment **segment_out);

#endif
