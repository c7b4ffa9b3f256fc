/* SPDX-License-Identifier: MIT */
/* Blocks of the compiler become blocks that are counted. */
#include "traced/graph.h"

#include <stdbool.h>
#include <string.h>

#include "context.h"

/* A block of the function. */
struct block {
    LLVMBasicBlockRef block;
    int *successors; /* different ones, past those that are empty */
    int num_successors;
    int num_predecessors, predecessor; /* of those that count; the last of them */
    bool is_empty, is_reached;
    int node; /* that it is in, or -1 */
};

struct maker {
    struct vgpu_cc_traced_graph *graph;
    struct vgpu_cc_pool *pool;
    struct vgpu_cc_index index;
    struct block *blocks;
    int num_blocks;
    int *order; /* those that are reached, callers before called: reverse postorder */
    int num_reached;
};

/* ---- blocks */

static bool does_nothing(LLVMValueRef instruction)
{
    static const char *const idle[] = {"llvm.dbg.", "llvm.lifetime."};
    LLVMValueRef called = vgpu_cc_called(instruction);
    size_t length;

    if (LLVMIsAPHINode(instruction))
        return true;
    for (size_t i = 0; called && i < sizeof idle / sizeof *idle; i++)
        if (strncmp(LLVMGetValueName2(called, &length), idle[i], strlen(idle[i])) == 0)
            return true;
    return false;
}

static bool has_only(LLVMBasicBlockRef block, LLVMValueRef end)
{
    VGPU_CC_EACH_INSTRUCTION (i, block) {
        if (i != end && !does_nothing(i))
            return false;
    }
    return true;
}

static bool is_empty(LLVMBasicBlockRef block)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(block);

    return LLVMIsABranchInst(end) && !LLVMIsConditional(end) && has_only(block, end);
}

/* The way that clang gives a switch of its own which has all its cases. Nobody goes
 * there, so nobody ends there either. */
static bool is_never_reached(LLVMBasicBlockRef block)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(block);

    return LLVMIsAUnreachableInst(end) && has_only(block, end);
}

static int successor(const struct maker *maker, int block, unsigned index)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(maker->blocks[block].block);

    return vgpu_cc_index_get(&maker->index, LLVMGetSuccessor(end, index));
}

/* Past empty blocks; a loop of nothing else is not passed. */
static int behind_empty(struct maker *maker, int block)
{
    for (int steps = 0; maker->blocks[block].is_empty; steps++) {
        if (steps > maker->num_blocks)
            maker->blocks[block].is_empty = false;
        else
            block = successor(maker, block, 0);
    }
    return block;
}

static void add_once(int *list, int *count, int value)
{
    for (int i = 0; i < *count; i++)
        if (list[i] == value)
            return;
    list[(*count)++] = value;
}

static void find_blocks(struct maker *maker, LLVMValueRef function)
{
    maker->blocks = vgpu_cc_pool_alloc(maker->pool, LLVMCountBasicBlocks(function),
                                       sizeof *maker->blocks);
    VGPU_CC_EACH_BLOCK (b, function) {
        struct block *const block = &maker->blocks[maker->num_blocks];

        block->block = b;
        block->node = -1;
        block->is_empty = maker->num_blocks > 0 && is_empty(b);
        vgpu_cc_index_set(&maker->index, b, maker->num_blocks++);
    }
}

static void find_successors(struct maker *maker, int number)
{
    struct block *const block = &maker->blocks[number];
    const unsigned count =
        LLVMGetNumSuccessors(LLVMGetBasicBlockTerminator(block->block));

    block->successors = vgpu_cc_pool_alloc(maker->pool, (size_t)count + 1, sizeof(int));
    for (unsigned i = 0; i < count; i++) {
        const int to = behind_empty(maker, successor(maker, number, i));

        if (!is_never_reached(maker->blocks[to].block))
            add_once(block->successors, &block->num_successors, to);
    }
}

/* Depth first, without recursion: kernels may be long. */
static void find_order(struct maker *maker)
{
    const size_t count = (size_t)maker->num_blocks;
    int *const stack = vgpu_cc_pool_alloc(maker->pool, count + 1, sizeof(int));
    int *const next = vgpu_cc_pool_alloc(maker->pool, count + 1, sizeof(int));
    int depth = 0, place = maker->num_blocks;

    maker->order = vgpu_cc_pool_alloc(maker->pool, count + 1, sizeof(int));
    maker->blocks[0].is_reached = true;
    find_successors(maker, 0);
    stack[depth++] = 0;
    while (depth > 0) {
        struct block *const block = &maker->blocks[stack[depth - 1]];
        int to;

        if (next[depth - 1] == block->num_successors) {
            maker->order[--place] = stack[--depth];
            continue;
        }
        to = block->successors[next[depth - 1]++];
        maker->blocks[to].num_predecessors++;
        maker->blocks[to].predecessor = stack[depth - 1];
        if (maker->blocks[to].is_reached)
            continue;
        maker->blocks[to].is_reached = true;
        find_successors(maker, to);
        next[depth] = 0;
        stack[depth++] = to;
    }
    maker->order += place;
    maker->num_reached = maker->num_blocks - place;
}

/* ---- nodes */

static bool leads(const struct maker *maker, int number)
{
    const struct block *const block = &maker->blocks[number];

    return number == 0 || block->num_predecessors != 1 ||
           maker->blocks[block->predecessor].num_successors != 1;
}

/* The node that begins with the block. */
static void make_node(struct maker *maker, int first)
{
    struct vgpu_cc_traced_node *const node =
        &maker->graph->nodes[maker->graph->num_nodes];
    int count = 1, at = first;

    while (maker->blocks[at].num_successors == 1 &&
           !leads(maker, maker->blocks[at].successors[0])) {
        at = maker->blocks[at].successors[0];
        count++;
    }
    node->blocks = vgpu_cc_pool_alloc(maker->pool, (size_t)count, sizeof *node->blocks);
    for (at = first; node->num_blocks < count; at = maker->blocks[at].successors[0]) {
        node->blocks[node->num_blocks++] = maker->blocks[at].block;
        maker->blocks[at].node = maker->graph->num_nodes;
        if (node->num_blocks == count)
            break;
    }
    node->successors = maker->blocks[at].successors;
    node->num_successors = maker->blocks[at].num_successors;
    maker->graph->num_nodes++;
}

static void make_nodes(struct maker *maker)
{
    struct vgpu_cc_traced_graph *const graph = maker->graph;

    graph->nodes =
        vgpu_cc_pool_alloc(maker->pool, (size_t)maker->num_reached, sizeof *graph->nodes);
    for (int i = 0; i < maker->num_reached; i++)
        if (leads(maker, maker->order[i]))
            make_node(maker, maker->order[i]);
    for (int n = 0; n < graph->num_nodes; n++)
        for (int i = 0; i < graph->nodes[n].num_successors; i++)
            graph->nodes[n].successors[i] =
                maker->blocks[graph->nodes[n].successors[i]].node;
}

/* ---- post-dominators: Cooper, Harvey, Kennedy, A Simple, Fast Dominance Algorithm, on
 * the graph with its edges turned round, from an end behind all ends */

struct reversed {
    const struct vgpu_cc_traced_graph *graph;
    int end;    /* the number of the node behind all ends */
    int **from; /* by node: those that it follows */
    int *num_from;
    int *order, num_ordered; /* by depth-first search from the end, in postorder */
    int *place;              /* in it; -1: does not lead to the end */
    int *dominator;
};

static void turn_round(struct reversed *r, struct vgpu_cc_pool *pool)
{
    const size_t count = (size_t)r->end + 1;

    r->from = vgpu_cc_pool_alloc(pool, count, sizeof *r->from);
    r->num_from = vgpu_cc_pool_alloc(pool, count, sizeof(int));
    for (int pass = 0; pass < 2; pass++) {
        for (int n = 0; n < r->end; n++) {
            const struct vgpu_cc_traced_node *const node = &r->graph->nodes[n];

            for (int i = 0; i < node->num_successors || i == 0; i++) {
                const int to = node->num_successors ? node->successors[i] : r->end;

                if (pass == 1)
                    r->from[to][r->num_from[to]] = n;
                r->num_from[to]++;
            }
        }
        for (size_t n = 0; pass == 0 && n < count; n++) {
            r->from[n] =
                vgpu_cc_pool_alloc(pool, (size_t)r->num_from[n] + 1, sizeof(int));
            r->num_from[n] = 0;
        }
    }
}

static void order_from_end(struct reversed *r, struct vgpu_cc_pool *pool)
{
    const size_t count = (size_t)r->end + 1;
    int *const stack = vgpu_cc_pool_alloc(pool, count, sizeof(int));
    int *const next = vgpu_cc_pool_alloc(pool, count, sizeof(int));
    bool *const seen = vgpu_cc_pool_alloc(pool, count, sizeof(bool));
    int depth = 0;

    r->order = vgpu_cc_pool_alloc(pool, count, sizeof(int));
    r->place = vgpu_cc_pool_alloc(pool, count, sizeof(int));
    memset(r->place, -1, count * sizeof(int));
    stack[depth++] = r->end;
    seen[r->end] = true;
    while (depth > 0) {
        const int n = stack[depth - 1];

        if (next[n] == r->num_from[n]) {
            r->place[n] = r->num_ordered;
            r->order[r->num_ordered++] = n;
            depth--;
        } else {
            const int to = r->from[n][next[n]++];

            if (!seen[to])
                stack[depth++] = to;
            seen[to] = true;
        }
    }
}

static int common(const struct reversed *r, int a, int b)
{
    while (a != b) {
        while (r->place[a] < r->place[b])
            a = r->dominator[a];
        while (r->place[b] < r->place[a])
            b = r->dominator[b];
    }
    return a;
}

static int dominator_of(const struct reversed *r, int n)
{
    const struct vgpu_cc_traced_node *const node = &r->graph->nodes[n];
    int found = -1;

    if (node->num_successors == 0)
        return r->end;
    for (int i = 0; i < node->num_successors; i++) {
        const int to = node->successors[i];

        if (r->dominator[to] >= 0)
            found = found < 0 ? to : common(r, found, to);
    }
    return found;
}

static void find_post_dominators(struct vgpu_cc_traced_graph *graph,
                                 struct vgpu_cc_pool *pool)
{
    struct reversed r = {.graph = graph, .end = graph->num_nodes};
    bool changes = true;

    turn_round(&r, pool);
    order_from_end(&r, pool);
    r.dominator = vgpu_cc_pool_alloc(pool, (size_t)r.end + 1, sizeof(int));
    memset(r.dominator, -1, ((size_t)r.end + 1) * sizeof(int));
    r.dominator[r.end] = r.end;
    while (changes) {
        changes = false;
        for (int i = r.num_ordered - 2; i >= 0; i--) {
            const int n = r.order[i], found = dominator_of(&r, n);

            changes |= found != r.dominator[n];
            r.dominator[n] = found;
        }
    }
    for (int n = 0; n < graph->num_nodes; n++)
        graph->nodes[n].post_dominator = r.dominator[n] == r.end ? -1 : r.dominator[n];
}

void vgpu_cc_traced_graph_make(struct vgpu_cc_traced_graph *graph, LLVMValueRef function,
                               struct vgpu_cc_pool *pool)
{
    struct maker maker = {.graph = graph, .pool = pool, .index = {.pool = pool}};

    *graph = (struct vgpu_cc_traced_graph){0};
    find_blocks(&maker, function);
    find_order(&maker);
    make_nodes(&maker);
    find_post_dominators(graph, pool);
}
