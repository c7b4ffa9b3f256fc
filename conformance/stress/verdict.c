/* SPDX-License-Identifier: MIT */
/* Compares what the kernels and reads left behind with the model. */
#include "stress.h"

/* The tick that the node ended after. */
static uint32_t judge(struct node *node)
{
    const struct record *record = &node->round->records[node->id];
    uint32_t begin_after = 0;

    if (node->is_judged)
        return node->ended_after;
    node->is_judged = true;
    for (size_t i = 0; i < node->num_before; i++) {
        const uint32_t tick = judge(node->before[i]);
        if (tick > begin_after)
            begin_after = tick;
    }
    node->ended_after = begin_after;
    if (!node->leaves_record)
        return begin_after;
    if (record->items != (node->fails ? 0 : node->items))
        stress_fail("node %u: %u of %u work-items ran, and it %s", node->id,
                    record->items, node->items, node->fails ? "fails" : "does not fail");
    if (record->items == 0)
        return begin_after;
    if (record->first < begin_after)
        stress_fail("node %u began at tick %u, before %u", node->id, record->first,
                    begin_after);
    node->ended_after = record->last + 1;
    return node->ended_after;
}

static void judge_reading(const struct reading *reading)
{
    if (reading->node->fails)
        return;
    for (uint32_t i = 0; i < reading->words; i++)
        if (reading->got[i] != reading->expected[i])
            stress_fail("node %u read %u at %u of %u, not %u", reading->node->id,
                        reading->got[i], i, reading->words, reading->expected[i]);
}

void stress_judge(struct round *round)
{
    if (atomic_load(&round->buffers_made) != atomic_load(&round->buffers_gone))
        stress_fail("%u of %u buffers are gone", atomic_load(&round->buffers_gone),
                    atomic_load(&round->buffers_made));
    for (unsigned t = 0; t < round->num_threads; t++) {
        struct plan *plan = &round->plans[t];

        for (size_t i = 0; i < plan->num_nodes; i++) {
            struct node *node = plan->nodes[i];
            judge(node);
            if (atomic_load(&node->called) != node->callbacks)
                stress_fail("node %u: %u of %u callbacks were called", node->id,
                            atomic_load(&node->called), node->callbacks);
        }
        for (struct reading *reading = plan->readings; reading; reading = reading->next)
            judge_reading(reading);
    }
}
