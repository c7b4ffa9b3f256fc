/* SPDX-License-Identifier: MIT */
/* Which items of a sub-group a GPU would run together, with a stack of immediate
 * post-dominators [Fung et al., Dynamic Warp Formation, MICRO 2007], found from what the
 * lock-step code of the sub-group does.
 *
 * Items that run together are a *part*. At a branch where they part ways they become
 * several, and a *meeting* waits for them at the branch's immediate post-dominator, to
 * go on as one part when all have come. Lock-step code runs whoever has come to a block,
 * of whichever part: that is one issue for each.
 *
 * It may also run items on that should have waited at a meeting (loops with `continue`
 * whose exit lies behind it). What they do from then on is kept in a log, until those for
 * whom they should have waited have come as far. */
#ifndef VGPU_TRACED_PARTS_H
#define VGPU_TRACED_PARTS_H

#include "counts.h"

/* At a time; see new_place in parts.c for why they suffice. */
#define VGPU_MAX_PARTS (2 * VGPU_TRACED_ITEMS)
#define VGPU_NO_PART   UINT8_MAX

/* Words of a log, beyond which items no longer wait for others. */
#define VGPU_LAG_WORDS ((uint32_t)1 << 17)

struct vgpu_part {
    uint32_t items;   /* running: its items; a meeting: who is to come, or is there */
    uint32_t arrived; /* of a meeting */
    uint32_t block;   /* running: issued last; of a meeting: where it is */
    uint32_t meeting; /* where its items meet others; VGPU_TRACED_END: nowhere */
    uint8_t parent;   /* the meeting there, or VGPU_NO_PART */
    bool has_split;   /* others of the same issue have gone other ways already */
    bool in_step;     /* its items entered `block` in one event */
};

/* The log: entries of words, the first of which say what it is. */
struct vgpu_lag {
    uint32_t *words;
    uint32_t used, room;
    uint32_t next[VGPU_TRACED_ITEMS]; /* the entry of a block that each enters next */
    uint32_t known;                   /* those of whom there is one */
};

/* A sub-group that runs. The code's own part comes first. */
struct vgpu_row {
    struct vgpu_traced_row code;
    const struct vgpu_traced_block *table; /* of blocks */
    struct vgpu_traced_counts *counts;     /* NULL: it is not counted */
    struct vgpu_traced_unit *unit;
    struct vgpu_check_row *check; /* NULL: it is not checked */
    struct vgpu_recorded_row *recorded;
    uint32_t turn;              /* accesses until another row's turn */
    uint32_t live;              /* items that have not ended */
    uint32_t num_issued;        /* by the newest event, where code.items is 0 */
    uint32_t deferred;          /* items whose newest block is in the log */
    uint64_t running, meetings; /* which of `parts` are that; a bit for each */
    uint8_t current;            /* the part that code.items are, where they are not 0 */
    bool is_logging;
    uint32_t issued[VGPU_TRACED_ITEMS]; /* the parts' items */
    struct vgpu_part parts[VGPU_MAX_PARTS];
    struct vgpu_lag log;
};

/* vgpu_parts_start - a new sub-group of `items`; counts and recorded are set. */
void vgpu_parts_start(struct vgpu_row *row, uint32_t items);

/* vgpu_parts_block - they enter the block, and code has not counted it. */
void vgpu_parts_block(struct vgpu_row *row, uint32_t block, uint32_t items);

/* vgpu_parts_end - the sub-group has ended: what is in the log is complete. */
void vgpu_parts_end(struct vgpu_row *row);

/* --- Between parts.c and lag.c. --- */

/* vgpu_parts_enter - of the part's items, `here`, and they are all that will, enter the
 * block. */
void vgpu_parts_enter(struct vgpu_row *row, uint8_t part, uint32_t block, uint32_t here);

/* vgpu_parts_release - those that have arrived at the meeting wait no longer. */
void vgpu_parts_release(struct vgpu_row *row, uint8_t meeting);

/* vgpu_lag_start - an empty log. False: no memory.
 * vgpu_lag_block, vgpu_lag_even, vgpu_lag_any - what items do that are to wait. */
bool vgpu_lag_start(struct vgpu_row *row);
void vgpu_lag_block(struct vgpu_row *row, uint32_t block, uint32_t items);
void vgpu_lag_even(struct vgpu_row *row, uint32_t site, uint32_t items, uintptr_t first,
                   int64_t step);
void vgpu_lag_any(struct vgpu_row *row, uint32_t site, uint32_t items,
                  const uintptr_t *addresses);

/* vgpu_lag_replay - does what can be done of what is complete in the log. False: nothing
 * is left in it, and nobody is out of step. */
bool vgpu_lag_replay(struct vgpu_row *row);

/* vgpu_lag_issued - the items enter the block that the log has next for each; their
 * requests are made. Returns whether they did so in one event. */
bool vgpu_lag_issued(struct vgpu_row *row, uint32_t items);

void vgpu_lag_fini(struct vgpu_lag *log);

#endif
