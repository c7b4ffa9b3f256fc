/* SPDX-License-Identifier: MIT */
/* Random use of memory that a group shares: between two barriers each array is written
 * by the owners of its elements, or read by all, or the target of one atomic operation.
 */
#include "generate_internal.h"

void fuzz_save_states(const struct generator *g, enum state *states, enum atomic *atomics)
{
    for (size_t i = 0; i < g->num_shared; i++) {
        states[i] = g->shared[i].state;
        atomics[i] = g->shared[i].atomic;
    }
}

static bool is_as(const struct shared *shared, enum state state, enum atomic atomic)
{
    return shared->state == state && (state != STATE_ATOMIC || shared->atomic == atomic);
}

bool fuzz_same_states(const struct generator *g)
{
    for (size_t i = 0; i < g->num_shared; i++)
        if (!is_as(&g->shared[i], g->loop_states[i], g->loop_atomics[i]))
            return false;
    return true;
}

void fuzz_restore_states(struct generator *g, const enum state *states,
                         const enum atomic *atomics)
{
    unsigned fences = 0;

    for (size_t i = 0; i < g->num_shared; i++) {
        if (!is_as(&g->shared[i], states[i], atomics[i]))
            fences |= g->shared[i].is_global ? FENCE_GLOBAL : FENCE_LOCAL;
        g->shared[i].state = states[i];
        g->shared[i].atomic = atomics[i];
    }
    if (fences)
        fuzz_emit(g, STMT_BARRIER)->sub = fences;
}

static void change_state(struct generator *g, struct shared *shared)
{
    const unsigned dice = fuzz_below(g, 100);

    if (shared->takes_atomics && dice < 25) {
        shared->state = STATE_ATOMIC;
        shared->atomic = (enum atomic)(ATOMIC_ADD + fuzz_below(g, NUM_ATOMICS - 1));
    } else if (shared->state == STATE_READ) {
        shared->state = dice < 80 ? STATE_OWN : STATE_READ;
    } else {
        shared->state = dice < 90 ? STATE_READ : STATE_OWN;
    }
}

void fuzz_gen_barrier(struct generator *g)
{
    const unsigned fences = fuzz_chance(g, 60)   ? FENCE_LOCAL
                            : fuzz_chance(g, 60) ? FENCE_LOCAL | FENCE_GLOBAL
                                                 : FENCE_GLOBAL;

    fuzz_emit(g, STMT_BARRIER)->sub = fences;
    for (size_t i = 0; i < g->num_shared; i++)
        if (fences & (g->shared[i].is_global ? FENCE_GLOBAL : FENCE_LOCAL))
            change_state(g, &g->shared[i]);
}

static const struct target *sums(const struct generator *g)
{
    for (size_t i = 0; i < g->num_targets; i++)
        if (g->targets[i].atomic == ATOMIC_ADD)
            return &g->targets[i];
    return NULL;
}

/* Which item gets which ticket is open, so all do the same with theirs. */
static void emit_ticket(struct generator *g, struct expr *element)
{
    const struct target *sum = sums(g);
    struct stmt *stmt;

    if (!sum)
        return;
    stmt = fuzz_emit(g, STMT_ATOMIC);
    stmt->sub = ATOMIC_TICKET;
    stmt->target = element;
    stmt->extra = fuzz_index(g->program, fuzz_read(g->program, sum->variable),
                             fuzz_constant(g->program, KIND_INT, 1));
    stmt->value = fuzz_constant(g->program, sum->variable->type.kind, 5);
}

static void emit_atomic(struct generator *g, struct expr *element, enum atomic atomic)
{
    struct expr *value;
    struct stmt *stmt;

    if (atomic == ATOMIC_TICKET) {
        emit_ticket(g, element);
        return;
    }
    value = fuzz_gen_value(g, element->type, 1 + fuzz_below(g, 2));
    stmt = fuzz_emit(g, STMT_ATOMIC);
    stmt->sub = atomic;
    stmt->form = fuzz_chance(g, 15) ? FORM_EXCHANGE : FORM_CALL;
    stmt->target = element;
    stmt->value = value;
}

void fuzz_gen_atomic(struct generator *g)
{
    const struct target *target;
    struct expr *element;

    if (g->num_targets == 0)
        return;
    target = &g->targets[fuzz_below(g, (unsigned)g->num_targets)];
    element = fuzz_index(g->program, fuzz_read(g->program, target->variable),
                         fuzz_gen_index(g, target->variable->type.count, 2));
    emit_atomic(g, element, target->atomic);
}

void fuzz_gen_shared(struct generator *g)
{
    const struct shared *shared;
    struct expr *value;

    if (g->num_shared == 0)
        return;
    shared = &g->shared[fuzz_below(g, (unsigned)g->num_shared)];
    if (shared->state == STATE_OWN) {
        fuzz_store_into(g, fuzz_own_element(g, &shared->owned, shared),
                        1 + fuzz_below(g, 3));
    } else if (shared->state == STATE_ATOMIC) {
        emit_atomic(g, fuzz_any_element(g, shared, 1), shared->atomic);
    } else {
        value = fuzz_any_element(g, shared, 2);
        fuzz_declare(g, "x", value->type,
                     fuzz_fit(g, value->type, shared->owned.variable->range, value));
    }
}
