/* SPDX-License-Identifier: MIT */
/* Machines made up for a test. */
#include "synthetic_machine.h"

#include "vgpu_test.h"

hwloc_topology_t synthetic_machine(const char *description)
{
    hwloc_topology_t topology;

    if (hwloc_topology_init(&topology) != 0)
        return NULL;
    if (hwloc_topology_set_synthetic(topology, description) != 0 ||
        hwloc_topology_load(topology) != 0) {
        hwloc_topology_destroy(topology);
        VGPU_FAIL("hwloc refuses \"%s\"", description);
        return NULL;
    }
    return topology;
}
