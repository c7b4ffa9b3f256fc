/* SPDX-License-Identifier: MIT */
/* Work-items of barrier kernels: each on a fiber, one phase between barriers after the
 * other. */
#ifndef VGPU_ITEM_RUN_H
#define VGPU_ITEM_RUN_H

#include "device.h"
#include "fiber.h"

/* One work-item's place to run. Fibers stand in the order of their items, which is the
 * order of a round. What a barrier touches lies on one cache line. */
struct vgpu_item_fiber {
    _Alignas(VGPU_BASE_ALIGN) struct vgpu_context context;
    struct vgpu_item_fiber
        *next;     /* in the round; NULL: the last so far, whose end may be the round's */
    bool waiting;  /* at a barrier */
    unsigned line; /* of that barrier */
    struct vgpu_item item;
    struct vgpu_exchange *exchange; /* at which it waits instead, or NULL */
};

/* The items of one compute unit. Only its thread touches this. */
struct vgpu_item_run {
    struct vgpu_launch *launch; /* whose group runs; for reports */
    unsigned capacity;          /* items of the largest group */
    unsigned sub_group_size;    /* the device's, or what exchanges said last */
    struct vgpu_context home;   /* the group function that waits for its items */
    struct vgpu_fiber_stacks stacks;
    struct vgpu_item_fiber
        *fibers; /* capacity of them; the first stacks.ready are prepared */
    struct vgpu_item_fiber *current; /* whose item runs; NULL between groups */
    const struct vgpu_group *group;  /* NULL: between groups of items */
    void *const *args;
    vgpu_item_fn *function;       /* NULL: its items run in place */
    vgpu_item_fn *watched;        /* where a debugger may stop, what `function` calls */
    size_t count, started, ended; /* items of the group */
    size_t local_id[3];           /* of the item that is started next */
    unsigned line;                /* where the round's first item waits */
    bool lines_differ;            /* another item of the round waits elsewhere */
    size_t used;                  /* fibers that have, or had, an item of the group */
    size_t exchanging;            /* items that wait at exchanges */
    bool is_partial; /* the round is of some items only, behind an exchange */
    bool diverged;   /* the group was given up */
    /* For debuggers, which find all runs by vgpu_item_runs. */
    uint64_t thread; /* the system's number */
    struct vgpu_item_run *next_run;
};

/* The newest of all runs. Changed under a lock of item_run.c; a list that is read at any
 * time is whole, but for the run that is on its way in or out. */
extern struct vgpu_item_run *vgpu_item_runs;

/* vgpu_items_run_in_place - runs the items of a plain kernel's group one by one on the
 * unit's own stack, of which they may need more than a fiber has, and so that debuggers
 * find them. On a compute unit's thread. */
void vgpu_items_run_in_place(const struct vgpu_group *group, void *const args[],
                             vgpu_item_fn *item);

/* vgpu_item_run_abandon - a fault has left the group: takes back its fibers. *item_out:
 * the one that ran; false: none did. */
bool vgpu_item_run_abandon(struct vgpu_item_run *run, struct vgpu_item *item_out);

/* vgpu_item_run_init - for the calling thread, which becomes the one that may run items.
 * `run` starts as zeroes with its capacity and the device's sub-group size. Makes no
 * stacks yet. */
void vgpu_item_run_init(struct vgpu_item_run *run);
void vgpu_item_run_fini(struct vgpu_item_run *run);

#endif
