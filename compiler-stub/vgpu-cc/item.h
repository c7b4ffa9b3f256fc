/* SPDX-License-Identifier: MIT */
/* Work-items one by one, on fibers of the process that loads the code: what every kernel
 * can run as. */
#ifndef VGPU_CC_ITEM_H
#define VGPU_CC_ITEM_H

#include "module.h"

#include <stdint.h>

/* vgpu_cc_item_emit - the kernel's function becomes a vgpu_item_fn, and what it still
 * calls goes with it; the result is a vgpu_group_fn that runs its items, of which
 * `sub_group_size` are a sub-group. The module must have no other kernel. *scratch_out:
 * the bytes of the group's scratch that each item needs. NULL after a line in the log. */
LLVMValueRef vgpu_cc_item_emit(struct vgpu_cc_module *module, LLVMValueRef kernel,
                               unsigned sub_group_size, uint64_t *scratch_out);

#endif
