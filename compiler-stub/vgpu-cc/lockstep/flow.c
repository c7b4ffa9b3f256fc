/* SPDX-License-Identifier: MIT */
/* Control flow of a row. A `flow` is a set of nodes of one level through which all its
 * items go together, from one entry, so that branches in it are real ones. Where items
 * part ways, the nodes up to their immediate post-dominator are a `chain`: they fall into
 * groups of one entry each, which run one after the other as flows of their own, with
 * masks of the items that have come to their entries. */
#include "lockstep/flow_internal.h"
#include "lockstep/guard.h"

static LLVMBasicBlockRef label_of(struct vgpu_cc_flow_state *state, int node)
{
    LLVMBasicBlockRef *const label = vgpu_cc_graph_is_loop(state->graph, node)
                                         ? &state->enters[node - state->graph->num_blocks]
                                         : &state->labels[node];

    if (!*label)
        *label = vgpu_cc_block(state->row, "");
    return *label;
}

LLVMTypeRef vgpu_cc_mask_type(struct vgpu_cc_flow_state *state)
{
    return vgpu_cc_vector(state->row, state->row->module->i1);
}

LLVMValueRef vgpu_cc_mask_slot(struct vgpu_cc_flow_state *state, int block)
{
    if (!state->masks[block])
        state->masks[block] = vgpu_cc_slot(state->row, vgpu_cc_mask_type(state), "mask");
    return state->masks[block];
}

static LLVMValueRef load_mask(struct vgpu_cc_flow_state *state, LLVMValueRef slot)
{
    return LLVMBuildLoad2(state->row->at, vgpu_cc_mask_type(state), slot, "");
}

void vgpu_cc_mask_store(struct vgpu_cc_flow_state *state, LLVMValueRef mask,
                        LLVMValueRef slot)
{
    LLVMBuildStore(state->row->at, mask ? mask : vgpu_cc_all(state->row), slot);
}

static void add_to_mask(struct vgpu_cc_flow_state *state, LLVMValueRef mask,
                        LLVMValueRef slot)
{
    LLVMValueRef old = load_mask(state, slot);

    vgpu_cc_mask_store(
        state,
        LLVMBuildOr(state->row->at, old, mask ? mask : vgpu_cc_all(state->row), ""),
        slot);
}

static void begin_block(struct vgpu_cc_flow_state *state, LLVMBasicBlockRef block)
{
    LLVMPositionBuilderAtEnd(state->row->at, block);
    state->row->epoch++;
}

/* ---- edges */

static bool is_header(const struct vgpu_cc_flow_state *state, int block, int level)
{
    return level != VGPU_CC_FUNCTION && state->graph->loops[level].header == block;
}

static bool is_apart_loop(const struct vgpu_cc_flow_state *state, int level)
{
    return level != VGPU_CC_FUNCTION &&
           state->parts_ways[vgpu_cc_graph_loop_node(state->graph, level)];
}

/* All leave a loop at once: what comes then is up to the flow that holds the loop. */
static struct vgpu_cc_flow *flow_of_target(const struct vgpu_cc_flow_state *state,
                                           struct vgpu_cc_flow *flow, int block)
{
    while (flow->level != VGPU_CC_FUNCTION && flow->parent &&
           flow->parent->level != flow->level && !is_apart_loop(state, flow->level) &&
           !state->graph->loops[flow->level].holds[block])
        flow = flow->parent;
    return flow;
}

/* The node of the flow that the block is in, or VGPU_CC_END: outside. */
static int target_node(const struct vgpu_cc_flow_state *state,
                       const struct vgpu_cc_flow *flow, int block)
{
    const int node = vgpu_cc_graph_node(state->graph, block, flow->level);

    return node == VGPU_CC_END || !flow->holds[node] ? VGPU_CC_END : node;
}

static LLVMValueRef incoming_from(const struct vgpu_cc_flow_state *state,
                                  LLVMValueRef phi, int from)
{
    LLVMBasicBlockRef block = state->graph->blocks[from].block;

    for (unsigned i = 0; i < LLVMCountIncoming(phi); i++)
        if (LLVMGetIncomingBlock(phi, i) == block)
            return LLVMGetIncomingValue(phi, i);
    return LLVMGetUndef(LLVMTypeOf(phi));
}

/* Finds all values that phis get along the edge, before any phi changes. */
static void fetch_incoming(struct vgpu_cc_flow_state *state, int from, int to)
{
    struct vgpu_cc_row *const row = state->row;

    for (LLVMValueRef phi = LLVMGetFirstInstruction(state->graph->blocks[to].block);
         phi && LLVMIsAPHINode(phi); phi = LLVMGetNextInstruction(phi)) {
        LLVMValueRef incoming = incoming_from(state, phi, from);
        const struct vgpu_cc_shape shape = vgpu_cc_shape(row, incoming);

        if (!LLVMIsAInstruction(incoming))
            continue;
        if (shape.kind <= VGPU_CC_STRIDED)
            vgpu_cc_scalar(row, incoming);
        for (unsigned i = 0; i < vgpu_cc_components(LLVMTypeOf(incoming)); i++)
            if (shape.kind == VGPU_CC_VARYING ||
                (shape.kind == VGPU_CC_STRIDED && !shape.is_exact))
                vgpu_cc_part(row, incoming, i);
    }
}

static void store_phis(struct vgpu_cc_flow_state *state, int from, int to,
                       LLVMValueRef mask)
{
    for (LLVMValueRef phi = LLVMGetFirstInstruction(state->graph->blocks[to].block);
         phi && LLVMIsAPHINode(phi); phi = LLVMGetNextInstruction(phi))
        vgpu_cc_store_phi(state->row, phi, incoming_from(state, phi, from), mask);
}

/* What an edge does to phis and masks. `mask`: the items that take it; NULL: all of the
 * flow. */
static void pass_edge(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                      int from, int to, LLVMValueRef mask)
{
    LLVMValueRef taking = mask ? mask : flow->mask;
    int node;

    flow = flow_of_target(state, flow, to);
    if (is_header(state, to, flow->level)) {
        if (!is_apart_loop(state, flow->level) && flow->parent->level == flow->level)
            vgpu_cc_refuse(state->row, "items go round a loop apart");
        store_phis(state, from, to, NULL); /* who has left the loop needs them no more */
        if (is_apart_loop(state, flow->level))
            add_to_mask(state, taking, state->stay[flow->level]);
        return;
    }
    node = target_node(state, flow, to);
    if (node == VGPU_CC_END) {
        store_phis(state, from, to, taking);
        add_to_mask(state, taking, vgpu_cc_mask_slot(state, to));
        return;
    }
    /* The first to write: who comes later from a chain writes its own items' only. */
    store_phis(state, from, to, NULL);
    if (flow->claimed[node] != VGPU_CC_NOT_CLAIMED)
        vgpu_cc_mask_store(state, taking, vgpu_cc_mask_slot(state, to));
}

static LLVMBasicBlockRef behind_edge(struct vgpu_cc_flow_state *state,
                                     struct vgpu_cc_flow *flow, int to)
{
    int node;

    flow = flow_of_target(state, flow, to);
    if (is_header(state, to, flow->level))
        return is_apart_loop(state, flow->level) ? flow->end : label_of(state, to);
    node = target_node(state, flow, to);
    if (node == VGPU_CC_END)
        return flow->end;
    if (flow->claimed[node] != VGPU_CC_NOT_CLAIMED)
        return flow->chains[flow->claimed[node]].head;
    return label_of(state, node);
}

/* An edge that all items of the flow take. */
static void take_edge(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                      int from, int to)
{
    struct vgpu_cc_flow *const target = flow_of_target(state, flow, to);
    const int node = is_header(state, to, target->level) ? VGPU_CC_END
                                                         : target_node(state, target, to);

    if (node != VGPU_CC_END && target->claimed[node] != VGPU_CC_NOT_CLAIMED)
        vgpu_cc_chain_clear(state, &target->chains[target->claimed[node]]);
    pass_edge(state, flow, from, to, NULL);
    LLVMBuildBr(state->row->at, behind_edge(state, flow, to));
}

/* ---- blocks */

static void branch_together(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                            int block)
{
    const struct vgpu_cc_block *const at = &state->graph->blocks[block];
    struct vgpu_cc_row *const row = state->row;
    LLVMBasicBlockRef ways[2];
    LLVMValueRef condition = vgpu_cc_scalar(row, LLVMGetCondition(at->terminator));

    for (int s = 0; s < 2; s++) {
        fetch_incoming(state, block, at->successors[s]);
        ways[s] = vgpu_cc_block(row, "");
    }
    LLVMBuildCondBr(row->at, condition, ways[0], ways[1]);
    for (int s = 0; s < 2; s++) {
        LLVMPositionBuilderAtEnd(row->at, ways[s]);
        take_edge(state, flow, block, at->successors[s]);
    }
}

/* Goes on where all who have parted at the node, and not left the flow, come together. */
static void go_behind(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                      int node)
{
    const int end = state->graph->nodes[node].post_dominator;
    const struct vgpu_cc_chain *const chain = vgpu_cc_chain_behind(state, flow, node);

    if (chain)
        LLVMBuildBr(state->row->at, chain->head);
    else if (end != VGPU_CC_END && flow->holds[end])
        LLVMBuildBr(state->row->at, label_of(state, end));
    else
        LLVMBuildBr(state->row->at, flow->end);
}

static void branch_apart(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                         int block)
{
    const struct vgpu_cc_block *const at = &state->graph->blocks[block];
    struct vgpu_cc_row *const row = state->row;
    LLVMValueRef condition = vgpu_cc_part(row, LLVMGetCondition(at->terminator), 0);
    LLVMValueRef yes = vgpu_cc_mask_and(row, flow->mask, condition, false);
    LLVMValueRef no = vgpu_cc_mask_and(row, flow->mask, condition, true);
    const struct vgpu_cc_chain *const chain = vgpu_cc_chain_behind(state, flow, block);

    fetch_incoming(state, block, at->successors[0]);
    fetch_incoming(state, block, at->successors[1]);
    if (chain)
        vgpu_cc_chain_clear(state, chain);
    pass_edge(state, flow, block, at->successors[0], yes);
    pass_edge(state, flow, block, at->successors[1], no);
    go_behind(state, flow, block);
}

static void emit_block(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                       int block)
{
    const struct vgpu_cc_block *const at = &state->graph->blocks[block];
    struct vgpu_cc_row *const row = state->row;

    begin_block(state, label_of(state, block));
    row->mask = flow->mask;
    for (LLVMValueRef i = LLVMGetFirstInstruction(at->block); i != at->terminator;
         i = LLVMGetNextInstruction(i))
        vgpu_cc_emit_instruction(row, i);
    if (at->num_successors == 0) {
        LLVMBuildBr(row->at, flow->end);
    } else if (at->num_successors == 1 || at->successors[0] == at->successors[1]) {
        fetch_incoming(state, block, at->successors[0]);
        take_edge(state, flow, block, at->successors[0]);
    } else if (state->parts_ways[block]) {
        branch_apart(state, flow, block);
    } else {
        branch_together(state, flow, block);
    }
}

static void emit_flow(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow);

/* ---- loops */

static unsigned char *nodes_of_level(struct vgpu_cc_flow_state *state, int level)
{
    unsigned char *const nodes =
        vgpu_cc_pool_alloc(state->graph->pool, (size_t)state->graph->num_nodes, 1);

    for (int n = 0; n < state->graph->num_nodes; n++)
        nodes[n] = state->graph->nodes[n].level == level;
    return nodes;
}

static void emit_loop_together(struct vgpu_cc_flow_state *state,
                               struct vgpu_cc_flow *flow, int l)
{
    struct vgpu_cc_flow body = {.parent = flow,
                                .level = l,
                                .holds = nodes_of_level(state, l),
                                .mask = flow->mask,
                                .end = flow->end};

    begin_block(state, state->enters[l]);
    LLVMBuildBr(state->row->at, label_of(state, state->graph->loops[l].header));
    emit_flow(state, &body);
}

/* Before the loop nobody has left it. Only exits that lead to its own level count: a loop
 * further out sees to those that leave it, too. */
static void clear_exits(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                        int l)
{
    const struct vgpu_cc_loop *const loop = &state->graph->loops[l];
    const struct vgpu_cc_chain *const chain =
        loop->num_exits > 1
            ? vgpu_cc_chain_behind(state, flow, vgpu_cc_graph_loop_node(state->graph, l))
            : NULL;

    if (chain)
        vgpu_cc_chain_clear(state, chain);
    for (int e = 0; e < loop->num_exits; e++)
        if (vgpu_cc_graph_node(state->graph, loop->exits[e], flow->level) !=
                VGPU_CC_END &&
            target_node(state, flow, loop->exits[e]) != VGPU_CC_END)
            vgpu_cc_mask_store(state, LLVMConstNull(vgpu_cc_mask_type(state)),
                               vgpu_cc_mask_slot(state, loop->exits[e]));
}

static void leave_loop(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow, int l)
{
    const struct vgpu_cc_loop *const loop = &state->graph->loops[l];
    struct vgpu_cc_flow *target;
    int node;

    if (loop->num_exits > 1) {
        go_behind(state, flow, vgpu_cc_graph_loop_node(state->graph, l));
        return;
    }
    if (loop->num_exits == 0) {
        LLVMBuildBr(state->row->at, flow->end);
        return;
    }
    /* All come to the only exit. Their phis are set, as are masks outside the flow. */
    target = flow_of_target(state, flow, loop->exits[0]);
    node = is_header(state, loop->exits[0], target->level)
               ? VGPU_CC_END
               : target_node(state, target, loop->exits[0]);
    if (node != VGPU_CC_END && target->claimed[node] != VGPU_CC_NOT_CLAIMED) {
        vgpu_cc_chain_clear(state, &target->chains[target->claimed[node]]);
        vgpu_cc_mask_store(state, flow->mask, vgpu_cc_mask_slot(state, loop->exits[0]));
    }
    LLVMBuildBr(state->row->at, behind_edge(state, flow, loop->exits[0]));
}

static void emit_loop_apart(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                            int l)
{
    struct vgpu_cc_row *const row = state->row;
    LLVMBasicBlockRef again = vgpu_cc_block(row, "loop");
    LLVMBasicBlockRef round = vgpu_cc_block(row, "round"), after = vgpu_cc_block(row, "");
    LLVMValueRef active = vgpu_cc_slot(row, vgpu_cc_mask_type(state), "active"), staying;
    struct vgpu_cc_flow body = {
        .parent = flow, .level = l, .holds = nodes_of_level(state, l), .end = round};

    state->stay[l] = vgpu_cc_slot(row, vgpu_cc_mask_type(state), "stay");
    begin_block(state, state->enters[l]);
    vgpu_cc_mask_store(state, flow->mask, active);
    clear_exits(state, flow, l);
    LLVMBuildBr(row->at, again);

    begin_block(state, again);
    body.mask = load_mask(state, active);
    vgpu_cc_mask_store(state, LLVMConstNull(vgpu_cc_mask_type(state)), state->stay[l]);
    LLVMBuildBr(row->at, label_of(state, state->graph->loops[l].header));

    emit_flow(state, &body);

    begin_block(state, round);
    staying = load_mask(state, state->stay[l]);
    vgpu_cc_mask_store(state, staying, active);
    LLVMBuildCondBr(row->at, vgpu_cc_mask_any(row, staying), again, after);

    begin_block(state, after);
    leave_loop(state, flow, l);
}

static void emit_loop(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow, int l)
{
    label_of(state, vgpu_cc_graph_loop_node(state->graph, l));
    if (is_apart_loop(state, l))
        emit_loop_apart(state, flow, l);
    else
        emit_loop_together(state, flow, l);
}

/* ---- flows */

static void emit_group(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                       const struct vgpu_cc_chain *chain, int entry,
                       LLVMBasicBlockRef next)
{
    struct vgpu_cc_row *const row = state->row;
    const int count = state->graph->num_nodes;
    struct vgpu_cc_flow group = {.parent = flow, .level = flow->level, .end = next};

    group.holds = vgpu_cc_pool_alloc(state->graph->pool, (size_t)count, 1);
    for (int n = 0; n < count; n++)
        group.holds[n] = chain->region[n] && chain->owner[n] == entry;
    group.mask = load_mask(
        state, vgpu_cc_mask_slot(state, vgpu_cc_graph_entry(state->graph, entry)));
    if (vgpu_cc_is_cheap(row, group.holds))
        LLVMBuildBr(row->at, label_of(state, entry));
    else
        LLVMBuildCondBr(row->at, vgpu_cc_mask_any(row, group.mask),
                        label_of(state, entry), next);
    emit_flow(state, &group);
}

static void emit_chain(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow,
                       const struct vgpu_cc_chain *chain)
{
    const struct vgpu_cc_graph *const graph = state->graph;
    LLVMBasicBlockRef at = chain->head;

    for (int i = 0; i < graph->num_nodes; i++) {
        const int n = graph->order[i];
        LLVMBasicBlockRef next;

        if (!chain->region[n] || chain->owner[n] != n)
            continue;
        next = vgpu_cc_block(state->row, "");
        begin_block(state, at);
        emit_group(state, flow, chain, n, next);
        at = next;
    }
    begin_block(state, at);
    if (chain->end != VGPU_CC_END && flow->holds[chain->end])
        LLVMBuildBr(state->row->at, label_of(state, chain->end));
    else
        LLVMBuildBr(state->row->at, flow->end);
}

static void emit_flow(struct vgpu_cc_flow_state *state, struct vgpu_cc_flow *flow)
{
    const struct vgpu_cc_graph *const graph = state->graph;

    vgpu_cc_chains_find(state, flow);
    for (int i = 0; i < graph->num_nodes; i++) {
        const int n = graph->order[i];

        if (!flow->holds[n] || flow->claimed[n] != VGPU_CC_NOT_CLAIMED)
            continue;
        if (vgpu_cc_graph_is_loop(graph, n))
            emit_loop(state, flow, n - graph->num_blocks);
        else
            emit_block(state, flow, n);
    }
    for (int c = 0; c < flow->num_chains; c++)
        if (flow->chains[c].region)
            emit_chain(state, flow, &flow->chains[c]);
}

LLVMBasicBlockRef vgpu_cc_flow_emit(struct vgpu_cc_row *row, LLVMBasicBlockRef end)
{
    const struct vgpu_cc_graph *const graph = &row->graph;
    struct vgpu_cc_flow_state state = {
        .row = row, .graph = graph, .parts_ways = row->shapes.parts_ways};
    struct vgpu_cc_flow flow = {.level = VGPU_CC_FUNCTION, .mask = row->mask, .end = end};
    const size_t blocks = (size_t)graph->num_blocks, loops = (size_t)graph->num_loops;

    state.labels = vgpu_cc_pool_alloc(row->pool, blocks, sizeof *state.labels);
    state.enters = vgpu_cc_pool_alloc(row->pool, loops, sizeof *state.enters);
    state.masks = vgpu_cc_pool_alloc(row->pool, blocks, sizeof *state.masks);
    state.stay = vgpu_cc_pool_alloc(row->pool, loops, sizeof *state.stay);
    flow.holds = nodes_of_level(&state, VGPU_CC_FUNCTION);
    emit_flow(&state, &flow);
    return label_of(&state, vgpu_cc_graph_node(graph, 0, VGPU_CC_FUNCTION));
}
