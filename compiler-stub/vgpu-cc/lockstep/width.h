/* SPDX-License-Identifier: MIT */
/* How many items make a row. */
#ifndef VGPU_CC_WIDTH_H
#define VGPU_CC_WIDTH_H

#include "lockstep/geometry.h"

/* vgpu_cc_width_choose - `natural` is how many 32-bit numbers a vector register holds.
 * Small kernels take two registers per value, so that one's latency passes while the
 * other is worked on; those that count in one place take four, and count less often. Rows
 * that are sub-groups have their size. */
unsigned vgpu_cc_width_choose(struct vgpu_cc_module *module, LLVMValueRef kernel,
                              const size_t local_size[3], unsigned natural);

/* vgpu_cc_bounds_of - what rows of the kernel may not pass over. */
enum vgpu_cc_bounds vgpu_cc_bounds_of(struct vgpu_cc_module *module, LLVMValueRef kernel);

#endif
