/* SPDX-License-Identifier: MIT */
/* Which cores, NUMA nodes and caches this process may use, through hwloc. */
#ifndef VGPU_TOPOLOGY_H
#define VGPU_TOPOLOGY_H

#include <hwloc.h>
#include <stdbool.h>
#include <stddef.h>

/* vgpu_topology_load - this machine's processors and caches; no I/O devices, and none of
 * hwloc's components that would call OpenCL or another GPU library. 0 or negative errno;
 * the caller destroys it. */
int vgpu_topology_load(hwloc_topology_t *topology_out);

/* vgpu_topology_usable - the processors that the system allows this process and that the
 * calling thread is not bound away from (taskset, cgroup, mpirun). The caller frees.
 * NULL: no memory. */
hwloc_bitmap_t vgpu_topology_usable(hwloc_topology_t topology);

/* vgpu_topology_cores - cores with at least one processor in `usable`; at least 1. */
unsigned vgpu_topology_cores(hwloc_topology_t topology, hwloc_const_bitmap_t usable);

/* vgpu_topology_core_type - the type that stands for a core: some virtual machines show
 * processors only. */
hwloc_obj_type_t vgpu_topology_core_type(hwloc_topology_t topology);

/* vgpu_topology_cache - bytes of the largest data cache above the first usable processor,
 * and of the line of its innermost one; 0 where unknown. */
void vgpu_topology_cache(hwloc_topology_t topology, hwloc_const_bitmap_t usable,
                         size_t *size_out, size_t *line_out);

/* vgpu_topology_bind - pins a thread to one processor. False: the system refused. */
bool vgpu_topology_bind(hwloc_topology_t topology, hwloc_thread_t thread, unsigned cpu);

/* vgpu_topology_prefer - pages of [start, start + size) that are not used yet shall come
 * from `nodes`, in turn where these are several. False: the system refused. Does nothing
 * where the topology is not this system's. */
bool vgpu_topology_prefer(hwloc_topology_t topology, hwloc_const_nodeset_t nodes,
                          const void *start, size_t size);

#endif
