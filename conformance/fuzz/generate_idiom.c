/* SPDX-License-Identifier: MIT */
/* What real kernels are made of, with random parts: tree reductions, scans, tiles, and
 * pointers that walk. */
#include "generate_internal.h"

static struct expr *number(struct generator *g, wide value)
{
    return fuzz_constant(g->program, KIND_INT, value);
}

static struct expr *binary(struct generator *g, enum operator_name operator,
                           struct expr * left, struct expr *right)
{
    return fuzz_make_binary(g->program, operator, left, right);
}

static void synchronise(struct generator *g, const struct shared *shared)
{
    fuzz_emit(g, STMT_BARRIER)->sub = shared->is_global ? FENCE_GLOBAL : FENCE_LOCAL;
}

/* An element of the group's part. */
static struct expr *element(struct generator *g, const struct shared *shared,
                            struct expr *index)
{
    if (shared->base)
        index =
            fuzz_arithmetic(g, OPERATOR_ADD, fuzz_read(g->program, shared->base), index);
    return fuzz_index(g->program, fuzz_read(g->program, shared->owned.variable), index);
}

static struct expr *own(struct generator *g, const struct shared *shared)
{
    return element(g, shared, fuzz_read(g->program, g->local_item));
}

/* for (int c = from; c operator to; c step_operator step) */
static struct stmt *counted_loop(struct generator *g, int from,
                                 enum operator_name operator, int to,
                                 enum operator_name step_operator, int step,
                                 struct variable **counter_out)
{
    struct stmt *loop = fuzz_emit(g, STMT_FOR);
    struct block *outer = g->block;
    struct block aside = {0};

    g->block = &aside;
    *counter_out =
        fuzz_declare(g, "c", fuzz_scalar_type(fuzz_chance(g, 70) ? KIND_INT : KIND_UINT),
                     number(g, from));
    loop->step = fuzz_emit(g, STMT_ASSIGN);
    g->block = outer;
    loop->init = aside.stmts[0];
    (*counter_out)->is_fixed = true;
    (*counter_out)->range = (struct range){0, from > to ? from : to, 0};
    loop->value = binary(g, operator, fuzz_read(g->program, *counter_out), number(g, to));
    loop->step->sub = step_operator;
    loop->step->target = fuzz_read(g->program, *counter_out);
    loop->step->value = number(g, step);
    return loop;
}

static struct expr *combined(struct generator *g, struct expr *left, struct expr *right)
{
    static const enum operator_name operators[] = {OPERATOR_ADD, OPERATOR_SUBTRACT,
                                                   OPERATOR_XOR, OPERATOR_OR};

    return fuzz_arithmetic(g, operators[fuzz_below(g, fuzz_is_float(left->type) ? 2 : 4)],
                           left, right);
}

/* Half of the items, then a quarter, and so on. */
static void gen_reduction(struct generator *g, struct shared *shared)
{
    const int count = (int)g->launch->group_items;
    struct block *outer = g->block;
    struct variable *half;
    struct stmt *loop, *branch;
    struct expr *other;
    int top = 1;

    while (top * 2 < count)
        top *= 2;
    synchronise(g, shared);
    loop = counted_loop(g, top, OPERATOR_GREATER, 0,
                        fuzz_chance(g, 50) ? OPERATOR_SHIFT_RIGHT : OPERATOR_DIVIDE,
                        fuzz_chance(g, 50) ? 1 : 2, &half);
    if (loop->step->sub == OPERATOR_DIVIDE)
        loop->step->value = number(g, 2);
    g->block = &loop->body;
    branch = fuzz_emit(g, STMT_IF);
    other = fuzz_arithmetic(g, OPERATOR_ADD, fuzz_read(g->program, g->local_item),
                            fuzz_read(g->program, half));
    branch->value = binary(g, OPERATOR_BOTH,
                           binary(g, OPERATOR_LESS, fuzz_read(g->program, g->local_item),
                                  fuzz_read(g->program, half)),
                           binary(g, OPERATOR_LESS, other, number(g, count)));
    g->block = &branch->body;
    fuzz_assign(g, own(g, shared),
                combined(g, own(g, shared), element(g, shared, other)));
    g->block = &loop->body;
    synchronise(g, shared);
    g->block = outer;
    g->num_scope--;
    shared->state = STATE_READ;
}

/* Each item adds what lies 1, 2, 4, ... elements before. */
static void gen_scan(struct generator *g, struct shared *shared)
{
    const int count = (int)g->launch->group_items;
    const struct type type = fuzz_element_type(shared->owned.variable->type);
    const size_t scope = g->num_scope;
    struct block *outer = g->block;
    struct variable *distance, *before;
    struct expr *index, *zero;
    struct stmt *loop, *branch;

    synchronise(g, shared);
    loop = counted_loop(g, 1, OPERATOR_LESS, count, OPERATOR_MULTIPLY, 2, &distance);
    g->block = &loop->body;
    zero = fuzz_is_float(type) ? fuzz_float_constant(g->program, type.kind, 0)
                               : fuzz_constant(g->program, type.kind, 0);
    before = fuzz_declare(g, "t", type, zero);
    branch = fuzz_emit(g, STMT_IF);
    branch->value =
        binary(g, OPERATOR_GREATER_EQUAL, fuzz_read(g->program, g->local_item),
               fuzz_read(g->program, distance));
    index = binary(g, OPERATOR_SUBTRACT, fuzz_read(g->program, g->local_item),
                   fuzz_read(g->program, distance));
    g->block = &branch->body;
    fuzz_assign(g, fuzz_read(g->program, before), element(g, shared, index));
    g->block = &loop->body;
    synchronise(g, shared);
    fuzz_assign(g, own(g, shared),
                combined(g, own(g, shared), fuzz_read(g->program, before)));
    synchronise(g, shared);
    g->block = outer;
    g->num_scope = scope;
    shared->state = STATE_READ;
}

static bool is_input(const struct variable *variable)
{
    return variable->type.space == SPACE_GLOBAL && variable->type.is_const &&
           variable->type.width == 1 && variable->type.kind < KIND_RECORD &&
           variable->type.count >= 1024;
}

static void add_to_sum(struct generator *g, struct expr *value)
{
    struct expr *sum = fuzz_read(g->program, g->sum);

    value = fuzz_to_integer(g, value);
    value = fuzz_cast(g->program, CONVERT_CAST, fuzz_scalar_type(KIND_UINT), value);
    if (fuzz_chance(g, 50))
        sum = binary(g, OPERATOR_MULTIPLY, sum, number(g, 3));
    fuzz_assign(g, fuzz_read(g->program, g->sum), binary(g, OPERATOR_ADD, sum, value));
}

/* The group loads a tile, waits, and each item runs along it. */
static void gen_tiles(struct generator *g, struct shared *shared)
{
    const int count = (int)g->launch->group_items;
    struct variable *input = fuzz_choose(g, is_input), *tile, *k;
    const size_t scope = g->num_scope;
    struct block *outer = g->block;
    struct expr *index;
    struct stmt *loop, *inner;

    if (!input)
        return;
    if (shared->state != STATE_OWN)
        synchronise(g, shared);
    loop = counted_loop(g, 0, OPERATOR_LESS, 1 + (int)fuzz_below(g, 4), OPERATOR_ADD, 1,
                        &tile);
    g->block = &loop->body;
    index = fuzz_arithmetic(g, OPERATOR_MULTIPLY, fuzz_read(g->program, tile),
                            number(g, count));
    index = fuzz_arithmetic(g, OPERATOR_ADD, index, fuzz_read(g->program, g->local_item));
    index = binary(g, OPERATOR_AND, index, number(g, 1023));
    fuzz_assign(g, own(g, shared),
                fuzz_index(g->program, fuzz_read(g->program, input), index));
    synchronise(g, shared);
    inner =
        counted_loop(g, 0, OPERATOR_LESS, count < 12 ? count : 12, OPERATOR_ADD, 1, &k);
    g->block = &inner->body;
    index = fuzz_read(g->program, k);
    if (fuzz_chance(g, 40))
        index = binary(
            g, OPERATOR_REMAINDER,
            fuzz_arithmetic(g, OPERATOR_ADD, index, fuzz_read(g->program, g->local_item)),
            number(g, count));
    add_to_sum(g, element(g, shared, index));
    g->block = &loop->body;
    synchronise(g, shared);
    g->block = outer;
    g->num_scope = scope;
    shared->state = STATE_OWN;
}

void fuzz_gen_idiom(struct generator *g)
{
    static void (*const idioms[])(struct generator *,
                                  struct shared *) = {gen_reduction, gen_scan, gen_tiles};
    struct shared *shared;

    if (g->num_shared == 0 || g->work > 30 || !g->sum)
        return;
    shared = &g->shared[fuzz_below(g, (unsigned)g->num_shared)];
    if (shared->is_plane || shared->owned.map != MAP_BLOCKED ||
        shared->owned.per_item != 1 || shared->owned.variable->type.width != 1)
        return;
    idioms[fuzz_below(g, 3)](g, shared);
}

/* A pointer into one of two inputs. */
static struct expr *some_start(struct generator *g, struct variable *input, unsigned room)
{
    struct expr *start = fuzz_index(g->program, fuzz_read(g->program, input),
                                    fuzz_gen_index(g, input->type.count - room, 1));

    return fuzz_address(g->program, input->type.space, start);
}

/* q = &a[i] or &b[j]; several times: use *q, q += step, until some item has enough. */
void fuzz_gen_walk(struct generator *g)
{
    struct variable *input = fuzz_choose(g, is_input), *pointer, *count;
    const unsigned step = 1 + fuzz_below(g, 3), trips = 2 + fuzz_below(g, 8);
    const size_t scope = g->num_scope;
    struct block *outer = g->block;
    struct expr *start, *first;
    struct type type;
    struct stmt *loop, *branch, *advance;

    if (!input || !g->sum || g->work * trips > 300)
        return;
    type = input->type;
    type.count = step * trips + 1;
    start = some_start(g, input, type.count);
    if (fuzz_chance(g, 30))
        start = fuzz_condition(g->program, fuzz_gen_condition(g, 1), start,
                               some_start(g, input, type.count));
    pointer = fuzz_declare(g, "q", type, start);
    pointer->range = input->range;
    pointer->is_fixed = true;
    loop = counted_loop(g, 0, OPERATOR_LESS, (int)trips, OPERATOR_ADD, 1, &count);
    g->block = &loop->body;
    first = fuzz_index(g->program, fuzz_read(g->program, pointer), number(g, 0));
    add_to_sum(g, first);
    if (fuzz_chance(g, 60)) {
        branch = fuzz_emit(g, STMT_IF);
        branch->value = fuzz_gen_condition(g, 1);
        g->block = &branch->body;
        fuzz_emit(g, STMT_BREAK);
        g->block = &loop->body;
    }
    advance = fuzz_emit(g, STMT_ASSIGN);
    advance->target = fuzz_read(g->program, pointer);
    advance->value = fuzz_address(
        g->program, type.space,
        fuzz_index(g->program, fuzz_read(g->program, pointer), number(g, step)));
    g->block = outer;
    g->num_scope = scope;
}
