/* SPDX-License-Identifier: MIT */
/* Calls become the code of what they call. */
#ifndef VGPU_CC_INLINE_H
#define VGPU_CC_INLINE_H

#include "module.h"

/* Instructions that a kernel may have after inlining. Of larger ones, large functions
 * stay functions, and such kernels run on fibers only. */
#define VGPU_CC_INLINE_LIMIT 20000u

/* The string attribute of kernels that still call functions. */
#define VGPU_CC_HAS_CALLS "vgpu-has-calls"

/* vgpu_cc_inline - afterwards kernels call nothing but pseudo functions, intrinsics and
 * functions of the C library, or have VGPU_CC_HAS_CALLS; what nothing calls is gone.
 * False after a line in the log. */
bool vgpu_cc_inline(struct vgpu_cc_module *module);

#endif
