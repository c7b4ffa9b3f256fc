/* SPDX-License-Identifier: MIT */
/* Copies: small ones by the thread that finds them ready, large ones shared among the
 * compute units. */
#include "command/command.h"

#include "command/checked.h"
#include "command/share.h"
#include "object/event.h"

#include <string.h>

/* Rows [first, last) of the region, counted through all slices. */
static void copy_rows(const struct vgpu_transfer *t, size_t first, size_t last)
{
    for (size_t row = first; row < last; row++) {
        const size_t y = row % t->region[1], z = row / t->region[1];
        memmove(t->to + z * t->to_slice + y * t->to_row,
                t->from + z * t->from_slice + y * t->from_row, t->region[0]);
    }
}

static void copy_bytes(const struct vgpu_transfer *t, size_t first, size_t last)
{
    if (t->to != t->from) /* a buffer on the host pointer that it is read into */
        memmove(t->to + first, t->from + first, last - first);
}

static void copy_part(const void *work, size_t first, size_t last)
{
    const struct vgpu_transfer *t = work;

    if (t->region[1] * t->region[2] == 1)
        copy_bytes(t, first, last);
    else
        copy_rows(t, first, last);
}

/* Rows that follow each other without a gap on both sides are one long row. */
static void join_rows(struct vgpu_transfer *t)
{
    if (t->to_row == t->region[0] && t->from_row == t->region[0]) {
        const size_t slice = t->region[0] * t->region[1];
        if (t->region[2] == 1 || (t->to_slice == slice && t->from_slice == slice)) {
            t->region[0] = slice * t->region[2];
            t->region[1] = t->region[2] = 1;
        }
    }
}

void vgpu_transfer_start(cl_event command)
{
    struct vgpu_transfer *t = &command->payload.transfer;
    size_t rows;

    vgpu_checked_transfer(command);
    join_rows(t);
    rows = t->region[1] * t->region[2];
    if (rows == 1)
        vgpu_share(command, &t->share, copy_part, t, t->region[0], 1);
    else
        vgpu_share(command, &t->share, copy_part, t, rows, t->region[0]);
}

void vgpu_transfer_release(cl_event command)
{
    for (int i = 0; i < 2; i++)
        if (command->payload.transfer.mems[i])
            vgpu_release(command->payload.transfer.mems[i]);
}
