/* SPDX-License-Identifier: MIT */
/* Accesses of a row to memory: wide ones, and each item its own. A NULL mask is of all.
 */
#ifndef VGPU_CC_ACCESS_H
#define VGPU_CC_ACCESS_H

#include "lockstep/row.h"

/* Elements that vectors of can be loaded. */
bool vgpu_cc_is_plain_element(LLVMTypeRef type);

LLVMValueRef vgpu_cc_load_wide(struct vgpu_cc_row *row, LLVMTypeRef element,
                               unsigned count, LLVMValueRef base, unsigned alignment,
                               LLVMValueRef mask);
void vgpu_cc_store_wide(struct vgpu_cc_row *row, LLVMValueRef value, LLVMValueRef base,
                        unsigned alignment, LLVMValueRef mask);
LLVMValueRef vgpu_cc_gather(struct vgpu_cc_row *row, LLVMTypeRef element,
                            LLVMValueRef addresses, unsigned alignment,
                            LLVMValueRef mask);
void vgpu_cc_scatter(struct vgpu_cc_row *row, LLVMValueRef value, LLVMValueRef addresses,
                     unsigned alignment, LLVMValueRef mask);

#endif
