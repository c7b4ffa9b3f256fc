/* SPDX-License-Identifier: MIT */
/* A kernel's control flow, level by level: the body of the function is a level, and that
 * of each loop. A level's nodes are its own blocks and the loops directly in it, each of
 * which stands for all its blocks; edges out of the level, and back to its loop's header,
 * lead to VGPU_CC_END. So each level is acyclic. */
#ifndef VGPU_CC_GRAPH_H
#define VGPU_CC_GRAPH_H

#include "lockstep/pool.h"

#include <llvm-c/Core.h>

#define VGPU_CC_END      (-1)
#define VGPU_CC_FUNCTION (-1) /* the outermost level */

struct vgpu_cc_block {
    LLVMBasicBlockRef block;
    LLVMValueRef terminator;
    int num_successors, successors[2]; /* block numbers */
    int num_predecessors, *predecessors;
};

struct vgpu_cc_loop {
    int header;            /* block number */
    unsigned char *holds;  /* by block number */
    int num_exits, *exits; /* blocks outside that edges lead to, each once */
    unsigned depth;
};

struct vgpu_cc_node {
    int level;                           /* the loop it lies in, or VGPU_CC_FUNCTION */
    int num_successors, *successors;     /* in its level, each once */
    int num_predecessors, *predecessors; /* likewise */
    int post_dominator;                  /* immediate, in its level */
    int position;                        /* in a topological order of its level */
};

/* Nodes are blocks, numbered from 0 in reverse post-order, and after them loops: loop l
 * is node num_blocks + l. */
struct vgpu_cc_graph {
    struct vgpu_cc_pool *pool;
    LLVMValueRef function;
    int num_blocks, num_loops, num_nodes;
    struct vgpu_cc_block *blocks;
    struct vgpu_cc_loop *loops;
    struct vgpu_cc_node *nodes;
    int *order;                 /* all nodes: levels mixed, each in topological order */
    int *stack;                 /* for searches: num_nodes + 1 */
    struct vgpu_cc_index index; /* of LLVMBasicBlockRef */
};

/* vgpu_cc_graph_make - 0, or -ENOTSUP: a loop with two entries. The function has no
 * switches. Everything lies in the pool. */
int vgpu_cc_graph_make(struct vgpu_cc_graph *graph, LLVMValueRef function,
                       struct vgpu_cc_pool *pool);

/* vgpu_cc_graph_node - the node of that level that holds the block, or VGPU_CC_END. */
int vgpu_cc_graph_node(const struct vgpu_cc_graph *graph, int block, int level);

static inline int vgpu_cc_graph_loop_node(const struct vgpu_cc_graph *graph, int loop)
{
    return graph->num_blocks + loop;
}

static inline int vgpu_cc_graph_is_loop(const struct vgpu_cc_graph *graph, int node)
{
    return node >= graph->num_blocks;
}

/* vgpu_cc_graph_entry - the node's first block. */
static inline int vgpu_cc_graph_entry(const struct vgpu_cc_graph *graph, int node)
{
    return node < graph->num_blocks ? node
                                    : graph->loops[node - graph->num_blocks].header;
}

/* vgpu_cc_graph_region - of a branch at `node`: the nodes of its level that items may
 * pass after it and before its immediate post-dominator; sets their places in `region`.
 */
void vgpu_cc_graph_region(const struct vgpu_cc_graph *graph, int node,
                          unsigned char *region);

#endif
