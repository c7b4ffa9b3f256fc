/* SPDX-License-Identifier: MIT */
/* Kernels that are watched: calls of pseudo functions are put into them, and tables of
 * what these mean are made (traced_abi.h). In a module that is being prepared, when
 * functions are inlined, and before anything is optimised, so that what is counted is
 * what was written.
 *
 *   void vgpu.traced_block(i32 block, i1 is_last)
 *   void vgpu.traced_access(i32 site, ptr address, ptr object, i1 counts)
 *   ptr vgpu.traced_check(i32 site, ptr address, ptr object)
 *   void vgpu.traced_meet(i32 site)
 *   void vgpu.traced_private(i32 site, i1 outside, i1 unwritten, i64 offset)
 *
 * `counts`: code may count the access by itself. An access through the address that
 * vgpu.traced_check returns takes place for those items only that the watcher lets pass.
 */
#ifndef VGPU_CC_TRACED_H
#define VGPU_CC_TRACED_H

#include "module.h"
#include "unit.h"

/* vgpu_cc_trace - all kernels of the module but those that still call functions; unit's
 * kernels get their tables. `module->watch` says how. */
bool vgpu_cc_trace(struct vgpu_cc_module *module, struct vgpu_unit *unit);

/* What shadows of private variables are called: they are none of the kernel's memory. */
#define VGPU_CC_SHADOW_NAME "vgpu.shadow"

/* vgpu_cc_is_traced - whether the function has such calls. */
bool vgpu_cc_is_traced(LLVMValueRef function);

/* vgpu_cc_untrace - takes the calls out of all functions of the module. */
void vgpu_cc_untrace(struct vgpu_cc_module *module);

#endif
