/* SPDX-License-Identifier: MIT */
/* Which memories hold the current contents of which bytes of a buffer. */
#ifndef VGPU_OBJECT_VALIDITY_H
#define VGPU_OBJECT_VALIDITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A set of memories: bit i stands for memory i of the context. Room for as many devices
 * as there may be, and the host. */
__extension__ typedef unsigned __int128 vgpu_memories;

#define VGPU_MEMORY_BIT(i) ((vgpu_memories)1 << (i))

/* The bytes from `begin` to the next extent's, or to the end. */
struct vgpu_extent {
    vgpu_memories where; /* those that hold it; none: nobody ever wrote it */
    size_t begin;
};

/* Extents in ascending order that cover [0, size); neighbours differ. */
struct vgpu_validity {
    size_t size;
    uint32_t count, room;
    struct vgpu_extent *extents;
};

/* A piece of a range that all is of one extent. */
struct vgpu_piece {
    size_t begin, end;
    vgpu_memories where;
};

/* vgpu_validity_init - all `size` bytes (at least 1) are held by `where`. -ENOMEM. */
int vgpu_validity_init(struct vgpu_validity *validity, size_t size, vgpu_memories where);
void vgpu_validity_fini(struct vgpu_validity *validity);

/* vgpu_validity_set - [begin, end), within the buffer, is held by `where` and no other.
 * -ENOMEM: nothing was changed. */
int vgpu_validity_set(struct vgpu_validity *validity, size_t begin, size_t end,
                      vgpu_memories where);

/* vgpu_validity_change - of what somebody holds of [begin, end), `gained` holds it now,
 * too, and `lost` no longer does. -ENOMEM: nothing was changed. */
int vgpu_validity_change(struct vgpu_validity *validity, size_t begin, size_t end,
                         vgpu_memories gained, vgpu_memories lost);

/* vgpu_validity_next_stale - the first piece of [begin, end) that somebody holds, but not
 * memory `memory`. False: there is none. */
bool vgpu_validity_next_stale(const struct vgpu_validity *validity, size_t begin,
                              size_t end, unsigned memory, struct vgpu_piece *piece_out);

/* vgpu_validity_common - the memories that hold all of [begin, end) that anybody holds;
 * where nobody holds any of it, all. */
vgpu_memories vgpu_validity_common(const struct vgpu_validity *validity, size_t begin,
                                   size_t end);

/* vgpu_validity_at - the piece that byte `at`, within the buffer, is in. */
struct vgpu_piece vgpu_validity_at(const struct vgpu_validity *validity, size_t at);

#endif
