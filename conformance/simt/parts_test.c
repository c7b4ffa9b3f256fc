/* SPDX-License-Identifier: MIT */
/* Parts of a sub-group, against a stack of immediate post-dominators. */
#include "flow.h"
#include "watched.h"

#include "vgpu_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which of the blocks that items have come to lock-step code runs next. */
enum order { LOWEST, HIGHEST, RANDOM, ORDERS };

struct tables {
    struct vgpu_traced_table table;
    struct vgpu_traced_block blocks[FLOW_BLOCKS];
    struct vgpu_traced_site sites[FLOW_BLOCKS];
};

static void make_tables(struct tables *tables, const struct flow *flow)
{
    memset(tables, 0, sizeof *tables);
    for (uint32_t i = 0; i < flow->num_blocks; i++) {
        tables->blocks[i].post_dominator = flow->post_dominator[i];
        tables->blocks[i].num_successors = flow->num_successors[i];
        tables->sites[i] =
            (struct vgpu_traced_site){.block = i, .space = VGPU_TRACED_GLOBAL, .size = 4};
    }
    tables->table.num_blocks = tables->table.num_sites = flow->num_blocks;
    tables->table.blocks = tables->blocks;
    tables->table.sites = tables->sites;
}

static uint32_t choose(const uint32_t *pending, uint32_t count, enum order order,
                       struct flow_random *random)
{
    const uint32_t from = order == RANDOM ? flow_random(random, count) : 0;

    for (uint32_t i = 0; i < count; i++) {
        const uint32_t block = order == HIGHEST ? count - 1 - i : (from + i) % count;

        if (pending[block])
            return block;
    }
    return count;
}

static void access_memory(struct watched *watched, const struct flow *flow,
                          uint32_t block, uint32_t items, bool even)
{
    uintptr_t addresses[FLOW_ITEMS];

    for (uint32_t i = 0; i < FLOW_ITEMS; i++)
        addresses[i] = flow_address(flow, block, i);
    if (even)
        watched->calls->even(&watched->row.code, block, items, addresses[0],
                             flow->stride[block], NULL);
    else
        watched->calls->any(&watched->row.code, block, items, addresses, NULL);
}

/* What lock-step code does: runs a block with all who have come to it. */
static void run_lockstep(struct watched *watched, const struct flow *flow,
                         enum order order, struct flow_random *random)
{
    uint32_t pending[FLOW_BLOCKS] = {0}, at[FLOW_ITEMS] = {0}, block;

    pending[0] = UINT32_MAX >> (FLOW_ITEMS - flow->num_items);
    while ((block = choose(pending, flow->num_blocks, order, random)) <
           flow->num_blocks) {
        const uint32_t items = pending[block];

        pending[block] = 0;
        watched_block(watched, block, items);
        access_memory(watched, flow, block, items, flow_random(random, 2));
        for (uint32_t i = 0; i < FLOW_ITEMS; i++)
            if (items >> i & 1 && ++at[i] < flow->length[i])
                pending[flow->path[i][at[i]]] |= UINT32_C(1) << i;
    }
}

static bool is_same(const struct watched *watched, const struct flow *flow,
                    const struct flow_counts *expected)
{
    const struct vgpu_traced_counts *const counts = watched->counts;

    for (uint32_t i = 0; i < flow->num_blocks; i++)
        if (counts->blocks[i].issues != expected->issues[i] ||
            counts->blocks[i].items != expected->items[i] ||
            counts->divergent[i] != expected->divergent[i] ||
            counts->sites[i].memory.requests != expected->issues[i] ||
            counts->sites[i].memory.sectors != expected->sectors[i])
            return false;
    return counts->cut_short == 0;
}

static void explain(uint64_t seed, enum order order, const struct watched *watched,
                    const struct flow *flow, const struct flow_counts *expected)
{
    char text[2048], line[256];

    flow_print(flow, text, sizeof text);
    VGPU_FAIL("seed %llu, order %d, %u items: %s", (unsigned long long)seed, order,
              flow->num_items, text);
    for (uint32_t i = 0; i < flow->num_blocks; i++) {
        const struct vgpu_traced_count *const count = &watched->counts->blocks[i];

        snprintf(line, sizeof line,
                 "block %u: issues %llu, not %llu; items %llu, not %llu; divergent %llu, "
                 "not %llu; sectors %llu, not %llu",
                 i, (unsigned long long)count->issues,
                 (unsigned long long)expected->issues[i],
                 (unsigned long long)count->items, (unsigned long long)expected->items[i],
                 (unsigned long long)watched->counts->divergent[i],
                 (unsigned long long)expected->divergent[i],
                 (unsigned long long)watched->counts->sites[i].memory.sectors,
                 (unsigned long long)expected->sectors[i]);
        VGPU_FAIL("%s", line);
    }
}

static bool is_right(uint64_t seed)
{
    struct flow_random random = {seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
    static struct flow flow;
    static struct flow_counts expected;
    static struct tables tables;
    static struct watched watched;
    bool right = true;

    flow_make(&flow, &random);
    flow_reference(&flow, &expected);
    make_tables(&tables, &flow);
    for (enum order order = 0; order < ORDERS && right; order++) {
        watched_start(&watched, &tables.table,
                      UINT32_MAX >> (FLOW_ITEMS - flow.num_items), NULL);
        run_lockstep(&watched, &flow, order, &random);
        watched_end(&watched);
        right = is_same(&watched, &flow, &expected);
        if (!right)
            explain(seed, order, &watched, &flow, &expected);
        watched_fini(&watched);
    }
    return right;
}

/* SIMT_FUZZ=SEED:COUNT for more of them, or one again. */
VGPU_UNIT_TEST(parts, are_those_of_a_stack_of_post_dominators_in_any_control_flow)
{
    const char *const text = getenv("SIMT_FUZZ");
    unsigned long long seed = 1, count = 1500;

    if (text)
        ASSERT_EQ(2, sscanf(text, "%llu:%llu", &seed, &count));
    for (uint64_t i = seed; i < seed + count; i++)
        if (!is_right(i))
            return;
}

/* Block 1 begins a loop, of which items leave from 3 only; 2 goes back before that. */
static void make_lagging(struct flow *flow)
{
    static const uint32_t successors[][4] = {{1}, {2, 3}, {1}, {1, 4}};

    memset(flow, 0, sizeof *flow);
    flow->num_blocks = 5;
    memcpy(flow->successors, successors, sizeof successors);
    for (uint32_t i = 0; i < 4; i++)
        flow->num_successors[i] = i == 1 || i == 3 ? 2 : 1;
    flow_find_post_dominators(flow);
}

VGPU_UNIT_TEST(parts, that_lag_too_far_behind_are_no_longer_waited_for)
{
    enum { ROUNDS = 50000 };
    static struct flow flow;
    static struct tables tables;
    static struct watched watched;

    make_lagging(&flow);
    make_tables(&tables, &flow);
    EXPECT_EQ(3, flow.post_dominator[1]);
    watched_start(&watched, &tables.table, UINT32_MAX, NULL);
    watched_block(&watched, 0, UINT32_MAX);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        watched_block(&watched, 1, UINT32_MAX);
        watched_block(&watched, 3, UINT32_MAX - 1);
        access_memory(&watched, &flow, 3, UINT32_MAX - 1, i % 2);
        watched_block(&watched, 2, 1);
    }
    watched_block(&watched, 1, 1);
    watched_block(&watched, 3, 1);
    watched_block(&watched, 4, UINT32_MAX);
    watched_end(&watched);
    EXPECT_GE(watched.counts->cut_short, 1);
    EXPECT_EQ(32 * ROUNDS + 1, watched.counts->blocks[1].items);
    EXPECT_EQ(31 * ROUNDS + 1, watched.counts->blocks[3].items);
    EXPECT_EQ(31 * ROUNDS, watched.counts->sites[3].memory.items);
    EXPECT_EQ(32, watched.counts->blocks[4].items);
    watched_fini(&watched);
}
