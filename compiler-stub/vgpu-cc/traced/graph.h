/* SPDX-License-Identifier: MIT */
/* The control flow of a kernel as its tables have it: straight-line code is one block,
 * and code that does nothing is none. */
#ifndef VGPU_CC_TRACED_GRAPH_H
#define VGPU_CC_TRACED_GRAPH_H

#include "lockstep/pool.h"

#include <llvm-c/Core.h>

/* A node of the graph, in the order of `nodes`: 0 is where the kernel begins. */
struct vgpu_cc_traced_node {
    LLVMBasicBlockRef *blocks; /* one after the other */
    int num_blocks;
    int *successors; /* different nodes */
    int num_successors;
    int post_dominator; /* immediate; -1: the end, or none */
};

struct vgpu_cc_traced_graph {
    struct vgpu_cc_traced_node *nodes;
    int num_nodes;
};

/* vgpu_cc_traced_graph_make - of what can be reached. Lives as long as the pool. */
void vgpu_cc_traced_graph_make(struct vgpu_cc_traced_graph *graph, LLVMValueRef function,
                               struct vgpu_cc_pool *pool);

#endif
