/* SPDX-License-Identifier: MIT */
/* A linked module becomes what kernels are made of (module.h says what that is). */
#ifndef VGPU_CC_PREPARE_H
#define VGPU_CC_PREPARE_H

#include "module.h"
#include "unit.h"

/* vgpu_cc_prepare - afterwards a kernel NAME is the function "kernel.NAME", in SSA form,
 * with one return block, no switch and no unreachable end, every loop with a preheader,
 * one latch and exits of its own, in LCSSA form; its byval parameters are only read. But
 * a kernel with the attribute VGPU_CC_HAS_CALLS still calls functions, and one compiled
 * with -cl-opt-disable (optnone) keeps its variables in memory. Fills in what a unit says
 * of an executable: kernels, variables. False after a line in the log: recursion, a
 * function that is not there, an initialiser that cannot be computed here, ... The caller
 * ends the unit with vgpu_unit_fini either way.
 */
bool vgpu_cc_prepare(struct vgpu_cc_module *module, struct vgpu_unit *unit);

/* vgpu_cc_prepare_unwatched - of a module that was prepared to be watched: as if it had not
 * been. */
bool vgpu_cc_prepare_unwatched(struct vgpu_cc_module *module);

#endif
