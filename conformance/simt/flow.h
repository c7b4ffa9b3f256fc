/* SPDX-License-Identifier: MIT */
/* Random control flow, random ways through it, and what a stack of immediate
 * post-dominators makes of them. */
#ifndef SIMT_FLOW_H
#define SIMT_FLOW_H

#include "traced_abi.h"

#include <stdbool.h>
#include <stddef.h>

#define FLOW_BLOCKS 24u
#define FLOW_STEPS  400u
#define FLOW_ITEMS  32u

struct flow {
    uint32_t num_blocks;
    uint32_t num_successors[FLOW_BLOCKS], successors[FLOW_BLOCKS][4];
    uint32_t post_dominator[FLOW_BLOCKS];
    uint32_t num_items;
    uint32_t length[FLOW_ITEMS];
    uint8_t path[FLOW_ITEMS][FLOW_STEPS];
    int64_t stride[FLOW_BLOCKS]; /* of an access to 4 bytes that each block makes */
};

struct flow_counts {
    uint64_t issues[FLOW_BLOCKS], items[FLOW_BLOCKS], divergent[FLOW_BLOCKS];
    uint64_t sectors[FLOW_BLOCKS];
};

struct flow_random {
    uint64_t state;
};

uint32_t flow_random(struct flow_random *random, uint32_t below);

/* flow_make - a graph (structured, or with jumps anywhere), and the items' ways. */
void flow_make(struct flow *flow, struct flow_random *random);

/* flow_find_post_dominators - of the graph, by sets. */
void flow_find_post_dominators(struct flow *flow);

/* flow_reference - what the stack issues. */
void flow_reference(const struct flow *flow, struct flow_counts *counts);

/* flow_address - of the item's access in the block. */
uintptr_t flow_address(const struct flow *flow, uint32_t block, uint32_t item);

/* flow_print - for a failure. */
void flow_print(const struct flow *flow, char *text, size_t room);

#endif
