/* SPDX-License-Identifier: MIT */
/* What the work-items of a sub-group compute together: on vectors that have an element
 * for each of them. */
#ifndef VGPU_CC_COLLECTIVE_H
#define VGPU_CC_COLLECTIVE_H

#include "module.h"

/* What a call of `vgpu.sub_group.KIND...` gives (module.h). */
enum vgpu_cc_collective_kind {
    VGPU_CC_BALLOT,
    VGPU_CC_BROADCAST,
    VGPU_CC_SHUFFLE,
    VGPU_CC_REDUCE,
    VGPU_CC_INCLUSIVE,
    VGPU_CC_EXCLUSIVE
};

/* How two elements become one; in any order, but for the rounding of sums and products.
 */
enum vgpu_cc_combination {
    VGPU_CC_ADD,
    VGPU_CC_MUL,
    VGPU_CC_AND,
    VGPU_CC_OR,
    VGPU_CC_XOR,
    VGPU_CC_SMIN,
    VGPU_CC_SMAX,
    VGPU_CC_UMIN,
    VGPU_CC_UMAX,
    VGPU_CC_FADD,
    VGPU_CC_FMUL,
    VGPU_CC_FMIN,
    VGPU_CC_FMAX
};

#define VGPU_CC_SUB_GROUP_WHOLE "vgpu.sub_group_whole"

struct vgpu_cc_collective {
    enum vgpu_cc_collective_kind kind;
    enum vgpu_cc_combination combination; /* of the last three kinds */
};

/* vgpu_cc_collective_of - what the instruction calls; false: nothing of this. */
bool vgpu_cc_collective_of(LLVMValueRef instruction,
                           struct vgpu_cc_collective *collective_out);

/* vgpu_cc_is_of_sub_groups - it is a pseudo function whose value depends on how many
 * items a sub-group has. */
bool vgpu_cc_is_of_sub_groups(LLVMValueRef function);

/* vgpu_cc_is_common - all items get the same of it. */
bool vgpu_cc_is_common(enum vgpu_cc_collective_kind kind);

/* Where and on what code is written. */
struct vgpu_cc_lanes {
    struct vgpu_cc_module *module;
    LLVMBuilderRef at;
    unsigned width;
    LLVMValueRef mask; /* of the items that are there, <width x i1>, or NULL: all */
};

/* vgpu_cc_lanes_reduce - what all elements come to. Rounds in one order whatever the
 * mask.
 * vgpu_cc_lanes_scan - of each, what those before it come to, and perhaps it. */
LLVMValueRef vgpu_cc_lanes_reduce(const struct vgpu_cc_lanes *lanes,
                                  enum vgpu_cc_combination combination,
                                  LLVMValueRef vector);
LLVMValueRef vgpu_cc_lanes_scan(const struct vgpu_cc_lanes *lanes,
                                enum vgpu_cc_combination combination, bool is_inclusive,
                                LLVMValueRef vector);

/* vgpu_cc_lanes_ballot - an i32: a bit for each item whose i1 is set. */
LLVMValueRef vgpu_cc_lanes_ballot(const struct vgpu_cc_lanes *lanes, LLVMValueRef vector);

/* vgpu_cc_lanes_pick - one element, whose number, i32, may be wrong: then any. */
LLVMValueRef vgpu_cc_lanes_pick(const struct vgpu_cc_lanes *lanes, LLVMValueRef vector,
                                LLVMValueRef number);

#endif
