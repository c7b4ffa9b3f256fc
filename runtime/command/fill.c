/* SPDX-License-Identifier: MIT */
/* Fills: a pattern repeated over a range of a buffer. */
#include "command/command.h"

#include "command/checked.h"
#include "command/share.h"
#include "command/uses.h"
#include "object/event.h"

#include <string.h>

/* Patterns [first, last) of the range: written once, then doubled within a piece that
 * stays in the cache. */
static void fill_part(const void *work, size_t first, size_t last)
{
    const struct vgpu_fill *fill = work;
    const size_t size = (last - first) * fill->pattern_size;
    char *const to = fill->to + first * fill->pattern_size;
    size_t done = fill->pattern_size;

    if (fill->pattern_size == 1) {
        memset(to, fill->pattern[0], size);
        return;
    }
    memcpy(to, fill->pattern, fill->pattern_size);
    while (done < size) {
        enum { PIECE = 16384 }; /* a multiple of every pattern size */
        size_t step = done < PIECE ? done : PIECE;
        if (step > size - done)
            step = size - done;
        memcpy(to + done, to, step);
        done += step;
    }
}

void vgpu_fill_start(cl_event command)
{
    struct vgpu_fill *fill = &command->payload.fill;

    if (command->has_uses)
        fill->to = vgpu_uses_place(command, 0);
    vgpu_checked_fill(command);
    vgpu_share(command, &fill->share, fill_part, fill, fill->size / fill->pattern_size,
               fill->pattern_size);
}

void vgpu_fill_release(cl_event command)
{
    vgpu_release(command->payload.fill.mem);
}
