/* SPDX-License-Identifier: MIT */
/* Random control flow, random ways through it, and what a stack of immediate
 * post-dominators makes of them: written apart from what it judges. */
#include "flow.h"

#include <stdio.h>
#include <string.h>

#define BASE ((uintptr_t)1 << 40)

uint32_t flow_random(struct flow_random *random, uint32_t below)
{
    random->state = random->state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)((random->state >> 33) % below);
}

static void link_blocks(struct flow *flow, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < flow->num_successors[from]; i++)
        if (flow->successors[from][i] == to)
            return;
    if (flow->num_successors[from] < 4)
        flow->successors[from][flow->num_successors[from]++] = to;
}

/* Blocks in a row, each of which may jump anywhere, too. */
static void make_jumps(struct flow *flow, struct flow_random *random)
{
    flow->num_blocks = 2 + flow_random(random, FLOW_BLOCKS - 2);
    for (uint32_t i = 0; i + 1 < flow->num_blocks; i++) {
        const uint32_t others = flow_random(random, 10);

        link_blocks(flow, i, i + 1);
        for (uint32_t j = 0; j < (others < 4 ? 0 : others < 8 ? 1 : others - 6); j++)
            link_blocks(flow, i, flow_random(random, flow->num_blocks));
    }
}

/* A program that is being written: where control goes on, and where break, continue and
 * return lead. */
struct writer {
    struct flow *flow;
    struct flow_random *random;
    uint32_t exit;
};

#define NOWHERE UINT32_MAX

static uint32_t new_block(struct writer *writer)
{
    return writer->flow->num_blocks < FLOW_BLOCKS - 1 ? writer->flow->num_blocks++
                                                      : NOWHERE;
}

static uint32_t statements(struct writer *writer, uint32_t at, uint32_t end,
                           uint32_t again, unsigned depth);

static uint32_t branch(struct writer *writer, uint32_t at, uint32_t end, uint32_t again,
                       unsigned depth, uint32_t ways)
{
    const uint32_t join = new_block(writer);

    if (join == NOWHERE)
        return at;
    for (uint32_t i = 0; i < ways; i++) {
        const uint32_t way = new_block(writer);

        if (way == NOWHERE || flow_random(writer->random, 4) == 0) {
            link_blocks(writer->flow, at, join);
            if (way != NOWHERE)
                link_blocks(writer->flow, way, join);
            continue;
        }
        link_blocks(writer->flow, at, way);
        link_blocks(writer->flow, statements(writer, way, end, again, depth + 1), join);
    }
    link_blocks(writer->flow, at, join);
    return join;
}

static uint32_t loop(struct writer *writer, uint32_t at, unsigned depth)
{
    const uint32_t head = new_block(writer), behind = new_block(writer);
    uint32_t last;

    if (head == NOWHERE || behind == NOWHERE)
        return at;
    link_blocks(writer->flow, at, head);
    if (flow_random(writer->random, 3) > 0)
        link_blocks(writer->flow, head, behind);
    last = statements(writer, head, behind, head, depth + 1);
    if (last != head || flow_random(writer->random, 2) == 0)
        link_blocks(writer->flow, last, head);
    link_blocks(writer->flow, last, behind);
    return behind;
}

/* One that leaves: break, continue or return, taken by some. */
static uint32_t leave(struct writer *writer, uint32_t at, uint32_t to)
{
    const uint32_t next = new_block(writer);

    if (next == NOWHERE || to == NOWHERE)
        return at;
    link_blocks(writer->flow, at, to);
    link_blocks(writer->flow, at, next);
    return next;
}

static uint32_t statements(struct writer *writer, uint32_t at, uint32_t end,
                           uint32_t again, unsigned depth)
{
    const uint32_t count = 1 + flow_random(writer->random, 3);

    for (uint32_t i = 0; i < count && depth < 5; i++)
        switch (flow_random(writer->random, 8)) {
        case 0:
        case 1:
            at = branch(writer, at, end, again, depth, 1);
            break;
        case 2:
            at = branch(writer, at, end, again, depth, 2);
            break;
        case 3:
            at = branch(writer, at, end, again, depth, 3);
            break;
        case 4:
            at = loop(writer, at, depth);
            break;
        case 5:
            at = leave(writer, at, end);
            break;
        case 6:
            at = leave(writer, at, again);
            break;
        default:
            at = leave(writer, at, writer->exit);
        }
    return at;
}

static void make_structured(struct flow *flow, struct flow_random *random)
{
    struct writer writer = {flow, random, 1};
    uint32_t last;

    flow->num_blocks = 2;
    last = statements(&writer, 0, NOWHERE, NOWHERE, 0);
    link_blocks(flow, last, 1);
    /* Blocks that could not be linked end there, too. */
    for (uint32_t i = 0; i < flow->num_blocks; i++)
        if (i != 1 && flow->num_successors[i] == 0)
            link_blocks(flow, i, 1);
}

void flow_find_post_dominators(struct flow *flow)
{
    const uint32_t all = (UINT32_C(1) << flow->num_blocks) - 1;
    uint32_t after[FLOW_BLOCKS];
    bool changed = true;

    for (uint32_t i = 0; i < flow->num_blocks; i++)
        after[i] = flow->num_successors[i] ? all : UINT32_C(1) << i;
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < flow->num_blocks; i++) {
            uint32_t set = all;

            for (uint32_t j = 0; j < flow->num_successors[i]; j++)
                set &= after[flow->successors[i][j]];
            set = flow->num_successors[i] ? set | UINT32_C(1) << i : after[i];
            changed = changed || set != after[i];
            after[i] = set;
        }
    }
    for (uint32_t i = 0; i < flow->num_blocks; i++) {
        const uint32_t others = after[i] & ~(UINT32_C(1) << i);

        flow->post_dominator[i] = VGPU_TRACED_END;
        for (uint32_t j = 0; j < flow->num_blocks; j++)
            if (others >> j & 1 && after[j] == others)
                flow->post_dominator[i] = j;
    }
}

/* The successor on a shortest way to an end. */
static uint32_t way_out(const struct flow *flow, uint32_t from)
{
    uint32_t steps[FLOW_BLOCKS], best = 0;

    for (uint32_t i = 0; i < flow->num_blocks; i++)
        steps[i] = flow->num_successors[i] ? 1000 : 0;
    for (uint32_t round = 0; round < flow->num_blocks; round++)
        for (uint32_t i = 0; i < flow->num_blocks; i++)
            for (uint32_t j = 0; j < flow->num_successors[i]; j++)
                if (steps[flow->successors[i][j]] + 1 < steps[i])
                    steps[i] = steps[flow->successors[i][j]] + 1;
    for (uint32_t j = 0; j < flow->num_successors[from]; j++)
        if (steps[flow->successors[from][j]] < steps[flow->successors[from][best]])
            best = j;
    return flow->successors[from][best];
}

/* Items tend to go the way that others go. */
static void make_path(struct flow *flow, uint32_t item, struct flow_random *random,
                      uint32_t habit)
{
    const uint32_t most = 1 + flow_random(random, FLOW_STEPS - FLOW_BLOCKS - 2);
    uint32_t block = 0, length = 0;

    for (;;) {
        flow->path[item][length++] = (uint8_t)block;
        if (flow->num_successors[block] == 0)
            break;
        if (length > most)
            block = way_out(flow, block);
        else if (flow_random(random, 8) < habit)
            block = flow->successors[block]
                                    [(length * 7 + block) % flow->num_successors[block]];
        else
            block =
                flow->successors[block][flow_random(random, flow->num_successors[block])];
    }
    flow->length[item] = length;
}

void flow_make(struct flow *flow, struct flow_random *random)
{
    static const int64_t strides[] = {0, 1, 4, -4, 8, 12, 32, 128, -200, 4096};
    const uint32_t habit = flow_random(random, 8);

    memset(flow, 0, sizeof *flow);
    if (flow_random(random, 2))
        make_structured(flow, random);
    else
        make_jumps(flow, random);
    flow_find_post_dominators(flow);
    flow->num_items = flow_random(random, 2) ? FLOW_ITEMS : 1 + flow_random(random, 32);
    for (uint32_t i = 0; i < flow->num_items; i++)
        make_path(flow, i, random, habit);
    for (uint32_t i = 0; i < flow->num_blocks; i++)
        flow->stride[i] = strides[flow_random(random, sizeof strides / sizeof *strides)];
}

uintptr_t flow_address(const struct flow *flow, uint32_t block, uint32_t item)
{
    return BASE + ((uintptr_t)block << 20) + item * (uintptr_t)flow->stride[block];
}

static uint32_t count_sectors(const struct flow *flow, uint32_t block, uint32_t items)
{
    uintptr_t seen[2 * FLOW_ITEMS];
    uint32_t count = 0;

    for (uint32_t item = 0; item < FLOW_ITEMS; item++)
        for (uint32_t end = 0; end < 2 && items >> item & 1; end++) {
            const uintptr_t sector = (flow_address(flow, block, item) + end * 3) / 32;
            uint32_t i = 0;

            while (i < count && seen[i] != sector)
                i++;
            if (i == count)
                seen[count++] = sector;
        }
    return count;
}

static uint32_t population(uint32_t items)
{
    uint32_t count = 0;

    for (; items; items >>= 1)
        count += items & 1;
    return count;
}

/* Items and where each stands in its path. */
struct stack {
    const struct flow *flow;
    struct flow_counts *counts;
    uint32_t at[FLOW_ITEMS];
};

/* Runs the items, all at `block`, until they are at `meeting` or have ended. */
static uint32_t run(struct stack *stack, uint32_t items, uint32_t block, uint32_t meeting)
{
    const struct flow *const flow = stack->flow;

    while (items && block != meeting) {
        uint32_t going[FLOW_BLOCKS] = {0}, ways = 0, some = 0, met = 0;
        const uint32_t join = flow->post_dominator[block];

        stack->counts->issues[block]++;
        stack->counts->items[block] += population(items);
        stack->counts->sectors[block] += count_sectors(flow, block, items);
        for (uint32_t i = 0; i < FLOW_ITEMS; i++) {
            if (!(items >> i & 1))
                continue;
            if (++stack->at[i] == flow->length[i]) {
                items &= ~(UINT32_C(1) << i);
                continue;
            }
            some = flow->path[i][stack->at[i]];
            ways += going[some] == 0;
            going[some] |= UINT32_C(1) << i;
        }
        if (ways == 1) {
            block = some;
            continue;
        }
        if (ways > 1)
            stack->counts->divergent[block]++;
        for (uint32_t next = 0; next < flow->num_blocks; next++)
            if (going[next])
                met |= run(stack, going[next], next, join);
        items = met;
        block = join;
    }
    return items;
}

void flow_reference(const struct flow *flow, struct flow_counts *counts)
{
    struct stack stack = {.flow = flow, .counts = counts};

    memset(counts, 0, sizeof *counts);
    run(&stack, UINT32_MAX >> (FLOW_ITEMS - flow->num_items), 0, VGPU_TRACED_END);
}

void flow_print(const struct flow *flow, char *text, size_t room)
{
    size_t used = 0;

    for (uint32_t i = 0; i < flow->num_blocks && used < room; i++) {
        used += (size_t)snprintf(text + used, room - used, "%u(%d):", i,
                                 (int)flow->post_dominator[i]);
        for (uint32_t j = 0; j < flow->num_successors[i] && used < room; j++)
            used +=
                (size_t)snprintf(text + used, room - used, " %u", flow->successors[i][j]);
        if (used < room)
            used += (size_t)snprintf(text + used, room - used, "; ");
    }
}
