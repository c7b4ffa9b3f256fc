/* SPDX-License-Identifier: MIT */
/* Global memory: zero-copy host memory, counted against a device's capacity. */
#ifndef VGPU_MEMORY_H
#define VGPU_MEMORY_H

#include "budget.h"

#include <hwloc.h>
#include <stdatomic.h>
#include <stddef.h>

struct vgpu_memory {
    size_t capacity;
    struct vgpu_budget *budget; /* of the machine under it */
    atomic_size_t used;
    hwloc_topology_t topology;
    hwloc_const_nodeset_t nodes; /* of `topology`, where large blocks' pages had better
                                    be; NULL: anywhere */
};

/* vgpu_host_memory - the host's, where devices have their own: counts in no device's
 * capacity, but in what the machine can give. Any thread. */
struct vgpu_memory *vgpu_host_memory(void);

/* Contracts of allocate, commit and release: device.h. Any thread. */
int vgpu_memory_allocate(struct vgpu_memory *memory, size_t size, void **memory_out);
int vgpu_memory_commit(struct vgpu_memory *memory, void *block, size_t size);
void vgpu_memory_release(struct vgpu_memory *memory, void *block, size_t size);

#endif
