/* SPDX-License-Identifier: MIT */
/* Where compute units live: decided from a topology and the numbers of units alone. */
#ifndef VGPU_PLACEMENT_H
#define VGPU_PLACEMENT_H

#include "device.h"

#include <hwloc.h>

/* What processors have in common, widest first. */
enum vgpu_domain {
    VGPU_DOMAIN_PACKAGE,
    VGPU_DOMAIN_NODE,
    VGPU_DOMAIN_CACHE,
    VGPU_DOMAINS
};

/* A processor that units may be pinned to. */
struct vgpu_place {
    unsigned cpu;                   /* the operating system's number */
    unsigned numa_node;             /* the same */
    unsigned rank;                  /* usable processors of its core before it */
    unsigned domains[VGPU_DOMAINS]; /* that it is in; numbered from 0, less than count */
};

struct vgpu_places {
    struct vgpu_place *all; /* in the topology's order: neighbours are near each other */
    unsigned count;         /* at least 1 */
    unsigned ranks;         /* the largest rank, and 1 */
};

/* vgpu_places_init - the processors of `usable`; where there are none, one place that is
 * zero. 0 or -ENOMEM. */
int vgpu_places_init(struct vgpu_places *places, hwloc_topology_t topology,
                     hwloc_const_bitmap_t usable);
void vgpu_places_fini(struct vgpu_places *places);

/* vgpu_place_units - chooses a place for each of units[d] units of every device d:
 * placements[d] has room for them; pinned becomes false.
 *
 * A core of its own for every unit before two share one, as two hardware threads of it;
 * and that before they share a processor. As far as that allows, a device's units are
 * all in one NUMA node, else in one package, and there behind one cache; of several, in
 * the one that has most room left. Devices with more units choose first. 0 or -ENOMEM. */
int vgpu_place_units(const struct vgpu_places *places, const unsigned *units,
                     unsigned num_devices, struct vgpu_unit_placement *const *placements);

/* vgpu_placement_nodes - the NUMA nodes of so many units, by the operating system's
 * numbers, where the topology has several; else none. The caller frees. NULL: no memory.
 */
hwloc_nodeset_t vgpu_placement_nodes(hwloc_topology_t topology,
                                     const struct vgpu_unit_placement *placements,
                                     unsigned units);

#endif
