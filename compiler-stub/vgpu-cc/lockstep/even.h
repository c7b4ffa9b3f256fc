/* SPDX-License-Identifier: MIT */
/* Addresses that step evenly from item to item, though not by a constant throughout. */
#ifndef VGPU_CC_EVEN_H
#define VGPU_CC_EVEN_H

#include "lockstep/row.h"

/* vgpu_cc_is_mostly_even - a varying address that is computed of strided numbers and of
 * such numbers' minima, maxima and choices: it may well step by `*stride_out` bytes
 * throughout a row. */
bool vgpu_cc_is_mostly_even(const struct vgpu_cc_row *row, LLVMValueRef address,
                            int64_t *stride_out);

/* vgpu_cc_steps_evenly - the address steps with the item's number, by what may be known
 * at run time only, and is cheaply computed for each item in that block of the kernel. */
bool vgpu_cc_steps_evenly(struct vgpu_cc_row *row, LLVMValueRef address,
                          LLVMBasicBlockRef here);

/* vgpu_cc_of_item - what such an address, or a part of it, is of one item, computed for
 * it alone. */
LLVMValueRef vgpu_cc_of_item(struct vgpu_cc_row *row, LLVMValueRef value, unsigned item);

#endif
