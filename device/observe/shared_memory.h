/* SPDX-License-Identifier: MIT */
/* Memory that this process writes and other processes of its user may read. */
#ifndef VGPU_OBSERVE_SHARED_MEMORY_H
#define VGPU_OBSERVE_SHARED_MEMORY_H

#include <stddef.h>
#include <sys/types.h>

struct vgpu_shared_memory {
    void *memory;
    size_t size;
    int file; /* the descriptor under which others find it; -1: it is private */
    dev_t file_device;
    ino_t file_number; /* to know the descriptor again */
};

/* vgpu_shared_memory_create - zeros, to the page, in a memfd called `name`: nobody else
 * can write or shrink it, it needs no clean-up however the process ends, and all of it is
 * there. Private memory where the system gives no such thing. 0 or -ENOMEM. */
int vgpu_shared_memory_create(const char *name, size_t size,
                              struct vgpu_shared_memory *shared_out);
void vgpu_shared_memory_destroy(struct vgpu_shared_memory *shared);

/* vgpu_shared_memory_part - in a child made by fork: what the memory held becomes its
 * own, at the same place, and it no longer shows the parent's. Safe where a signal
 * handler is. */
void vgpu_shared_memory_part(struct vgpu_shared_memory *shared);

#endif
