/* SPDX-License-Identifier: MIT */
/* Item after item: a loop through those that are there, and vectors laid out in memory
 * for it. */
#ifndef VGPU_CC_SERIAL_H
#define VGPU_CC_SERIAL_H

#include "lockstep/row.h"

struct vgpu_cc_items {
    LLVMBasicBlockRef head, done;
    LLVMValueRef phi;
};

/* vgpu_cc_items_begin - the number, i64, of the item whose turn it is; code that follows
 * is the loop's body, until vgpu_cc_items_end. */
LLVMValueRef vgpu_cc_items_begin(struct vgpu_cc_row *row, struct vgpu_cc_items *items);
void vgpu_cc_items_end(struct vgpu_cc_row *row, struct vgpu_cc_items *items);

/* vgpu_cc_lay_out - the vector in memory: the place, which items index. */
LLVMValueRef vgpu_cc_lay_out(struct vgpu_cc_row *row, LLVMValueRef vector);
LLVMValueRef vgpu_cc_item_place(struct vgpu_cc_row *row, LLVMTypeRef element,
                                LLVMValueRef place, LLVMValueRef item);
LLVMValueRef vgpu_cc_load_item(struct vgpu_cc_row *row, LLVMTypeRef element,
                               LLVMValueRef place, LLVMValueRef item);
void vgpu_cc_store_item(struct vgpu_cc_row *row, LLVMValueRef value, LLVMValueRef place,
                        LLVMValueRef item);
/* The vector back. */
LLVMValueRef vgpu_cc_load_items(struct vgpu_cc_row *row, LLVMTypeRef element,
                                LLVMValueRef place);

#endif
