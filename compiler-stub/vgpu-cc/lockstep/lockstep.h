/* SPDX-License-Identifier: MIT */
/* Lock-step code: a prepared kernel becomes a function that runs work-groups side by
 * side, `width` work-items (a row) at a time in vector registers.
 *
 * What all items of a row have in common stays scalar; branches on such values stay
 * branches. Items that part ways are masked: the arms of a divergent branch run one after
 * the other, up to its immediate post-dominator, and a loop goes on while any item stays
 * in it. [Karrenberg and Hack, Whole-Function Vectorization, CGO 2011]
 * At a barrier each row saves what is live and returns; the next row follows, and when
 * all have arrived each is resumed behind the barrier: continuations. [Karrenberg and
 * Hack, Improving Performance of OpenCL on CPUs, CC 2012] A row of one item is plain
 * code: the same, all scalar. */
#ifndef VGPU_CC_LOCKSTEP_H
#define VGPU_CC_LOCKSTEP_H

#include "module.h"

#include <stddef.h>
#include <stdint.h>

#define VGPU_CC_MAX_WIDTH 64u

struct vgpu_cc_plan {
    unsigned width;   /* items in a row: a power of two, at most VGPU_CC_MAX_WIDTH */
    unsigned natural; /* floats in a vector register */
    unsigned sub_group_size;   /* items; so wide are rows of a kernel that knows them */
    size_t local_size[3];      /* 0 0 0: any */
    bool has_avx512, has_avx2; /* which vector functions there are */
    bool must_pay;      /* refuse where one item after the other is likely faster */
    bool is_traced;     /* a row is a sub-group, which calls what watches it */
    bool is_debuggable; /* rows stay a function of their own, with the source's lines */
};

struct vgpu_cc_lockstep {
    unsigned width;            /* items in a row; the plan's or less */
    LLVMValueRef groups;       /* a vgpu_groups_fn, with hidden visibility */
    LLVMValueRef groups_alone; /* the same, for when nothing else with atomics runs, or
                                  NULL: the kernel gains nothing by it */
    LLVMValueRef traced_row;   /* of a plan for traced code, in place of both: a
                                  vgpu_traced_row_fn */
    bool has_atomics;          /* by which work-groups may meet */
    uint64_t scratch_bytes, scratch_bytes_per_row; /* as in code_abi.h */
    const char *refusal;                           /* why not, or NULL */
};

/* vgpu_cc_lockstep_emit - the functions that run the kernel take its place in the module,
 * which nothing else may use. 0, or -ENOTSUP, with the reason: the kernel has what this
 * stage does not know, and is left as it was; fibers run it. */
int vgpu_cc_lockstep_emit(struct vgpu_cc_module *module, LLVMValueRef kernel,
                          const struct vgpu_cc_plan *plan,
                          struct vgpu_cc_lockstep *lockstep_out);

#endif
