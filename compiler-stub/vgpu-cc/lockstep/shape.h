/* SPDX-License-Identifier: MIT */
/* What the values of a kernel look like along a row of items, and where items part ways.
 * [Karrenberg and Hack 2011; Rosemann, Moll and Hack, An Abstract Interpretation for SPMD
 * Divergence, POPL 2021] */
#ifndef VGPU_CC_SHAPE_H
#define VGPU_CC_SHAPE_H

#include "lockstep/geometry.h"
#include "lockstep/graph.h"

#include <stdint.h>

enum vgpu_cc_shape_kind {
    VGPU_CC_UNSEEN,
    VGPU_CC_UNIFORM, /* the same for all items that are there */
    VGPU_CC_STRIDED, /* grows by `stride` from item to item (bytes, of pointers) */
    VGPU_CC_VARYING
};

struct vgpu_cc_shape {
    enum vgpu_cc_shape_kind kind;
    /* False: the row may pass the end of a narrower type's range, from which this was
     * extended. As an address, it may be taken as strided all the same: the items on one
     * side of that end are 2^32 elements away. As a value it may not. */
    bool is_exact;
    int64_t stride;
};

struct vgpu_cc_shapes {
    const struct vgpu_cc_graph *graph;
    const struct vgpu_cc_geometry *geometry;
    LLVMTargetDataRef layout;
    struct vgpu_cc_index index; /* of instructions, from 0 */
    int num_values;
    struct vgpu_cc_shape *values; /* by index */
    /* By node: a block whose branch items leave in both directions; a loop that items
     * leave at different times. */
    unsigned char *parts_ways;
    unsigned char *joins; /* by block: items come from several sides at once */
};

/* vgpu_cc_shapes_make - of a graph's function. Everything lies in the graph's pool. */
void vgpu_cc_shapes_make(struct vgpu_cc_shapes *shapes, const struct vgpu_cc_graph *graph,
                         const struct vgpu_cc_geometry *geometry,
                         LLVMTargetDataRef layout);

/* vgpu_cc_shape_of - also of constants and arguments. */
struct vgpu_cc_shape vgpu_cc_shape_of(const struct vgpu_cc_shapes *shapes,
                                      LLVMValueRef value);

static inline bool vgpu_cc_is_uniform(const struct vgpu_cc_shapes *shapes,
                                      LLVMValueRef value)
{
    return vgpu_cc_shape_of(shapes, value).kind <= VGPU_CC_UNIFORM;
}

/* vgpu_cc_private_size - bytes from one item's variable to the next one's, where they lie
 * one after the other. */
size_t vgpu_cc_private_size(LLVMTargetDataRef layout, LLVMValueRef variable);

/* vgpu_cc_wrapped - a step as a number of the instruction's width. */
int64_t vgpu_cc_wrapped(LLVMValueRef instruction, int64_t stride);

/* vgpu_cc_owners - splits a region into groups that each have one entry: owner[node] is
 * the entry of the node's group, for nodes of the region. */
void vgpu_cc_owners(const struct vgpu_cc_graph *graph, const unsigned char *region,
                    int *owner);

#endif
