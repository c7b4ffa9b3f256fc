/* SPDX-License-Identifier: MIT */
/* What control flow shares between its files: flow.c (flows, edges, blocks, loops) and
 * chain.c (where items part ways). See flow.c. */
#ifndef VGPU_CC_FLOW_INTERNAL_H
#define VGPU_CC_FLOW_INTERNAL_H

#include "lockstep/row.h"

#define VGPU_CC_NOT_CLAIMED (-1)

struct vgpu_cc_chain {
    unsigned char *region; /* by node */
    int *owner;            /* by node of the region: its group's entry */
    int end;               /* the node where all come together again, or VGPU_CC_END */
    LLVMBasicBlockRef head;
};

struct vgpu_cc_flow {
    struct vgpu_cc_flow *parent;
    int level;
    unsigned char *holds; /* by node */
    int *claimed;         /* by node: the chain it is in, or VGPU_CC_NOT_CLAIMED */
    struct vgpu_cc_chain *chains;
    int num_chains;
    LLVMValueRef mask;     /* NULL: all */
    LLVMBasicBlockRef end; /* where items that leave the flow wait for the others */
};

/* What the flows of a row share. */
struct vgpu_cc_flow_state {
    struct vgpu_cc_row *row;
    const struct vgpu_cc_graph *graph;
    const unsigned char *parts_ways;
    LLVMBasicBlockRef *labels; /* by block */
    LLVMBasicBlockRef *enters; /* by loop: where it is entered */
    LLVMValueRef *masks;       /* by block: slot of the mask of items that come to it */
    LLVMValueRef *stay; /* by loop that items leave apart: slot of the mask of those
                           that go on */
};

/* Masks are kept in slots. */
LLVMTypeRef vgpu_cc_mask_type(struct vgpu_cc_flow_state *state);
LLVMValueRef vgpu_cc_mask_slot(struct vgpu_cc_flow_state *state, int block);
void vgpu_cc_mask_store(struct vgpu_cc_flow_state *state, LLVMValueRef mask,
                        LLVMValueRef slot);

/* vgpu_cc_chains_find - of a flow whose level and nodes are known. */
void vgpu_cc_chains_find(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow);

/* vgpu_cc_chain_behind - the chain that lies behind a node at which items part ways, or
 * NULL. */
struct vgpu_cc_chain *vgpu_cc_chain_behind(const struct vgpu_cc_flow_state *state,
                                           struct vgpu_cc_flow *flow, int node);

/* vgpu_cc_chain_clear - nobody has come to any of its groups yet. */
void vgpu_cc_chain_clear(struct vgpu_cc_flow_state *state,
                         const struct vgpu_cc_chain *chain);

#endif
