/* SPDX-License-Identifier: MIT */
/* The pseudo functions of traced kernels, and what is under way while calls of them are
 * put into one. */
#ifndef VGPU_CC_TRACED_PSEUDO_H
#define VGPU_CC_TRACED_PSEUDO_H

#include "module.h"
#include "traced/graph.h"
#include "traced_abi.h"

enum vgpu_cc_traced_pseudo {
    VGPU_CC_NOT_TRACED,
    VGPU_CC_TRACED_BLOCK,
    VGPU_CC_TRACED_ACCESS,
    VGPU_CC_TRACED_CHECK,
    VGPU_CC_TRACED_MEET,
    VGPU_CC_TRACED_PRIVATE
};

/* A site that will be known when its call is met. */
struct vgpu_cc_pending {
    char *name; /* of the variable, or NULL */
    uint32_t size;
    uint64_t bytes; /* of the variable */
};

struct vgpu_cc_tracer {
    struct vgpu_cc_module *module;
    LLVMBuilderRef at;
    LLVMValueRef kernel;
    struct vgpu_cc_traced_graph graph;
    struct vgpu_traced_table *table;
    struct vgpu_cc_pending *pending; /* of reads of private variables */
    unsigned num_pending;
    uint32_t block; /* whose accesses are being traced */
};

/* vgpu_cc_traced_call - a call before the instruction, with its place in the source. */
LLVMValueRef vgpu_cc_traced_call(struct vgpu_cc_tracer *tracer,
                                 enum vgpu_cc_traced_pseudo pseudo, LLVMValueRef before,
                                 LLVMValueRef *args);

/* vgpu_cc_traced_call_of - what the instruction calls of these. */
enum vgpu_cc_traced_pseudo vgpu_cc_traced_call_of(LLVMValueRef instruction);

#endif
