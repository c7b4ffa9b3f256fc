/* SPDX-License-Identifier: MIT */
/* Which memories hold the current contents of which bytes of a buffer. */
#include "object/validity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int vgpu_validity_init(struct vgpu_validity *validity, size_t size, vgpu_memories where)
{
    validity->extents = malloc(sizeof *validity->extents);
    if (!validity->extents)
        return -ENOMEM;
    validity->extents[0] = (struct vgpu_extent){where, 0};
    validity->size = size;
    validity->count = validity->room = 1;
    return 0;
}

void vgpu_validity_fini(struct vgpu_validity *validity)
{
    free(validity->extents);
}

/* The extent that byte `at` is in. */
static uint32_t find(const struct vgpu_validity *validity, size_t at)
{
    uint32_t low = 0, high = validity->count;

    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;

        if (validity->extents[middle].begin <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static size_t end_of(const struct vgpu_validity *validity, uint32_t i)
{
    return i + 1 < validity->count ? validity->extents[i + 1].begin : validity->size;
}

/* Room for both ends of a range to become ends of extents. */
static int make_room(struct vgpu_validity *validity)
{
    struct vgpu_extent *extents;
    uint32_t room;

    if (validity->room - validity->count >= 2)
        return 0;
    if (validity->room > UINT32_MAX / 2 - 2)
        return -ENOMEM;
    room = 2 * validity->room + 2;
    extents = realloc(validity->extents, room * sizeof *extents);
    if (!extents)
        return -ENOMEM;
    validity->extents = extents;
    validity->room = room;
    return 0;
}

/* The extent that begins at `at`, made where there is none; their count for the end. */
static uint32_t split(struct vgpu_validity *validity, size_t at)
{
    uint32_t i;

    if (at == validity->size)
        return validity->count;
    i = find(validity, at);
    if (validity->extents[i].begin == at)
        return i;
    memmove(&validity->extents[i + 2], &validity->extents[i + 1],
            (validity->count - i - 1) * sizeof *validity->extents);
    validity->extents[i + 1] = (struct vgpu_extent){validity->extents[i].where, at};
    validity->count++;
    return i + 1;
}

/* Makes one of neighbours from first - 1 to last that are the same. */
static void merge(struct vgpu_validity *validity, uint32_t first, uint32_t last)
{
    struct vgpu_extent *const extents = validity->extents;
    uint32_t kept = first > 0 ? first - 1 : 0;

    for (uint32_t i = kept + 1; i < validity->count && i <= last; i++)
        if (extents[i].where != extents[kept].where)
            extents[++kept] = extents[i];
    kept++;
    if (kept == last + 1)
        return; /* nothing was merged, and what follows may be long */
    if (last + 1 < validity->count) {
        memmove(&extents[kept], &extents[last + 1],
                (validity->count - last - 1) * sizeof *extents);
        kept += validity->count - last - 1;
    }
    validity->count = kept;
}

int vgpu_validity_set(struct vgpu_validity *validity, size_t begin, size_t end,
                      vgpu_memories where)
{
    uint32_t first, behind;

    if (begin == end)
        return 0;
    if (make_room(validity) != 0)
        return -ENOMEM;
    first = split(validity, begin);
    behind = split(validity, end);
    for (uint32_t i = first; i < behind; i++)
        validity->extents[i].where = where;
    merge(validity, first, behind);
    return 0;
}

int vgpu_validity_change(struct vgpu_validity *validity, size_t begin, size_t end,
                         vgpu_memories gained, vgpu_memories lost)
{
    uint32_t first, behind;

    if (begin == end)
        return 0;
    if (make_room(validity) != 0)
        return -ENOMEM;
    first = split(validity, begin);
    behind = split(validity, end);
    for (uint32_t i = first; i < behind; i++)
        if (validity->extents[i].where != 0)
            validity->extents[i].where = (validity->extents[i].where | gained) & ~lost;
    merge(validity, first, behind);
    return 0;
}

static struct vgpu_piece piece_of(const struct vgpu_validity *validity, uint32_t i,
                                  size_t begin, size_t end)
{
    const size_t last = end_of(validity, i);

    return (struct vgpu_piece){
        .begin = validity->extents[i].begin > begin ? validity->extents[i].begin : begin,
        .end = last < end ? last : end,
        .where = validity->extents[i].where,
    };
}

bool vgpu_validity_next_stale(const struct vgpu_validity *validity, size_t begin,
                              size_t end, unsigned memory, struct vgpu_piece *piece_out)
{
    if (begin == end)
        return false;
    for (uint32_t i = find(validity, begin);
         i < validity->count && validity->extents[i].begin < end; i++) {
        const vgpu_memories where = validity->extents[i].where;

        if (where != 0 && !(where & VGPU_MEMORY_BIT(memory))) {
            *piece_out = piece_of(validity, i, begin, end);
            return true;
        }
    }
    return false;
}

vgpu_memories vgpu_validity_common(const struct vgpu_validity *validity, size_t begin,
                                   size_t end)
{
    vgpu_memories common = ~(vgpu_memories)0;

    if (begin == end)
        return common;
    for (uint32_t i = find(validity, begin);
         i < validity->count && validity->extents[i].begin < end; i++)
        if (validity->extents[i].where != 0)
            common &= validity->extents[i].where;
    return common;
}

struct vgpu_piece vgpu_validity_at(const struct vgpu_validity *validity, size_t at)
{
    return piece_of(validity, find(validity, at), 0, validity->size);
}
