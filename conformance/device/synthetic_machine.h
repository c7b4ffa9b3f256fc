/* SPDX-License-Identifier: MIT */
/* Machines made up for a test. */
#ifndef SYNTHETIC_MACHINE_H
#define SYNTHETIC_MACHINE_H

#include <hwloc.h>

/* synthetic_machine - as hwloc describes such, "numa:2 core:4 pu:2"; the test destroys
 * it. A failure is noted, and gives NULL. */
hwloc_topology_t synthetic_machine(const char *description);

#endif
