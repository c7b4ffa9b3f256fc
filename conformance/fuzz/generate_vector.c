/* SPDX-License-Identifier: MIT */
/* Random vector expressions. */
#include "generate_internal.h"

static bool is_vector(const struct variable *variable)
{
    return variable->type.width > 1 && !variable->type.count &&
           variable->type.space == SPACE_NONE;
}

struct type fuzz_vector_choice(struct generator *g)
{
    static const unsigned widths[] = {2, 2, 3, 4, 4, 4, 4, 8, 8, 16};
    struct variable *variable = fuzz_chance(g, 60) ? fuzz_choose(g, is_vector) : NULL;
    const unsigned width = widths[fuzz_below(g, 10)];

    if (variable)
        return variable->type;
    return fuzz_vector_type(
        fuzz_chance(g, 25) ? fuzz_float_kind(g) : fuzz_integer_kind(g), width);
}

struct expr *fuzz_component(struct generator *g, struct expr *vector)
{
    const uint8_t lane = (uint8_t)fuzz_below(g, vector->type.width);

    return fuzz_swizzle(g->program, vector, 1, &lane);
}

static struct expr *filled(struct generator *g, struct type type, unsigned depth)
{
    const struct type scalar = fuzz_scalar_type(type.kind);
    struct expr *kids[MAX_WIDTH];
    unsigned count = 0, filled = 0;

    if (type.width == 16 || fuzz_chance(g, 40)) {
        kids[0] = fuzz_gen_value(g, scalar, depth ? depth - 1 : 0);
        return fuzz_vector(g->program, type, 1, kids);
    }
    while (filled < type.width) {
        const bool is_pair = depth > 1 && filled + 2 <= type.width &&
                             filled + 2 != 2 * type.width && type.width > 2 &&
                             fuzz_chance(g, 25);

        kids[count++] =
            is_pair ? fuzz_gen_vector(g, fuzz_vector_type(type.kind, 2), depth - 2)
                    : fuzz_gen_value(g, scalar, 0);
        filled += is_pair ? 2 : 1;
    }
    return fuzz_vector(g->program, type, count, kids);
}

/* Some vector variable's components, arranged as the type asks. */
static struct expr *arranged(struct generator *g, struct type type)
{
    struct variable *variable = fuzz_choose(g, is_vector);
    uint8_t lanes[MAX_WIDTH];
    struct expr *value;

    if (!variable || fuzz_is_float(variable->type) != fuzz_is_float(type))
        return filled(g, type, 0);
    value = fuzz_read(g->program, variable);
    if (value->type.width != type.width || fuzz_chance(g, 30)) {
        for (unsigned i = 0; i < type.width; i++)
            lanes[i] = (uint8_t)fuzz_below(g, value->type.width);
        value = fuzz_swizzle(g->program, value, type.width, lanes);
    }
    if (value->type.kind == type.kind)
        return value;
    return fuzz_cast(g->program,
                     fuzz_is_integer(type) && fuzz_chance(g, 30) ? CONVERT_SATURATED
                                                                 : CONVERT_FUNCTION,
                     type, value);
}

static struct expr *operation(struct generator *g, struct type type, unsigned depth)
{
    static const enum operator_name operators[] = {
        OPERATOR_ADD, OPERATOR_SUBTRACT, OPERATOR_MULTIPLY,   OPERATOR_AND,
        OPERATOR_OR,  OPERATOR_XOR,      OPERATOR_SHIFT_LEFT, OPERATOR_SHIFT_RIGHT};
    const enum operator_name operator=
        operators[fuzz_below(g, fuzz_is_float(type) ? 3 : 8)];
    struct expr *left = fuzz_gen_vector(g, type, depth - 1), *right;

    if (fuzz_operators[operator].class == CLASS_SHIFT) {
        right = fuzz_constant(g->program, type.kind,
                              fuzz_below(g, fuzz_scalars[type.kind].bits));
        right = fuzz_vector(g->program, type, 1, &right);
    } else if (fuzz_chance(g, 25)) {
        right = fuzz_gen_value(g, fuzz_scalar_type(type.kind), depth - 1);
        if (fuzz_may_overflow(operator, left, right))
            right = fuzz_vector(g->program, type, 1, &right);
    } else {
        right = fuzz_gen_vector(g, type, depth - 1);
    }
    left = fuzz_arithmetic(g, operator, left, right);
    if (left->type.kind != type.kind)
        left = fuzz_cast(g->program, CONVERT_BITS, type, left);
    return left;
}

/* A comparison's result, where the type is one that comparisons have. */
static struct expr *comparison(struct generator *g, struct type type, unsigned depth)
{
    const enum operator_name operator=(enum operator_name)(OPERATOR_LESS +
                                                           fuzz_below(g, 6));
    struct type of = type;

    if (!fuzz_is_integer(type) || !fuzz_scalars[type.kind].is_signed)
        return operation(g, type, depth);
    if (type.kind == KIND_INT && fuzz_chance(g, 40))
        of.kind = KIND_FLOAT;
    return fuzz_make_binary(g->program, operator, fuzz_gen_vector(g, of, depth - 1),
                            fuzz_gen_vector(g, of, depth - 1));
}

static bool is_source(const struct variable *variable)
{
    return variable->type.space >= SPACE_GLOBAL && variable->type.is_const &&
           variable->type.width == 1 && variable->type.kind < KIND_RECORD;
}

static struct expr *loaded(struct generator *g, struct type type, unsigned depth)
{
    struct variable *variable = fuzz_choose(g, is_source);
    struct expr *value;

    if (!variable || fuzz_is_float(variable->type) != fuzz_is_float(type) ||
        variable->type.count < type.width)
        return arranged(g, type);
    value = fuzz_vload(
        g->program, type.width,
        fuzz_gen_index(g, variable->type.count / type.width, depth - 1),
        fuzz_address(g->program, variable->type.space, fuzz_read(g->program, variable)));
    if (value->type.kind == type.kind)
        return value;
    return fuzz_cast(g->program, CONVERT_FUNCTION, type, value);
}

/* The bits of a vector of another shape. */
static struct expr *reshaped(struct generator *g, struct type type, unsigned depth)
{
    struct type from = type;

    if (!fuzz_is_integer(type) || type.width == 3 || type.kind < KIND_SHORT)
        return operation(g, type, depth);
    if (type.width <= 8 && fuzz_chance(g, 50)) {
        from.width *= 2;
        from.kind -= 2;
    } else {
        from.kind ^= 1;
    }
    return fuzz_cast(g->program, CONVERT_BITS, type, fuzz_gen_vector(g, from, depth - 1));
}

static struct expr *limited(struct generator *g, struct type type, struct expr *value)
{
    const struct range range = {0, 0, 65536};

    return fuzz_is_float(type) && value->range.bound > 0x1p40
               ? fuzz_fit(g, type, range, value)
               : value;
}

/* 0 - v, where -v might leave the type */
static struct expr *negation(struct generator *g, struct type type, unsigned depth)
{
    struct expr *value = fuzz_gen_vector(g, type, depth - 1);
    struct expr *zero = fuzz_constant(g->program, type.kind, 0);

    if (fuzz_is_float(type) || fuzz_full_range(type.kind).lo < value->range.lo)
        return fuzz_unary(g->program, UNARY_MINUS, value);
    zero = fuzz_vector(g->program, type, 1, &zero);
    value = fuzz_arithmetic(g, OPERATOR_SUBTRACT, zero, value);
    return value->type.kind == type.kind
               ? value
               : fuzz_cast(g->program, CONVERT_BITS, type, value);
}

struct expr *fuzz_gen_vector(struct generator *g, struct type type, unsigned depth)
{
    if (depth == 0)
        return fuzz_chance(g, 60) ? arranged(g, type) : filled(g, type, 0);
    switch (fuzz_below(g, 9)) {
    case 0:
        return filled(g, type, depth);
    case 1:
        return comparison(g, type, depth);
    case 2:
        return loaded(g, type, depth);
    case 3:
        return reshaped(g, type, depth);
    case 4:
        return limited(g, type, negation(g, type, depth));
    case 5:
    case 6:
        return arranged(g, type);
    default:
        return limited(g, type, operation(g, type, depth));
    }
}
