/* SPDX-License-Identifier: MIT */
/* Which cores, NUMA nodes and caches this process may use, through hwloc. */
#include "topology.h"

#include <errno.h>

/* They would open GPU libraries, the first of them this one. */
static const char *const unwanted_components[] = {"opencl", "gl",   "cuda",
                                                  "nvml",   "rsmi", "levelzero"};

static int errno_or(int otherwise)
{
    return errno > 0 ? -errno : -otherwise;
}

int vgpu_topology_load(hwloc_topology_t *topology_out)
{
    hwloc_topology_t topology;

    errno = 0;
    if (hwloc_topology_init(&topology) != 0)
        return errno_or(ENOMEM);
    for (size_t i = 0; i < sizeof unwanted_components / sizeof *unwanted_components; i++)
        hwloc_topology_set_components(topology, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST,
                                      unwanted_components[i]);
    hwloc_topology_set_io_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE);
    hwloc_topology_set_type_filter(topology, HWLOC_OBJ_MISC, HWLOC_TYPE_FILTER_KEEP_NONE);
    if (hwloc_topology_load(topology) != 0) {
        const int err = errno_or(EIO);
        hwloc_topology_destroy(topology);
        return err;
    }
    *topology_out = topology;
    return 0;
}

hwloc_bitmap_t vgpu_topology_usable(hwloc_topology_t topology)
{
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(topology);
    hwloc_bitmap_t usable = hwloc_bitmap_alloc();

    if (!usable)
        return NULL;
    if (hwloc_get_cpubind(topology, usable, HWLOC_CPUBIND_THREAD) == 0)
        hwloc_bitmap_and(usable, usable, allowed);
    if (hwloc_bitmap_iszero(usable))
        hwloc_bitmap_copy(usable, allowed);
    return usable;
}

hwloc_obj_type_t vgpu_topology_core_type(hwloc_topology_t topology)
{
    return hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE) > 0 ? HWLOC_OBJ_CORE
                                                                  : HWLOC_OBJ_PU;
}

unsigned vgpu_topology_cores(hwloc_topology_t topology, hwloc_const_bitmap_t usable)
{
    const hwloc_obj_type_t type = vgpu_topology_core_type(topology);
    hwloc_obj_t core = NULL;
    unsigned count = 0;

    while ((core = hwloc_get_next_obj_by_type(topology, type, core)) != NULL)
        count += hwloc_bitmap_intersects(core->cpuset, usable) ? 1 : 0;
    return count > 0 ? count : 1;
}

void vgpu_topology_cache(hwloc_topology_t topology, hwloc_const_bitmap_t usable,
                         size_t *size_out, size_t *line_out)
{
    const int first = hwloc_bitmap_first(usable);
    hwloc_obj_t object =
        first < 0 ? NULL : hwloc_get_pu_obj_by_os_index(topology, (unsigned)first);

    *size_out = 0;
    *line_out = 0;
    for (; object; object = object->parent) {
        if (!hwloc_obj_type_is_dcache(object->type))
            continue;
        if (*line_out == 0)
            *line_out = object->attr->cache.linesize;
        if (object->attr->cache.size > *size_out)
            *size_out = object->attr->cache.size;
    }
}

bool vgpu_topology_bind(hwloc_topology_t topology, hwloc_thread_t thread, unsigned cpu)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    bool bound;

    if (!set)
        return false;
    bound = hwloc_bitmap_only(set, cpu) == 0 &&
            hwloc_set_thread_cpubind(topology, thread, set, 0) == 0;
    hwloc_bitmap_free(set);
    return bound;
}

bool vgpu_topology_prefer(hwloc_topology_t topology, hwloc_const_nodeset_t nodes,
                          const void *start, size_t size)
{
    const hwloc_membind_policy_t policy =
        hwloc_bitmap_weight(nodes) == 1 ? HWLOC_MEMBIND_BIND : HWLOC_MEMBIND_INTERLEAVE;

    /* Not HWLOC_MEMBIND_STRICT: where the nodes are full, others do. */
    return !hwloc_topology_is_thissystem(topology) ||
           hwloc_set_area_membind(topology, start, size, nodes, policy,
                                  HWLOC_MEMBIND_BYNODESET) == 0;
}
