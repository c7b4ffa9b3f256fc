/* SPDX-License-Identifier: MIT */
/* What this machine's processor can do, as far as compiled code depends on it. */
#ifndef VGPU_CPU_H
#define VGPU_CPU_H

#include "wire.h"

/* vgpu_cpu_write - bytes that differ where code for one processor may not serve another.
 * Never fails; any thread. */
void vgpu_cpu_write(struct vgpu_writer *writer);

#endif
