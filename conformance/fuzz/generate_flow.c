/* SPDX-License-Identifier: MIT */
/* Random branches and loops: with barriers inside, they are the same for the whole
 * group. */
#include "generate_internal.h"

enum { MAX_WORK = 300 };

/* What a nested block may do, to be put back behind it. */
struct around {
    bool is_uniform_here, in_switch;
    enum leave leave;
    unsigned work;
    enum state states[MAX_SHARED], loop_states[MAX_SHARED];
    enum atomic atomics[MAX_SHARED], loop_atomics[MAX_SHARED];
};

static void enter(struct generator *g, struct around *around, bool with_barriers)
{
    around->is_uniform_here = g->is_uniform_here;
    around->in_switch = g->in_switch;
    around->leave = g->leave;
    around->work = g->work;
    fuzz_save_states(g, around->states, around->atomics);
    for (size_t i = 0; i < g->num_shared; i++) {
        around->loop_states[i] = g->loop_states[i];
        around->loop_atomics[i] = g->loop_atomics[i];
    }
    g->is_uniform_here = g->is_uniform_here && with_barriers;
    if (!g->is_uniform_here && g->leave == LEAVE_UNIFORM)
        g->leave = LEAVE_NOT;
}

static void leave(struct generator *g, const struct around *around)
{
    g->is_uniform_here = around->is_uniform_here;
    g->in_switch = around->in_switch;
    g->leave = around->leave;
    g->work = around->work;
    for (size_t i = 0; i < g->num_shared; i++) {
        g->loop_states[i] = around->loop_states[i];
        g->loop_atomics[i] = around->loop_atomics[i];
    }
}

/* A block after which shared memory is as it was before. */
static void body(struct generator *g, const struct around *around, struct block *block)
{
    struct block *outer = g->block;

    fuzz_gen_body(g, block, 1 + fuzz_below(g, 5));
    g->block = block;
    fuzz_restore_states(g, around->states, around->atomics);
    g->block = outer;
}

static struct expr *uniform_condition(struct generator *g)
{
    struct expr *condition;

    g->only_uniform = true;
    condition = fuzz_gen_condition(g, 1 + fuzz_below(g, 2));
    g->only_uniform = false;
    return condition->is_uniform ? condition : fuzz_constant(g->program, KIND_INT, 1);
}

static struct expr *some_condition(struct generator *g, bool is_uniform)
{
    return is_uniform ? uniform_condition(g)
                      : fuzz_gen_condition(g, 1 + fuzz_below(g, 3));
}

void fuzz_gen_if(struct generator *g, bool with_barriers)
{
    struct expr *condition = some_condition(g, with_barriers);
    struct stmt *stmt = fuzz_emit(g, STMT_IF);
    struct around around;

    stmt->value = condition;
    enter(g, &around, with_barriers);
    body(g, &around, &stmt->body);
    if (fuzz_chance(g, 45))
        body(g, &around, &stmt->other);
    leave(g, &around);
}

static void enter_loop(struct generator *g, struct around *around, bool with_barriers,
                       unsigned trips)
{
    enter(g, around, with_barriers);
    g->work *= trips;
    g->in_switch = false;
    g->leave = with_barriers ? LEAVE_UNIFORM : LEAVE_DIVERGENT;
    fuzz_save_states(g, g->loop_states, g->loop_atomics);
}

/* At most `trips`. */
static struct expr *bound(struct generator *g, bool is_uniform, unsigned trips)
{
    struct expr *value;

    if (fuzz_chance(g, 30))
        return fuzz_constant(g->program, KIND_INT, trips);
    g->only_uniform = is_uniform;
    value = fuzz_gen_integer(g, 1 + fuzz_below(g, 2));
    g->only_uniform = false;
    if (is_uniform && !value->is_uniform)
        return fuzz_constant(g->program, KIND_INT, trips);
    if (value->range.lo >= 0 && value->range.hi <= trips)
        return value;
    if (fuzz_scalars[value->type.kind].is_signed)
        value = fuzz_cast(g->program, CONVERT_CAST, fuzz_scalar_type(KIND_UINT), value);
    return fuzz_make_binary(g->program, OPERATOR_REMAINDER, value,
                            fuzz_constant(g->program, KIND_UINT, trips + 1));
}

static void step_by(struct generator *g, struct stmt *stmt, struct variable *counter,
                    enum operator_name operator, unsigned step)
{
    struct block aside = {0};
    struct block *outer = g->block;

    g->block = &aside;
    stmt->step = fuzz_emit(g, STMT_ASSIGN);
    g->block = outer;
    stmt->step->sub = operator;
    stmt->step->target = fuzz_read(g->program, counter);
    stmt->step->value = fuzz_constant(g->program, KIND_INT, step);
}

static struct variable *counter_for(struct generator *g, struct stmt *stmt,
                                    struct expr *start, bool is_uniform, unsigned trips)
{
    static const enum kind kinds[] = {KIND_INT,  KIND_INT,   KIND_INT,   KIND_UINT,
                                      KIND_LONG, KIND_ULONG, KIND_SHORT, KIND_UCHAR};
    struct block aside = {0};
    struct block *outer = g->block;
    struct variable *counter;

    g->block = &aside;
    counter = fuzz_declare(g, "i", fuzz_scalar_type(kinds[fuzz_below(g, 8)]), start);
    g->block = outer;
    stmt->init = aside.stmts[0];
    counter->is_fixed = true;
    counter->is_uniform = is_uniform;
    /* while the body runs; after the last step it may lie outside */
    counter->range = (struct range){0, trips, 0};
    return counter;
}

static void gen_for(struct generator *g, bool with_barriers, unsigned trips)
{
    const bool is_down = fuzz_chance(g, 25);
    const size_t scope = g->num_scope;
    struct expr *end = bound(g, with_barriers, trips);
    struct stmt *stmt = fuzz_emit(g, STMT_FOR);
    struct variable *counter =
        counter_for(g, stmt, is_down ? end : fuzz_constant(g->program, KIND_INT, 0),
                    with_barriers, trips);
    const unsigned step = is_down || fuzz_chance(g, 75) ? 1 : 2 + fuzz_below(g, 2);
    struct around around;

    stmt->value =
        fuzz_make_binary(g->program, is_down ? OPERATOR_GREATER : OPERATOR_LESS,
                         fuzz_read(g->program, counter),
                         is_down ? fuzz_constant(g->program, KIND_INT, 0) : end);
    step_by(g, stmt, counter, is_down ? OPERATOR_SUBTRACT : OPERATOR_ADD, step);
    enter_loop(g, &around, with_barriers, trips);
    body(g, &around, &stmt->body);
    leave(g, &around);
    g->num_scope = scope;
}

/* while and do count as well, so that they end. */
static void gen_while(struct generator *g, bool with_barriers, unsigned trips)
{
    const bool is_do = fuzz_chance(g, 50);
    struct variable *counter = fuzz_declare(g, "n", fuzz_scalar_type(KIND_INT),
                                            fuzz_constant(g->program, KIND_INT, 0));
    struct expr *below =
        fuzz_make_binary(g->program, OPERATOR_LESS, fuzz_read(g->program, counter),
                         fuzz_constant(g->program, KIND_INT, trips));
    struct expr *condition;
    struct stmt *stmt, *count;
    struct around around;

    counter->is_fixed = true;
    counter->is_uniform = with_barriers;
    counter->range = (struct range){0, trips, 0};
    condition = some_condition(g, with_barriers);
    stmt = fuzz_emit(g, is_do ? STMT_DO : STMT_WHILE);
    stmt->value = fuzz_make_binary(g->program, OPERATOR_BOTH, below, condition);
    enter_loop(g, &around, with_barriers, trips);
    count = fuzz_allocate(g->program, sizeof *count);
    count->op = STMT_ASSIGN;
    count->sub = OPERATOR_ADD;
    count->target = fuzz_read(g->program, counter);
    count->value = fuzz_constant(g->program, KIND_INT, 1);
    fuzz_block_add(g->program, &stmt->body, count);
    body(g, &around, &stmt->body);
    leave(g, &around);
}

void fuzz_gen_loop(struct generator *g, bool with_barriers)
{
    unsigned trips = 1 + fuzz_below(g, fuzz_chance(g, 15) ? 40 : 7);

    if (g->work >= MAX_WORK)
        return;
    if (g->work * trips > MAX_WORK)
        trips = MAX_WORK / g->work;
    if (fuzz_chance(g, 65))
        gen_for(g, with_barriers, trips);
    else
        gen_while(g, with_barriers, trips);
}

void fuzz_gen_switch(struct generator *g, bool with_barriers)
{
    const unsigned cases = 2 + fuzz_below(g, 4);
    struct expr *selector = bound(g, with_barriers, cases);
    struct stmt *stmt = fuzz_emit(g, STMT_SWITCH);
    const unsigned otherwise = fuzz_below(g, cases + 2);
    struct around around;

    stmt->value = selector;
    stmt->num_cases = cases;
    stmt->cases = fuzz_allocate(g->program, cases * sizeof *stmt->cases);
    enter(g, &around, with_barriers);
    g->in_switch = true;
    for (unsigned i = 0; i < cases; i++) {
        stmt->cases[i].value = i;
        stmt->cases[i].is_default = i == otherwise;
        stmt->cases[i].falls_through = fuzz_chance(g, 25);
        body(g, &around, &stmt->cases[i].body);
    }
    leave(g, &around);
}

/* if (...) break, continue or return */
void fuzz_gen_leave(struct generator *g)
{
    const bool may_leave_loop =
        g->leave == LEAVE_DIVERGENT || (g->leave == LEAVE_UNIFORM && fuzz_same_states(g));
    const bool is_uniform = g->leave == LEAVE_UNIFORM;
    enum stmt_op op = fuzz_chance(g, 50) && !g->in_switch ? STMT_BREAK : STMT_CONTINUE;
    struct stmt *stmt, *inner;
    struct expr *condition;

    if (!may_leave_loop || (g->may_return && fuzz_chance(g, 25))) {
        /* a whole group may go before a barrier */
        if (!g->may_return &&
            !(g->function->is_kernel && g->is_uniform_here && fuzz_chance(g, 40)))
            return;
        op = STMT_RETURN;
    }
    condition = some_condition(g, op == STMT_RETURN ? !g->may_return : is_uniform);
    stmt = fuzz_emit(g, STMT_IF);
    stmt->value = condition;
    inner = fuzz_allocate(g->program, sizeof *inner);
    inner->op = op;
    if (op == STMT_RETURN && g->function->result.kind != KIND_VOID)
        inner->value = fuzz_fit(g, g->function->result, g->function->range,
                                fuzz_gen_value(g, g->function->result, 1));
    fuzz_block_add(g->program, &stmt->body, inner);
}
