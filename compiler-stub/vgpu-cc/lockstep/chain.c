/* SPDX-License-Identifier: MIT */
/* Chains: where items of a flow part ways, the nodes up to where they come together. */
#include "lockstep/flow_internal.h"

static bool parts_ways(const struct vgpu_cc_flow_state *state, int node)
{
    if (!state->parts_ways[node])
        return false;
    return !vgpu_cc_graph_is_loop(state->graph, node) ||
           state->graph->loops[node - state->graph->num_blocks].num_exits > 1;
}

/* Both have nodes in common, or one ends within the other. */
static bool chains_meet(const struct vgpu_cc_flow_state *state,
                        const struct vgpu_cc_chain *a, const struct vgpu_cc_chain *b)
{
    if ((a->end != VGPU_CC_END && b->region[a->end]) ||
        (b->end != VGPU_CC_END && a->region[b->end]))
        return true;
    for (int n = 0; n < state->graph->num_nodes; n++)
        if (a->region[n] && b->region[n])
            return true;
    return false;
}

/* Takes over the regions of chains that it meets; their common end is the last. */
static void merge_chains(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                         int into)
{
    struct vgpu_cc_chain *const chain = &flow->chains[into];
    const int count = state->graph->num_nodes;

    for (int c = 0; c < into; c++) {
        struct vgpu_cc_chain *const other = &flow->chains[c];

        if (!other->region || !chains_meet(state, chain, other))
            continue;
        for (int n = 0; n < count; n++)
            chain->region[n] |= other->region[n];
        if (chain->end != VGPU_CC_END && chain->region[chain->end])
            chain->end = other->end;
        other->region = NULL;
        c = -1; /* it may meet now what it did not before */
    }
    for (int n = 0; n < count; n++)
        if (chain->region[n])
            flow->claimed[n] = into;
}

static void add_chain(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                      int source)
{
    const int count = state->graph->num_nodes;
    struct vgpu_cc_chain *const chain = &flow->chains[flow->num_chains];
    bool is_empty = true;

    *chain = (struct vgpu_cc_chain){.end = state->graph->nodes[source].post_dominator};
    chain->region = vgpu_cc_pool_alloc(state->graph->pool, (size_t)count, 1);
    vgpu_cc_graph_region(state->graph, source, chain->region);
    for (int n = 0; n < count; n++) {
        chain->region[n] &= flow->holds[n];
        is_empty &= !chain->region[n];
    }
    if (is_empty)
        return;
    merge_chains(state, flow, flow->num_chains++);
}

void vgpu_cc_chains_find(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow)
{
    const struct vgpu_cc_graph *const graph = state->graph;
    const size_t count = (size_t)graph->num_nodes;

    flow->claimed = vgpu_cc_pool_alloc(graph->pool, count, sizeof *flow->claimed);
    for (size_t n = 0; n < count; n++)
        flow->claimed[n] = VGPU_CC_NOT_CLAIMED;
    for (int i = 0, sources = 0; i < graph->num_nodes; i++) {
        const int n = graph->order[i];

        if (!flow->holds[n] || flow->claimed[n] != VGPU_CC_NOT_CLAIMED ||
            !parts_ways(state, n))
            continue;
        if (sources++ == 0)
            flow->chains = vgpu_cc_pool_alloc(graph->pool, count, sizeof *flow->chains);
        add_chain(state, flow, n);
    }
    for (int c = 0; c < flow->num_chains; c++) {
        struct vgpu_cc_chain *const chain = &flow->chains[c];

        if (!chain->region)
            continue;
        chain->owner = vgpu_cc_pool_alloc(graph->pool, count, sizeof *chain->owner);
        vgpu_cc_owners(graph, chain->region, chain->owner);
        chain->head = vgpu_cc_block(state->row, "chain");
    }
}

struct vgpu_cc_chain *vgpu_cc_chain_behind(const struct vgpu_cc_flow_state *state,
                                           struct vgpu_cc_flow *flow, int node)
{
    const struct vgpu_cc_node *const at = &state->graph->nodes[node];

    for (int s = 0; s < at->num_successors; s++)
        if (at->successors[s] != VGPU_CC_END && flow->holds[at->successors[s]] &&
            flow->claimed[at->successors[s]] != VGPU_CC_NOT_CLAIMED)
            return &flow->chains[flow->claimed[at->successors[s]]];
    return NULL;
}

void vgpu_cc_chain_clear(struct vgpu_cc_flow_state *state,
                         const struct vgpu_cc_chain *chain)
{
    for (int n = 0; n < state->graph->num_nodes; n++)
        if (chain->region[n] && chain->owner[n] == n)
            vgpu_cc_mask_store(
                state, LLVMConstNull(vgpu_cc_mask_type(state)),
                vgpu_cc_mask_slot(state, vgpu_cc_graph_entry(state->graph, n)));
}
