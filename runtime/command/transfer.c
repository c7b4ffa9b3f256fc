/* SPDX-License-Identifier: MIT */
/* Copies: small ones by the thread that finds them ready, large ones shared among the
 * compute units. */
#include "command/command.h"

#include "command/checked.h"
#include "command/share.h"
#include "command/uses.h"
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

/* Where the bytes are, now that they were brought there. */
static void settle(cl_event command, struct vgpu_transfer *t)
{
    const uint32_t to = t->from_mem ? 1 : 0; /* the use after the other's */
    struct vgpu_device *from_device = NULL, *to_device = NULL;

    if (t->from_mem) {
        t->from = vgpu_uses_place(command, 0);
        from_device = vgpu_uses_device(command, 0);
    }
    if (t->to_mem) {
        t->to = vgpu_uses_place(command, to);
        to_device = vgpu_uses_device(command, to);
    }
    if (from_device != to_device)
        vgpu_uses_carry(command, from_device, to_device,
                        t->region[0] * t->region[1] * t->region[2]);
}

void vgpu_transfer_start(cl_event command)
{
    struct vgpu_transfer *t = &command->payload.transfer;
    size_t rows;

    if (command->has_uses)
        settle(command, t);
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
    const struct vgpu_transfer *const t = &command->payload.transfer;

    if (t->from_mem)
        vgpu_release(t->from_mem);
    if (t->to_mem)
        vgpu_release(t->to_mem);
}
