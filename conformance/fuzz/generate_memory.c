/* SPDX-License-Identifier: MIT */
/* Random places: which elements a work-item may read or write, and in what words. */
#include "generate_internal.h"

static bool is_power_of_2(unsigned n)
{
    return (n & (n - 1)) == 0;
}

static struct expr *number(struct generator *g, wide value)
{
    return fuzz_constant(g->program, fuzz_chance(g, 80) ? KIND_INT : KIND_UINT, value);
}

/* An id, or where only what is uniform may be said, a group's. */
static struct expr *some_id(struct generator *g)
{
    const unsigned d = fuzz_below(g, g->launch->dimensions);

    if (g->only_uniform)
        return fuzz_read(g->program, g->group);
    switch (fuzz_below(g, 5)) {
    case 0:
        return fuzz_read(g->program, g->local_item);
    case 1:
        return fuzz_read(g->program, g->global_ids[d]);
    case 2:
        return fuzz_read(g->program, g->local_ids[d]);
    default:
        return fuzz_read(g->program, g->global_item);
    }
}

static bool is_counter(const struct variable *variable)
{
    return variable->is_fixed && variable->type.width == 1 && !variable->type.count &&
           variable->type.space == SPACE_NONE && fuzz_is_integer(variable->type) &&
           variable->range.lo >= 0 && variable->range.hi <= 64;
}

/* What real kernels write: i, i + 3, 2 * i + 1, n - 1 - i, y * w + x */
static struct expr *affine(struct generator *g, unsigned count)
{
    struct expr *index = some_id(g);
    static const unsigned factors[] = {2, 2, 3, 4, 8, 16, 17};
    struct variable *counter = fuzz_chance(g, 35) ? fuzz_choose(g, is_counter) : NULL;
    struct expr *steps;

    if (fuzz_chance(g, 35))
        index = fuzz_arithmetic(g, OPERATOR_MULTIPLY, index,
                                number(g, factors[fuzz_below(g, 7)]));
    if (fuzz_chance(g, 20))
        index = fuzz_arithmetic(g, OPERATOR_ADD, index, some_id(g));
    if (counter) {
        steps = fuzz_read(g->program, counter);
        if (fuzz_chance(g, 50))
            steps = fuzz_arithmetic(g, OPERATOR_MULTIPLY, steps,
                                    number(g, factors[fuzz_below(g, 7)]));
        index = fuzz_arithmetic(g, OPERATOR_ADD, index, steps);
    }
    if (fuzz_chance(g, 15))
        return fuzz_arithmetic(g, OPERATOR_SUBTRACT, number(g, count - 1), index);
    if (fuzz_chance(g, 50))
        index = fuzz_arithmetic(g, fuzz_chance(g, 70) ? OPERATOR_ADD : OPERATOR_SUBTRACT,
                                index, number(g, fuzz_below(g, 6)));
    return index;
}

struct expr *fuzz_gen_index(struct generator *g, unsigned count, unsigned depth)
{
    struct expr *index =
        fuzz_chance(g, 60) ? affine(g, count) : fuzz_gen_integer(g, depth);

    if (g->only_uniform && !index->is_uniform)
        index = number(g, fuzz_below(g, count));
    if (index->range.lo >= 0 && index->range.hi < count)
        return index;
    if (is_power_of_2(count) && fuzz_chance(g, 80))
        return fuzz_make_binary(g->program, OPERATOR_AND, index, number(g, count - 1));
    if (fuzz_scalars[index->type.kind].is_signed)
        index = fuzz_cast(g->program, CONVERT_CAST, fuzz_scalar_type(KIND_UINT), index);
    return fuzz_make_binary(g->program, OPERATOR_REMAINDER, index,
                            fuzz_constant(g->program, KIND_UINT, count));
}

struct expr *fuzz_leaf_of_record(struct generator *g, struct expr *record)
{
    const unsigned which = fuzz_below(g, record->type.record->num_fields);
    struct expr *field = fuzz_field(g->program, record, which);

    if (field->type.count)
        field = fuzz_index(g->program, field, fuzz_gen_index(g, field->type.count, 0));
    return field;
}

static bool is_readable(const struct variable *variable)
{
    const struct type type = variable->type;

    if (type.space != SPACE_NONE)
        return type.is_const || type.space == SPACE_PRIVATE;
    return type.count && (variable->home != SPACE_LOCAL);
}

/* a[i - 1] where there is one, else something else. */
static struct expr *neighbour(struct generator *g, struct variable *array)
{
    struct variable *id = fuzz_chance(g, 50)
                              ? g->global_item
                              : g->global_ids[fuzz_below(g, g->launch->dimensions)];
    const unsigned by = 1 + fuzz_below(g, 4);
    const bool is_before = fuzz_chance(g, 60);
    struct expr *i = fuzz_read(g->program, id), *condition, *index, *element, *otherwise;

    if (id->range.hi >= array->type.count || by >= array->type.count || g->only_uniform)
        return NULL;
    condition =
        fuzz_make_binary(g->program, is_before ? OPERATOR_GREATER_EQUAL : OPERATOR_LESS,
                         i, number(g, is_before ? by : array->type.count - by));
    index = fuzz_make_binary(g->program, is_before ? OPERATOR_SUBTRACT : OPERATOR_ADD, i,
                             number(g, by));
    element = fuzz_index(g->program, fuzz_read(g->program, array), index);
    if (element->type.width > 1 || element->type.kind == KIND_RECORD)
        return NULL;
    otherwise = fuzz_is_float(element->type)
                    ? fuzz_float_constant(g->program, element->type.kind, 3)
                    : fuzz_constant(g->program, element->type.kind, fuzz_below(g, 9));
    return fuzz_condition(g->program, condition, element, otherwise);
}

struct expr *fuzz_gen_load(struct generator *g, unsigned depth)
{
    const unsigned below = depth ? depth - 1 : 0;
    struct variable *variable;
    struct expr *element;

    if (g->num_shared && fuzz_chance(g, 25)) {
        const struct shared *shared = &g->shared[fuzz_below(g, (unsigned)g->num_shared)];

        if (shared->state == STATE_READ)
            return fuzz_any_element(g, shared, below);
        if (shared->state == STATE_OWN && !g->only_uniform)
            return fuzz_own_element(g, &shared->owned, shared);
    }
    if (g->num_owned && !g->only_uniform && fuzz_chance(g, 15))
        return fuzz_own_element(g, &g->owned[fuzz_below(g, (unsigned)g->num_owned)],
                                NULL);
    variable = fuzz_choose(g, is_readable);
    if (!variable)
        return fuzz_constant(g->program, KIND_INT, fuzz_below(g, 100));
    if (variable->type.space == SPACE_GLOBAL && fuzz_chance(g, 20)) {
        element = neighbour(g, variable);
        if (element)
            return element;
    }
    element = fuzz_read(g->program, variable);
    if (variable->type.rows)
        element = fuzz_index(g->program, element,
                             fuzz_gen_index(g, variable->type.rows, below));
    return fuzz_index(g->program, element,
                      fuzz_gen_index(g, variable->type.count, below));
}

/* i * k + c, in the words of the type that i has. */
static struct expr *combine(struct generator *g, struct expr *i, unsigned k, unsigned c)
{
    if (k > 1)
        i = fuzz_arithmetic(g, OPERATOR_MULTIPLY, i, number(g, k));
    if (c > 0)
        i = fuzz_arithmetic(g, OPERATOR_ADD, i, number(g, c));
    return i;
}

/* The item's first dimension runs along columns. */
static struct expr *transposed(struct generator *g, bool is_local)
{
    struct variable *const *ids = is_local ? g->local_ids : g->global_ids;
    wide size[MAX_DIMENSIONS];
    struct expr *index;

    for (unsigned d = 0; d < MAX_DIMENSIONS; d++)
        size[d] = (wide)(g->launch->local[d] * (is_local ? 1 : g->launch->groups[d]));
    index = fuzz_read(g->program, ids[0]);
    if (g->launch->dimensions > 1) {
        index = fuzz_arithmetic(g, OPERATOR_MULTIPLY, index, number(g, size[1]));
        index = fuzz_arithmetic(g, OPERATOR_ADD, index, fuzz_read(g->program, ids[1]));
    }
    if (g->launch->dimensions > 2)
        index = fuzz_arithmetic(g, OPERATOR_ADD, index,
                                fuzz_arithmetic(g, OPERATOR_MULTIPLY,
                                                fuzz_read(g->program, ids[2]),
                                                number(g, size[0] * size[1])));
    return index;
}

static struct expr *own_index(struct generator *g, const struct owned *owned,
                              bool is_local, unsigned c)
{
    const unsigned n = (unsigned)(is_local ? g->launch->group_items : g->launch->items);
    const unsigned k = owned->per_item;
    struct expr *i = fuzz_read(g->program, is_local ? g->local_item : g->global_item);

    switch (owned->map) {
    case MAP_STRIDED:
        return combine(g, i, 1, c * n);
    case MAP_REVERSED:
        i = fuzz_arithmetic(g, OPERATOR_SUBTRACT, number(g, n - 1), i);
        return combine(g, i, k, c);
    case MAP_ROTATED:
        i = fuzz_arithmetic(g, OPERATOR_ADD, i, number(g, 5));
        i = fuzz_make_binary(g->program, OPERATOR_REMAINDER, i, number(g, n));
        return combine(g, i, k, c);
    case MAP_PERMUTED:
        i = fuzz_index(g->program, fuzz_read(g->program, g->permutation), i);
        return combine(g, i, k, c);
    case MAP_TRANSPOSED:
        return combine(g, transposed(g, is_local), k, c);
    default:
        return combine(g, i, k, c);
    }
}

/* Row and column of a plane. */
static struct expr *own_cell(struct generator *g, const struct shared *shared)
{
    struct expr *row = fuzz_read(g->program, g->local_ids[1]);

    if (g->launch->dimensions > 2)
        row = fuzz_arithmetic(g, OPERATOR_ADD, row,
                              fuzz_arithmetic(g, OPERATOR_MULTIPLY,
                                              fuzz_read(g->program, g->local_ids[2]),
                                              number(g, (wide)g->launch->local[1])));
    row = fuzz_index(g->program, fuzz_read(g->program, shared->owned.variable), row);
    return fuzz_index(g->program, row, fuzz_read(g->program, g->local_ids[0]));
}

struct expr *fuzz_own_component(struct generator *g, const struct owned *owned,
                                const struct shared *shared, unsigned c)
{
    struct expr *index;

    if (shared && shared->is_plane)
        return own_cell(g, shared);
    index = own_index(g, owned, shared != NULL, c);
    if (shared && shared->base)
        index =
            fuzz_arithmetic(g, OPERATOR_ADD, fuzz_read(g->program, shared->base), index);
    return fuzz_index(g->program, fuzz_read(g->program, owned->variable), index);
}

struct expr *fuzz_own_element(struct generator *g, const struct owned *owned,
                              const struct shared *shared)
{
    return fuzz_own_component(g, owned, shared, fuzz_below(g, owned->per_item));
}

struct expr *fuzz_own_vector_offset(struct generator *g, const struct owned *owned)
{
    struct owned whole = *owned;

    whole.per_item = 1;
    return own_index(g, &whole, false, 0);
}

struct expr *fuzz_any_element(struct generator *g, const struct shared *shared,
                              unsigned depth)
{
    const unsigned count = (unsigned)g->launch->group_items * shared->owned.per_item;
    struct expr *element = fuzz_read(g->program, shared->owned.variable), *index;

    if (shared->is_plane) {
        element = fuzz_index(
            g->program, element,
            fuzz_gen_index(g, (unsigned)(g->launch->local[1] * g->launch->local[2]),
                           depth));
        return fuzz_index(g->program, element,
                          fuzz_gen_index(g, (unsigned)g->launch->local[0], depth));
    }
    index = fuzz_gen_index(g, count, depth);
    if (shared->base)
        index =
            fuzz_arithmetic(g, OPERATOR_ADD, fuzz_read(g->program, shared->base), index);
    return fuzz_index(g->program, element, index);
}
