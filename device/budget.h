/* SPDX-License-Identifier: MIT */
/* What the machine can still give: global memory that is about to be used is asked for
 * here, so that the answer is -ENOMEM and not the system's out-of-memory killer.
 *
 * The system hands out addresses without memory behind them. While little of what there
 * is was promised in that way, a block is only noted; when more of it has been, blocks
 * get their pages at once, and while there are enough. */
#ifndef VGPU_BUDGET_H
#define VGPU_BUDGET_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

struct vgpu_budget {
    size_t (*available)(void); /* bytes that the machine could give now */
    size_t reserve;            /* bytes of them that are left to others */
    atomic_size_t unasked; /* bytes that may be used without asking the machine again */
    pthread_mutex_t lock;  /* guards the rest */
    size_t promised;       /* bytes of `blocks` */
    void *blocks;          /* a tsearch tree: noted, and perhaps without pages */
    size_t leeway;         /* bytes that may be promised */
};

/* vgpu_machine_budget - of this machine: its memory, or the least its control groups
 * allow. */
struct vgpu_budget *vgpu_machine_budget(void);

void vgpu_budget_init(struct vgpu_budget *budget, size_t (*available)(void),
                      size_t reserve);

/* vgpu_budget_take - before so many bytes are used of memory that is small enough to be
 * used whole at once. 0 or -ENOMEM. Usually one atomic operation. Any thread. */
int vgpu_budget_take(struct vgpu_budget *budget, size_t size);

/* vgpu_budget_commit - before a block of whole pages, mapped for it alone and not used
 * yet, is used. 0 or -ENOMEM, and then it has no pages. May take as long as zeroing it
 * does. Any thread. */
int vgpu_budget_commit(struct vgpu_budget *budget, void *block, size_t size);

/* vgpu_budget_forget - before a block that may have been committed is unmapped. */
void vgpu_budget_forget(struct vgpu_budget *budget, void *block);

#endif
