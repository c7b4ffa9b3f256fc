/* SPDX-License-Identifier: MIT */
/* What the system says of this machine beside its topology: memory and clock. */
#ifndef VGPU_MACHINE_H
#define VGPU_MACHINE_H

#include <stddef.h>

/* vgpu_machine_memory - bytes of memory that this process may hope for: what is built in,
 * or the tightest limit of its control groups. Reads files: for start-up. */
size_t vgpu_machine_memory(void);

/* vgpu_machine_available - bytes of it that could be had now, without pushing anything
 * out. Reads files: tens of microseconds. */
size_t vgpu_machine_available(void);

/* vgpu_machine_clock_mhz - the cores' highest clock; 1000 where the system does not say.
 */
unsigned vgpu_machine_clock_mhz(void);

/* vgpu_machine_lanes - float operations that a core begins in a cycle: the lanes of the
 * two vector units that such cores usually have. */
unsigned vgpu_machine_lanes(void);

#endif
