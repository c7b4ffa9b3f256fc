/* SPDX-License-Identifier: MIT */
/* What the lowering of functions of groups and sub-groups shares. */
#ifndef VGPU_CC_SUB_GROUP_H
#define VGPU_CC_SUB_GROUP_H

#include "builtin.h"

/* The item's number in its sub-group; the items of one that is whole; the most of any, as
 * launched. */
LLVMValueRef vgpu_cc_sub_group_own_number(struct vgpu_cc_call *call);
LLVMValueRef vgpu_cc_sub_group_whole(struct vgpu_cc_call *call);
LLVMValueRef vgpu_cc_sub_group_most(struct vgpu_cc_call *call);
LLVMValueRef vgpu_cc_num_sub_groups(struct vgpu_cc_call *call); /* of its group */

/* vgpu_cc_sub_group_ballot - an i32: a bit for each item that comes with 1. */
LLVMValueRef vgpu_cc_sub_group_ballot(struct vgpu_cc_call *call, LLVMValueRef is_set);

/* vgpu_cc_sub_group_take - what the call's first argument is at another item, whose
 * number all have in common ("broadcast") or each has its own of ("shuffle"). NULL: not
 * of that type. */
LLVMValueRef vgpu_cc_sub_group_take(struct vgpu_cc_call *call, const char *what,
                                    LLVMValueRef item);

/* vgpu_cc_sub_group_combined - (reduce|scan_inclusive|scan_exclusive)_<combination> of
 * the call's first argument, which can be exchanged. NULL: not of that type. */
LLVMValueRef vgpu_cc_sub_group_combined(struct vgpu_cc_call *call, const char *name);

/* vgpu_cc_build_barrier - of the pseudo function of that name, with OpenCL C's flags. */
void vgpu_cc_build_barrier(struct vgpu_cc_call *call, const char *pseudo,
                           LLVMValueRef flags);

LLVMValueRef vgpu_cc_is_not_0(struct vgpu_cc_call *call, LLVMValueRef value);

/* vgpu_cc_truth - what OpenCL C calls true of an i1: 1. */
LLVMValueRef vgpu_cc_truth(struct vgpu_cc_call *call, LLVMValueRef is_true);

#endif
