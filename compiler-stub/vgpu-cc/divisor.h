/* SPDX-License-Identifier: MIT */
/* Divisions that have no result. */
#ifndef VGPU_CC_DIVISOR_H
#define VGPU_CC_DIVISOR_H

#include "module.h"

/* vgpu_cc_divisors_guard - an integer divided by 0, and the least one by -1, is some
 * number, where LLVM's and the processor's divisions end everything. Call before any pass
 * runs. [OpenCL C 3.0, 6.4] */
void vgpu_cc_divisors_guard(struct vgpu_cc_module *module);

#endif
