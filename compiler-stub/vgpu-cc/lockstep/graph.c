/* SPDX-License-Identifier: MIT */
/* A kernel's control flow: blocks, dominators, loops, levels and post-dominators. */
#include "lockstep/graph.h"

#include <errno.h>
#include <string.h>

/* Blocks in reverse post-order, by a depth-first search with a stack of its own. */
static void number_blocks(struct vgpu_cc_graph *graph)
{
    const unsigned most = LLVMCountBasicBlocks(graph->function);
    LLVMBasicBlockRef *const stack = vgpu_cc_pool_alloc(graph->pool, most, sizeof *stack);
    LLVMBasicBlockRef *const post = vgpu_cc_pool_alloc(graph->pool, most, sizeof *post);
    unsigned *const next = vgpu_cc_pool_alloc(graph->pool, most, sizeof *next);
    struct vgpu_cc_index seen = {.pool = graph->pool};
    int depth = 0, count = 0;

    stack[depth++] = LLVMGetEntryBasicBlock(graph->function);
    vgpu_cc_index_set(&seen, stack[0], 1);
    while (depth > 0) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(stack[depth - 1]);

        if (next[depth - 1] == LLVMGetNumSuccessors(terminator)) {
            post[count++] = stack[--depth];
        } else {
            LLVMBasicBlockRef successor = LLVMGetSuccessor(terminator, next[depth - 1]++);

            if (vgpu_cc_index_get(&seen, successor) == -1) {
                vgpu_cc_index_set(&seen, successor, 1);
                next[depth] = 0;
                stack[depth++] = successor;
            }
        }
    }
    graph->num_blocks = count;
    graph->blocks = vgpu_cc_pool_alloc(graph->pool, (size_t)count, sizeof *graph->blocks);
    graph->index.pool = graph->pool;
    for (int b = 0; b < count; b++) {
        graph->blocks[b].block = post[count - 1 - b];
        vgpu_cc_index_set(&graph->index, graph->blocks[b].block, b);
    }
}

static void add(int *list, int *count, int value)
{
    for (int i = 0; i < *count; i++)
        if (list[i] == value)
            return;
    list[(*count)++] = value;
}

static void link_blocks(struct vgpu_cc_graph *graph)
{
    for (int b = 0; b < graph->num_blocks; b++) {
        struct vgpu_cc_block *const block = &graph->blocks[b];
        unsigned count;

        block->terminator = LLVMGetBasicBlockTerminator(block->block);
        count = LLVMGetNumSuccessors(block->terminator);
        for (unsigned s = 0; s < count && s < 2; s++) {
            const int to =
                vgpu_cc_index_get(&graph->index, LLVMGetSuccessor(block->terminator, s));

            block->successors[block->num_successors++] = to;
            graph->blocks[to].num_predecessors++;
        }
    }
    for (int b = 0; b < graph->num_blocks; b++) {
        struct vgpu_cc_block *const block = &graph->blocks[b];

        block->predecessors =
            vgpu_cc_pool_alloc(graph->pool, (size_t)block->num_predecessors, sizeof(int));
        block->num_predecessors = 0;
    }
    for (int b = 0; b < graph->num_blocks; b++)
        for (int s = 0; s < graph->blocks[b].num_successors; s++) {
            struct vgpu_cc_block *const to =
                &graph->blocks[graph->blocks[b].successors[s]];

            add(to->predecessors, &to->num_predecessors, b);
        }
}

/* Immediate dominators. [Cooper, Harvey and Kennedy, A Simple, Fast Dominance Algorithm]
 */
static int *find_dominators(const struct vgpu_cc_graph *graph)
{
    int *const dominator =
        vgpu_cc_pool_alloc(graph->pool, (size_t)graph->num_blocks, sizeof *dominator);
    bool changed = true;

    for (int b = 1; b < graph->num_blocks; b++)
        dominator[b] = -1;
    while (changed) {
        changed = false;
        for (int b = 1; b < graph->num_blocks; b++) {
            const struct vgpu_cc_block *const block = &graph->blocks[b];
            int best = -1;

            for (int p = 0; p < block->num_predecessors; p++) {
                int other = block->predecessors[p];

                if (dominator[other] == -1)
                    continue;
                if (best == -1)
                    best = other;
                while (best != other) {
                    if (best > other)
                        best = dominator[best];
                    else
                        other = dominator[other];
                }
            }
            changed |= dominator[b] != best;
            dominator[b] = best;
        }
    }
    return dominator;
}

static bool dominates(const int *dominator, int above, int below)
{
    while (below > above)
        below = dominator[below];
    return below == above;
}

/* The blocks from which the latch can be reached without passing the header. */
static void gather_loop(const struct vgpu_cc_graph *graph, struct vgpu_cc_loop *loop,
                        int latch)
{
    int *const stack =
        vgpu_cc_pool_alloc(graph->pool, (size_t)graph->num_blocks + 1, sizeof *stack);
    int depth = 0;

    if (!loop->holds[latch]) {
        loop->holds[latch] = 1;
        stack[depth++] = latch;
    }
    while (depth > 0) {
        const struct vgpu_cc_block *const block = &graph->blocks[stack[--depth]];

        for (int p = 0; p < block->num_predecessors; p++)
            if (!loop->holds[block->predecessors[p]]) {
                loop->holds[block->predecessors[p]] = 1;
                stack[depth++] = block->predecessors[p];
            }
    }
}

static struct vgpu_cc_loop *loop_at(struct vgpu_cc_graph *graph, int header)
{
    struct vgpu_cc_loop *loop;

    for (int l = 0; l < graph->num_loops; l++)
        if (graph->loops[l].header == header)
            return &graph->loops[l];
    loop = &graph->loops[graph->num_loops++];
    loop->header = header;
    loop->holds = vgpu_cc_pool_alloc(graph->pool, (size_t)graph->num_blocks, 1);
    loop->holds[header] = 1;
    return loop;
}

/* 0 or -ENOTSUP. */
static int find_loops(struct vgpu_cc_graph *graph)
{
    const int *const dominator = find_dominators(graph);

    graph->loops =
        vgpu_cc_pool_alloc(graph->pool, (size_t)graph->num_blocks, sizeof *graph->loops);
    for (int b = 0; b < graph->num_blocks; b++)
        for (int s = 0; s < graph->blocks[b].num_successors; s++) {
            const int to = graph->blocks[b].successors[s];

            if (to > b)
                continue; /* numbers grow along all edges but those that go back */
            if (!dominates(dominator, to, b))
                return -ENOTSUP;
            gather_loop(graph, loop_at(graph, to), b);
        }
    for (int l = 0; l < graph->num_loops; l++)
        for (int other = 0; other < graph->num_loops; other++)
            graph->loops[l].depth += graph->loops[other].holds[graph->loops[l].header];
    return 0;
}

static void find_exits(struct vgpu_cc_graph *graph, struct vgpu_cc_loop *loop)
{
    loop->exits =
        vgpu_cc_pool_alloc(graph->pool, 2 * (size_t)graph->num_blocks, sizeof(int));
    for (int b = 0; b < graph->num_blocks; b++)
        for (int s = 0; loop->holds[b] && s < graph->blocks[b].num_successors; s++)
            if (!loop->holds[graph->blocks[b].successors[s]])
                add(loop->exits, &loop->num_exits, graph->blocks[b].successors[s]);
}

/* The innermost loop that holds the block, but for loop `except`. */
static int level_of(const struct vgpu_cc_graph *graph, int block, int except)
{
    int level = VGPU_CC_FUNCTION;

    for (int l = 0; l < graph->num_loops; l++)
        if (l != except && graph->loops[l].holds[block] &&
            (except == -1 || graph->loops[l].depth < graph->loops[except].depth) &&
            (level == VGPU_CC_FUNCTION ||
             graph->loops[l].depth > graph->loops[level].depth))
            level = l;
    return level;
}

int vgpu_cc_graph_node(const struct vgpu_cc_graph *graph, int block, int level)
{
    int node = block, at = graph->nodes[block].level;

    if (level != VGPU_CC_FUNCTION && !graph->loops[level].holds[block])
        return VGPU_CC_END;
    while (at != level) {
        node = vgpu_cc_graph_loop_node(graph, at);
        at = graph->nodes[node].level;
    }
    return node;
}

static int target_node(const struct vgpu_cc_graph *graph, int block, int level)
{
    if (level != VGPU_CC_FUNCTION && graph->loops[level].header == block)
        return VGPU_CC_END;
    return vgpu_cc_graph_node(graph, block, level);
}

static void link_nodes(struct vgpu_cc_graph *graph)
{
    graph->num_nodes = graph->num_blocks + graph->num_loops;
    graph->nodes =
        vgpu_cc_pool_alloc(graph->pool, (size_t)graph->num_nodes, sizeof *graph->nodes);
    graph->stack = vgpu_cc_pool_alloc(graph->pool, (size_t)graph->num_nodes + 1,
                                      sizeof *graph->stack);
    for (int b = 0; b < graph->num_blocks; b++)
        graph->nodes[b].level = level_of(graph, b, -1);
    for (int l = 0; l < graph->num_loops; l++)
        graph->nodes[vgpu_cc_graph_loop_node(graph, l)].level =
            level_of(graph, graph->loops[l].header, l);
    for (int n = 0; n < graph->num_nodes; n++) {
        struct vgpu_cc_node *const node = &graph->nodes[n];
        const bool is_loop = vgpu_cc_graph_is_loop(graph, n);
        const int count = is_loop ? graph->loops[n - graph->num_blocks].num_exits
                                  : graph->blocks[n].num_successors;
        const int *const to = is_loop ? graph->loops[n - graph->num_blocks].exits
                                      : graph->blocks[n].successors;

        node->successors = vgpu_cc_pool_alloc(graph->pool, (size_t)count, sizeof(int));
        for (int s = 0; s < count; s++)
            add(node->successors, &node->num_successors,
                target_node(graph, to[s], node->level));
        for (int s = 0; s < node->num_successors; s++)
            if (node->successors[s] != VGPU_CC_END)
                graph->nodes[node->successors[s]].num_predecessors++;
    }
    for (int n = 0; n < graph->num_nodes; n++) {
        struct vgpu_cc_node *const node = &graph->nodes[n];

        node->predecessors =
            vgpu_cc_pool_alloc(graph->pool, (size_t)node->num_predecessors, sizeof(int));
        node->num_predecessors = 0;
    }
    for (int n = 0; n < graph->num_nodes; n++)
        for (int s = 0; s < graph->nodes[n].num_successors; s++) {
            const int to = graph->nodes[n].successors[s];

            if (to != VGPU_CC_END)
                add(graph->nodes[to].predecessors, &graph->nodes[to].num_predecessors, n);
        }
}

/* Every node after its predecessors. Predecessors outside the node's level do not count,
 * so all levels are ordered at once. */
static void order_nodes(struct vgpu_cc_graph *graph)
{
    int *const waits =
        vgpu_cc_pool_alloc(graph->pool, (size_t)graph->num_nodes, sizeof *waits);
    int count = 0;

    graph->order =
        vgpu_cc_pool_alloc(graph->pool, (size_t)graph->num_nodes, sizeof *graph->order);
    for (int n = 0; n < graph->num_nodes; n++) {
        waits[n] = graph->nodes[n].num_predecessors;
        if (waits[n] == 0)
            graph->order[count++] = n;
    }
    for (int i = 0; i < count; i++) {
        struct vgpu_cc_node *const node = &graph->nodes[graph->order[i]];

        node->position = i;
        for (int s = 0; s < node->num_successors; s++)
            if (node->successors[s] != VGPU_CC_END && --waits[node->successors[s]] == 0)
                graph->order[count++] = node->successors[s];
    }
}

static int common_post_dominator(const struct vgpu_cc_graph *graph, int a, int b)
{
    while (a != b) {
        if (a == VGPU_CC_END || b == VGPU_CC_END)
            return VGPU_CC_END;
        if (graph->nodes[a].position < graph->nodes[b].position)
            a = graph->nodes[a].post_dominator;
        else
            b = graph->nodes[b].post_dominator;
    }
    return a;
}

static void find_post_dominators(struct vgpu_cc_graph *graph)
{
    for (int i = graph->num_nodes - 1; i >= 0; i--) {
        struct vgpu_cc_node *const node = &graph->nodes[graph->order[i]];

        node->post_dominator = node->num_successors ? node->successors[0] : VGPU_CC_END;
        for (int s = 1; s < node->num_successors; s++)
            node->post_dominator =
                common_post_dominator(graph, node->post_dominator, node->successors[s]);
    }
}

int vgpu_cc_graph_make(struct vgpu_cc_graph *graph, LLVMValueRef function,
                       struct vgpu_cc_pool *pool)
{
    int err;

    *graph = (struct vgpu_cc_graph){.pool = pool, .function = function};
    number_blocks(graph);
    link_blocks(graph);
    err = find_loops(graph);
    if (err != 0)
        return err;
    for (int l = 0; l < graph->num_loops; l++)
        find_exits(graph, &graph->loops[l]);
    link_nodes(graph);
    order_nodes(graph);
    find_post_dominators(graph);
    return 0;
}

void vgpu_cc_graph_region(const struct vgpu_cc_graph *graph, int node,
                          unsigned char *region)
{
    const int end = graph->nodes[node].post_dominator;
    int *const stack = graph->stack;
    int depth = 0;

    stack[depth++] = node;
    while (depth > 0) {
        const struct vgpu_cc_node *const at = &graph->nodes[stack[--depth]];

        for (int s = 0; s < at->num_successors; s++) {
            const int to = at->successors[s];

            if (to != VGPU_CC_END && to != end && !region[to]) {
                region[to] = 1;
                stack[depth++] = to;
            }
        }
    }
}
