/* SPDX-License-Identifier: MIT */
/* Random statements without control flow. */
#include "generate_internal.h"

#include <stdio.h>

struct stmt *fuzz_emit(struct generator *g, enum stmt_op op)
{
    struct stmt *stmt = fuzz_allocate(g->program, sizeof *stmt);

    stmt->op = op;
    stmt->sub = op == STMT_ASSIGN ? OPERATOR_NONE : 0;
    fuzz_block_add(g->program, g->block, stmt);
    return stmt;
}

struct variable *fuzz_new_variable(struct generator *g, const char *prefix,
                                   struct type type)
{
    struct variable *variable = fuzz_allocate(g->program, sizeof *variable);

    snprintf(variable->name, sizeof variable->name, "%s%u", prefix, g->names++ % 1000000);
    variable->type = type;
    variable->home = SPACE_PRIVATE;
    variable->offset = g->kernel->frame_bytes;
    g->kernel->frame_bytes += (fuzz_type_size(type) + 127) / 128 * 128;
    if (type.kind < KIND_RECORD)
        variable->range = fuzz_full_range(type.kind);
    if (fuzz_is_float(type))
        variable->range.bound = FLOAT_BOUND;
    if (g->num_scope < MAX_SCOPE)
        g->scope[g->num_scope++] = variable;
    return variable;
}

struct variable *fuzz_declare(struct generator *g, const char *prefix, struct type type,
                              struct expr *value)
{
    struct stmt *stmt = fuzz_emit(g, STMT_DECLARE);

    stmt->variable = fuzz_new_variable(g, prefix, type);
    stmt->value = value;
    return stmt->variable;
}

void fuzz_assign(struct generator *g, struct expr *target, struct expr *value)
{
    struct stmt *stmt = fuzz_emit(g, STMT_ASSIGN);

    stmt->target = target;
    stmt->value = fuzz_fit(g, target->type, target->range, value);
}

struct variable *fuzz_choose(struct generator *g, bool (*fits)(const struct variable *))
{
    unsigned count = 0, chosen;

    for (size_t i = 0; i < g->num_scope; i++)
        count += fits(g->scope[i]) && (!g->only_uniform || g->scope[i]->is_uniform);
    if (count == 0)
        return NULL;
    chosen = fuzz_below(g, count);
    for (size_t i = 0;; i++) {
        if (!fits(g->scope[i]) || (g->only_uniform && !g->scope[i]->is_uniform))
            continue;
        if (chosen-- == 0)
            return g->scope[i];
    }
}

static unsigned some_depth(struct generator *g)
{
    return 1 + fuzz_below(g, 3);
}

/* Declares a variable that is one value in the group, or the item's own. */
static void declare_scalar(struct generator *g)
{
    const bool is_uniform = g->is_uniform_here && fuzz_chance(g, 20);
    const struct type type =
        fuzz_scalar_type(fuzz_chance(g, 25) ? fuzz_float_kind(g) : fuzz_integer_kind(g));
    struct range range = fuzz_full_range(type.kind);
    struct variable *variable;
    struct expr *value;

    if (fuzz_is_float(type))
        range.bound = FLOAT_BOUND;
    else if (fuzz_scalars[type.kind].is_signed && type.kind >= KIND_INT &&
             fuzz_chance(g, 50))
        range = (struct range){-SMALL_BOUND + 1, SMALL_BOUND - 1, 0};
    g->only_uniform = is_uniform;
    value = fuzz_fit(g, type, range, fuzz_gen_value(g, type, some_depth(g)));
    g->only_uniform = false;
    variable = fuzz_declare(g, is_uniform ? "u" : "v", type, value);
    variable->is_uniform = is_uniform && value->is_uniform;
    variable->range = range;
}

static void declare_vector(struct generator *g)
{
    const struct type type = fuzz_vector_choice(g);
    struct range range = fuzz_full_range(type.kind);

    range.bound = FLOAT_BOUND;
    fuzz_declare(g, "w", type,
                 fuzz_fit(g, type, range, fuzz_gen_vector(g, type, some_depth(g))));
}

static void declare_array(struct generator *g)
{
    static const unsigned counts[] = {2, 3, 4, 4, 5, 8, 16};
    struct type type =
        fuzz_scalar_type(fuzz_chance(g, 25) ? fuzz_float_kind(g) : fuzz_integer_kind(g));
    struct expr *kids[16];
    struct range range = fuzz_full_range(type.kind);

    range.bound = FLOAT_BOUND;
    if (fuzz_chance(g, 15))
        type.width = 2 + fuzz_below(g, 3);
    const struct type element = type;
    type.count = counts[fuzz_below(g, 7)];
    for (unsigned i = 0; i < type.count; i++)
        kids[i] =
            fuzz_fit(g, element, range, fuzz_gen_value(g, element, fuzz_below(g, 2)));
    fuzz_declare(g, "a", type, fuzz_node(g->program, EXPR_LIST, type, type.count, kids));
}

static void declare_record(struct generator *g)
{
    const struct record *record =
        &g->program->records[fuzz_below(g, (unsigned)g->program->num_records)];
    const struct type type = {.kind = KIND_RECORD, .width = 1, .record = record};
    struct expr *kids[MAX_FIELDS], *parts[16];

    for (unsigned f = 0; f < record->num_fields; f++) {
        const struct type field = record->fields[f].type;
        const struct type element = fuzz_element_type(field);
        struct range range = fuzz_full_range(field.kind);

        range.bound = FLOAT_BOUND;
        for (unsigned i = 0; i < (field.count ? field.count : 1); i++)
            parts[i] = fuzz_fit(g, element, range, fuzz_gen_value(g, element, 1));
        kids[f] = field.count
                      ? fuzz_node(g->program, EXPR_LIST, field, field.count, parts)
                      : parts[0];
    }
    fuzz_declare(g, "r", type,
                 fuzz_node(g->program, EXPR_LIST, type, record->num_fields, kids));
}

static bool is_pointee(const struct variable *variable)
{
    return variable->type.space >= SPACE_GLOBAL && variable->type.is_const &&
           variable->type.count > 64;
}

/* A pointer into an input, a different place for each item. */
static void declare_pointer(struct generator *g)
{
    struct variable *input = fuzz_choose(g, is_pointee), *variable;
    struct expr *start, *address;
    struct type type;

    if (!input)
        return;
    type = input->type;
    type.count = input->type.count / 2;
    start = fuzz_index(g->program, fuzz_read(g->program, input),
                       fuzz_gen_index(g, input->type.count - type.count, 1));
    address = fuzz_address(g->program, type.space, start);
    variable = fuzz_declare(g, "q", type, address);
    variable->range = input->range;
    variable->is_fixed = true;
}

void fuzz_gen_declaration(struct generator *g)
{
    switch (fuzz_below(g, 12)) {
    case 0:
    case 1:
        declare_vector(g);
        break;
    case 2:
    case 3:
        declare_array(g);
        break;
    case 4:
        declare_record(g);
        break;
    case 5:
        declare_pointer(g);
        break;
    default:
        declare_scalar(g);
    }
}

static bool is_assignable(const struct variable *variable)
{
    return !variable->is_fixed && variable->home == SPACE_PRIVATE &&
           variable->type.space <= SPACE_PRIVATE;
}

static enum operator_name compound_operator(struct generator *g, struct expr *target)
{
    static const enum operator_name operators[] = {OPERATOR_ADD,      OPERATOR_SUBTRACT,
                                                   OPERATOR_MULTIPLY, OPERATOR_XOR,
                                                   OPERATOR_OR,       OPERATOR_AND};
    const struct range full = fuzz_full_range(target->type.kind);

    if (fuzz_is_float(target->type) || target->range.lo != full.lo ||
        target->range.hi != full.hi)
        return OPERATOR_NONE;
    return operators[fuzz_below(g, 6)];
}

/* target op= value, where the result cannot leave the type it is computed in. */
static void assign_compound(struct generator *g, struct expr *target,
                            enum operator_name operator, struct expr * value)
{
    struct stmt *stmt;

    if (fuzz_may_overflow(operator, target, value) || fuzz_is_float(value->type)) {
        fuzz_assign(g, target, value);
        return;
    }
    stmt = fuzz_emit(g, STMT_ASSIGN);
    stmt->sub = operator;
    stmt->target = target;
    stmt->value = value;
}

void fuzz_store_into(struct generator *g, struct expr *target, unsigned depth)
{
    enum operator_name operator= OPERATOR_NONE;
    struct expr *value;

    while (target->type.count || (target->type.kind == KIND_RECORD)) {
        if (target->type.kind == KIND_RECORD && !target->type.count)
            target = fuzz_leaf_of_record(g, target);
        else
            target =
                fuzz_index(g->program, target, fuzz_gen_index(g, target->type.count, 1));
    }
    if (target->type.width > 1 && fuzz_chance(g, 35)) {
        const uint8_t first = (uint8_t)fuzz_below(g, target->type.width);
        const uint8_t lanes[2] = {first, (uint8_t)((first + 1) % target->type.width)};

        target = fuzz_swizzle(g->program, target, 1 + fuzz_below(g, 2), lanes);
    }
    value = fuzz_gen_value(g, target->type, depth);
    if (target->type.width == 1 && fuzz_chance(g, 40))
        operator= compound_operator(g, target);
    if (operator== OPERATOR_NONE)
        fuzz_assign(g, target, value);
    else
        assign_compound(g, target, operator, value);
}

static void gen_assignment(struct generator *g)
{
    struct variable *variable = fuzz_choose(g, is_assignable);

    if (!variable || (variable->is_uniform && !g->is_uniform_here))
        return;
    if (!variable->is_uniform) {
        fuzz_store_into(g, fuzz_read(g->program, variable), some_depth(g));
        return;
    }
    g->only_uniform = true;
    struct expr *value = fuzz_gen_value(g, variable->type, some_depth(g));
    if (!value->is_uniform)
        value = fuzz_is_float(variable->type)
                    ? fuzz_float_constant(g->program, variable->type.kind, 2)
                    : fuzz_constant(g->program, variable->type.kind, 5);
    fuzz_assign(g, fuzz_read(g->program, variable), value);
    g->only_uniform = false;
}

static void gen_vstore(struct generator *g, const struct owned *owned)
{
    const struct type type =
        fuzz_vector_type(owned->variable->type.kind, owned->per_item);
    struct expr *value =
        fuzz_fit(g, type, owned->variable->range, fuzz_gen_vector(g, type, 2));
    struct expr *offset = fuzz_own_vector_offset(g, owned);
    struct stmt *stmt = fuzz_emit(g, STMT_VSTORE);

    stmt->value = value;
    stmt->extra = offset;
    stmt->target =
        fuzz_address(g->program, SPACE_GLOBAL, fuzz_read(g->program, owned->variable));
}

static void gen_own_store(struct generator *g)
{
    const struct owned *owned;
    struct type type;

    if (g->num_owned == 0)
        return;
    owned = &g->owned[fuzz_below(g, (unsigned)g->num_owned)];
    type = owned->variable->type;
    const bool has_full_range =
        fuzz_is_float(type) ||
        (type.kind < KIND_RECORD &&
         owned->variable->range.lo == fuzz_full_range(type.kind).lo);
    if (owned->per_item > 1 && owned->map != MAP_STRIDED && type.width == 1 &&
        type.kind < KIND_RECORD && has_full_range && fuzz_chance(g, 50))
        gen_vstore(g, owned);
    else
        fuzz_store_into(g, fuzz_own_element(g, owned, NULL), some_depth(g));
}

static bool is_record(const struct variable *variable)
{
    return variable->type.kind == KIND_RECORD && variable->type.space == SPACE_NONE &&
           !variable->is_fixed && !variable->type.count;
}

static void gen_record_copy(struct generator *g)
{
    struct variable *to = fuzz_choose(g, is_record), *from = fuzz_choose(g, is_record);

    if (to && from && to != from && to->type.record == from->type.record)
        fuzz_assign(g, fuzz_read(g->program, to), fuzz_read(g->program, from));
}

void fuzz_fold(struct generator *g, struct variable *variable)
{
    struct expr *value = fuzz_read(g->program, variable);
    struct expr *sum;

    if (variable->type.space != SPACE_NONE || variable->home != SPACE_PRIVATE || !g->sum)
        return;
    if (value->type.count)
        value = fuzz_index(g->program, value, fuzz_gen_index(g, value->type.count, 1));
    value = fuzz_to_integer(g, value);
    sum = fuzz_make_binary(g->program, OPERATOR_MULTIPLY, fuzz_read(g->program, g->sum),
                           fuzz_constant(g->program, KIND_UINT, 31));
    sum = fuzz_make_binary(
        g->program, fuzz_chance(g, 50) ? OPERATOR_ADD : OPERATOR_XOR, sum,
        fuzz_cast(g->program, CONVERT_CAST, fuzz_scalar_type(KIND_UINT), value));
    fuzz_assign(g, fuzz_read(g->program, g->sum), sum);
}

void fuzz_gen_body(struct generator *g, struct block *block, unsigned count)
{
    struct block *outer = g->block;
    const size_t scope = g->num_scope;

    g->block = block;
    g->depth++;
    fuzz_gen_statements(g, count);
    for (size_t i = scope; i < g->num_scope; i++)
        if (!g->scope[i]->is_fixed && fuzz_chance(g, 60))
            fuzz_fold(g, g->scope[i]);
    g->depth--;
    g->num_scope = scope;
    g->block = outer;
}

static void gen_compound(struct generator *g)
{
    const bool with_barriers =
        g->uses_barriers && g->is_uniform_here && fuzz_chance(g, 45);
    /* PoCL 3.1 runs the first item twice where such a branch is not taken */
    const bool branches = with_barriers && !g->dialect.is_lenient;

    switch (fuzz_below(g, 8)) {
    case 0:
    case 1:
    case 2:
        fuzz_gen_loop(g, with_barriers);
        break;
    case 3:
        fuzz_gen_switch(g, branches);
        break;
    default:
        fuzz_gen_if(g, branches);
    }
}

static void gen_statement(struct generator *g)
{
    switch (fuzz_below(g, 24)) {
    case 0:
    case 1:
    case 2:
    case 3:
        fuzz_gen_declaration(g);
        break;
    case 4:
    case 5:
        gen_own_store(g);
        break;
    case 6:
        fuzz_gen_atomic(g);
        break;
    case 7:
        fuzz_gen_call(g, false);
        break;
    case 8:
        fuzz_gen_leave(g);
        break;
    case 9:
        gen_record_copy(g);
        break;
    case 10:
    case 11:
    case 12:
        fuzz_gen_shared(g);
        break;
    case 13:
    case 14:
        if (g->uses_barriers && g->is_uniform_here)
            fuzz_gen_barrier(g);
        break;
    case 15:
        if (!g->uses_barriers || !g->is_uniform_here)
            fuzz_gen_walk(g);
        else if (fuzz_chance(g, 50))
            fuzz_gen_idiom(g);
        else
            fuzz_gen_call(g, true);
        break;
    case 16:
    case 17:
    case 18:
    case 19:
        if (g->depth < 4) {
            gen_compound(g);
            break;
        }
        /* fall through */
    default:
        gen_assignment(g);
    }
}

void fuzz_gen_statements(struct generator *g, unsigned count)
{
    while (count-- > 0 && g->budget > 0) {
        g->budget--;
        gen_statement(g);
    }
}
