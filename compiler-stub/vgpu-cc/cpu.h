/* SPDX-License-Identifier: MIT */
/* Processors that code is made for. */
#ifndef VGPU_CC_CPU_H
#define VGPU_CC_CPU_H

#include "module.h"

/* vgpu_cc_cpu_is_known - "native", or a row of cpu.def. */
bool vgpu_cc_cpu_is_known(const char *name);

/* vgpu_cc_cpu_set - from now on the module's code is for processors of that name, which
 * is known. False after a line in the log. */
bool vgpu_cc_cpu_set(struct vgpu_cc_module *module, const char *name);

/* vgpu_cc_cpu_features - what the module's code needs of the processor, as words of
 * cpu_feature.def. For free(); NULL: no memory. */
char *vgpu_cc_cpu_features(struct vgpu_cc_module *module);

#endif
