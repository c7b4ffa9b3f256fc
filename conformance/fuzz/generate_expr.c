/* SPDX-License-Identifier: MIT */
/* Random scalar expressions. What a signed operation could not hold is computed unsigned;
 * what an exact float could not hold is clamped. */
#include "generate_internal.h"
#include "interpret.h"

#include <math.h>
#include <string.h>

enum kind fuzz_integer_kind(struct generator *g)
{
    static const enum kind kinds[] = {KIND_INT,    KIND_INT,  KIND_INT,   KIND_UINT,
                                      KIND_UINT,   KIND_LONG, KIND_ULONG, KIND_SHORT,
                                      KIND_USHORT, KIND_CHAR, KIND_UCHAR, KIND_INT};

    return kinds[fuzz_below(g, sizeof kinds / sizeof *kinds)];
}

enum kind fuzz_float_kind(struct generator *g)
{
    return g->dialect.with_double && fuzz_chance(g, 30) ? KIND_DOUBLE : KIND_FLOAT;
}

static unsigned builtin_row(const char *name)
{
    unsigned row = 0;

    while (strcmp(fuzz_builtins[row].name, name) != 0)
        row++;
    return row;
}

static struct expr *clamp(struct generator *g, struct expr *value, double bound)
{
    struct expr *lower = fuzz_float_constant(g->program, value->type.kind, -bound);
    struct expr *upper = fuzz_float_constant(g->program, value->type.kind, bound);
    struct expr *kids[2] = {value, lower};

    if (value->type.width > 1) {
        kids[1] = fuzz_vector(g->program, value->type, 1, &lower);
        upper = fuzz_vector(g->program, value->type, 1, &upper);
    }
    value = fuzz_make_builtin(g->program, builtin_row("fmax"), kids);
    value = fuzz_make_builtin(g->program, builtin_row("fmin"),
                              (struct expr *[]){value, upper});
    value->range.bound = bound;
    return value;
}

struct expr *fuzz_to_integer(struct generator *g, struct expr *value)
{
    static const enum kind kinds[] = {KIND_INT, KIND_INT, KIND_LONG, KIND_SHORT,
                                      KIND_UINT};
    enum kind kind = kinds[fuzz_below(g, sizeof kinds / sizeof *kinds)];

    if (value->type.kind == KIND_RECORD)
        value = fuzz_leaf_of_record(g, value);
    if (value->type.width > 1)
        value = fuzz_component(g, value);
    if (!fuzz_is_float(value->type))
        return value;
    if (fuzz_chance(g, 15))
        return fuzz_cast(g->program, CONVERT_SATURATED,
                         fuzz_scalar_type(fuzz_integer_kind(g)), value);
    if (value->range.bound > 30000)
        value = clamp(g, value, 30000);
    if (kind == KIND_UINT)
        value = fuzz_make_builtin(g->program, builtin_row("fabs"), &value);
    value = fuzz_cast(g->program, fuzz_chance(g, 70) ? CONVERT_CAST : CONVERT_FUNCTION,
                      fuzz_scalar_type(kind), value);
    value->range = (struct range){kind == KIND_UINT ? 0 : -30001, 30001, 0};
    return value;
}

struct expr *fuzz_fit(struct generator *g, struct type type, struct range range,
                      struct expr *value)
{
    const struct type scalar = fuzz_scalar_type(type.kind);
    struct range got;

    if (type.kind == KIND_RECORD)
        return value;
    if (fuzz_is_float(type)) {
        if (value->type.kind != type.kind && type.width == 1)
            value = fuzz_cast(g->program, CONVERT_CAST, scalar, value);
        return value->range.bound > range.bound ? clamp(g, value, range.bound) : value;
    }
    if (fuzz_is_float(value->type))
        value = fuzz_to_integer(g, value);
    got = fuzz_converted_range(value->range, value->type.kind, type.kind);
    if (type.width > 1 || (got.lo >= range.lo && got.hi <= range.hi))
        return value;
    /* -SMALL_BOUND < v < SMALL_BOUND is the only other range of variables */
    if (value->type.kind != type.kind)
        value = fuzz_cast(g->program, CONVERT_CAST, scalar, value);
    return fuzz_make_binary(g->program, OPERATOR_REMAINDER, value,
                            fuzz_constant(g->program, KIND_INT, range.hi + 1));
}

/* The value's bits as an unsigned number. */
static struct expr *unsigned_of(struct generator *g, struct expr *value)
{
    struct type type = value->type;

    if (type.width > 1)
        return fuzz_cast(g->program, CONVERT_BITS, fuzz_unsigned_type(type), value);
    type = fuzz_unsigned_type(fuzz_common_type(type, type));
    return fuzz_cast(g->program, CONVERT_CAST, type, value);
}

struct expr *fuzz_arithmetic(struct generator *g, enum operator_name operator,
                             struct expr * left, struct expr *right)
{
    if (fuzz_may_overflow(operator, left, right)) {
        left = unsigned_of(g, left);
        if (right->type.width > 1 ||
            fuzz_common_type(left->type, right->type).kind != left->type.kind)
            right = unsigned_of(g, right);
    }
    return fuzz_make_binary(g->program, operator, left, right);
}

static bool is_integer_scalar(const struct variable *variable)
{
    return variable->type.width == 1 && fuzz_is_integer(variable->type) &&
           !variable->type.count && variable->type.space == SPACE_NONE;
}

static bool is_float_scalar(const struct variable *variable)
{
    return variable->type.width == 1 && fuzz_is_float(variable->type) &&
           !variable->type.count && variable->type.space == SPACE_NONE;
}

static struct expr *integer_constant(struct generator *g)
{
    static const int64_t edges[] = {
        0,     1,  2,  3,    7,     8,      31,         255,        256,
        65535, -1, -2, -128, 32767, 0x7fff, 2147483647, 0xffffffff, -2147483648LL};
    const enum kind kind = fuzz_chance(g, 70) ? KIND_INT : fuzz_integer_kind(g);

    if (fuzz_chance(g, 25))
        return fuzz_constant(g->program, kind,
                             edges[fuzz_below(g, sizeof edges / sizeof *edges)]);
    return fuzz_constant(g->program, kind, fuzz_below(g, 100));
}

/* A dimension, or one behind the last, of which PoCL 3.1 does not know the size. */
static struct expr *some_dimension(struct generator *g)
{
    struct expr *dimension = fuzz_constant(g->program, KIND_INT, fuzz_below(g, 4));

    if (!fuzz_chance(g, 8)) {
        if (g->dialect.is_lenient && dimension->constant.i == 3)
            dimension = fuzz_constant(g->program, KIND_INT, 2);
        return dimension;
    }
    dimension = fuzz_make_binary(
        g->program, OPERATOR_AND, fuzz_gen_integer(g, 1),
        fuzz_constant(g->program, KIND_INT, g->dialect.is_lenient ? 1 : 3));
    return fuzz_fit(g, fuzz_scalar_type(KIND_UINT), fuzz_full_range(KIND_UINT),
                    dimension);
}

static struct expr *identity(struct generator *g)
{
    static const enum identity choices[] = {IDENTITY_GLOBAL_ID,     IDENTITY_LOCAL_ID,
                                            IDENTITY_GROUP_ID,      IDENTITY_LOCAL_SIZE,
                                            IDENTITY_NUM_GROUPS,    IDENTITY_GLOBAL_SIZE,
                                            IDENTITY_GLOBAL_OFFSET, IDENTITY_WORK_DIM};
    const enum identity which =
        choices[g->only_uniform ? 2 + fuzz_below(g, 6) : fuzz_below(g, 8)];

    return fuzz_identity(g->program, g->launch, which, some_dimension(g));
}

static struct expr *integer_leaf(struct generator *g)
{
    struct variable *variable;

    if (fuzz_chance(g, 12))
        return integer_constant(g);
    if (fuzz_chance(g, 12))
        return identity(g);
    variable = fuzz_choose(g, is_integer_scalar);
    return variable ? fuzz_read(g->program, variable) : integer_constant(g);
}

static struct expr *integer_operation(struct generator *g, unsigned depth)
{
    static const enum operator_name operators[] = {
        OPERATOR_ADD,        OPERATOR_ADD,         OPERATOR_SUBTRACT, OPERATOR_SUBTRACT,
        OPERATOR_MULTIPLY,   OPERATOR_AND,         OPERATOR_OR,       OPERATOR_XOR,
        OPERATOR_SHIFT_LEFT, OPERATOR_SHIFT_RIGHT, OPERATOR_DIVIDE,   OPERATOR_REMAINDER};
    const enum operator_name operator= operators[fuzz_below(g, 12)];
    struct expr *left = fuzz_gen_integer(g, depth - 1);
    struct expr *right =
        fuzz_chance(g, 35) ? integer_constant(g) : fuzz_gen_integer(g, depth - 1);

    if (operator== OPERATOR_DIVIDE || operator== OPERATOR_REMAINDER) {
        right = fuzz_make_binary(g->program, OPERATOR_AND, right,
                                 fuzz_constant(g->program, KIND_INT, 31));
        right = fuzz_make_binary(g->program, OPERATOR_ADD, right,
                                 fuzz_constant(g->program, KIND_INT, 1));
    } else if (fuzz_operators[operator].class == CLASS_SHIFT && fuzz_chance(g, 80)) {
        right = fuzz_make_binary(g->program, OPERATOR_AND, right,
                                 fuzz_constant(g->program, KIND_INT, 15));
    }
    return fuzz_arithmetic(g, operator, left, right);
}

static bool takes_kind(unsigned row, enum kind kind)
{
    switch (fuzz_builtin_kinds(row)) {
    case KINDS_NARROW:
        return kind <= KIND_UINT;
    case KINDS_WORD:
        return kind == KIND_INT || kind == KIND_UINT;
    case KINDS_UNSIGNED:
        return !fuzz_scalars[kind].is_signed;
    default:
        return true;
    }
}

/* Arguments of mul24 and mad24, whose results then fit 32 bits. */
static struct expr *narrow(struct generator *g, struct expr *value)
{
    struct expr *mask = fuzz_constant(g->program, value->type.kind, 0x3fff);

    return fuzz_make_binary(g->program, OPERATOR_AND, value, mask);
}

static struct expr *builtin(struct generator *g, struct type type, unsigned depth)
{
    const bool is_float = fuzz_is_float(type);
    struct expr *kids[3] = {NULL, NULL, NULL};
    unsigned row;

    do {
        row = fuzz_below(g, fuzz_num_builtins());
    } while (fuzz_builtins[row].is_float != is_float ||
             (!is_float && !takes_kind(row, type.kind)));
    for (unsigned i = 0; i < fuzz_builtins[row].arity; i++) {
        kids[i] = fuzz_gen_value(g, type, depth - 1);
        if (fuzz_builtin_kinds(row) == KINDS_WORD)
            kids[i] = narrow(g, kids[i]);
    }
    return fuzz_make_builtin(g->program, row, kids);
}

static struct expr *bits_of_float(struct generator *g, unsigned depth)
{
    struct expr *value = fuzz_gen_float(g, KIND_FLOAT, depth);
    const enum kind kind = fuzz_chance(g, 50) ? KIND_INT : KIND_UINT;

    /* + 0.0f: whether a zero is negative may depend on the order of arguments */
    value = fuzz_make_binary(g->program, OPERATOR_ADD, value,
                             fuzz_float_constant(g->program, KIND_FLOAT, 0));
    return fuzz_cast(g->program, CONVERT_BITS, fuzz_scalar_type(kind), value);
}

static struct expr *conversion(struct generator *g, unsigned depth)
{
    struct expr *value = fuzz_gen_integer(g, depth - 1);
    const enum kind kind = fuzz_integer_kind(g);
    static const enum conversion conversions[] = {CONVERT_CAST, CONVERT_CAST,
                                                  CONVERT_FUNCTION, CONVERT_SATURATED};

    if (fuzz_chance(g, 15))
        return bits_of_float(g, depth - 1);
    if (fuzz_chance(g, 10) && value->type.width == 1)
        return fuzz_cast(g->program, CONVERT_BITS, fuzz_scalar_type(value->type.kind ^ 1),
                         value);
    return fuzz_cast(g->program, conversions[fuzz_below(g, 4)], fuzz_scalar_type(kind),
                     value);
}

static struct expr *selected(struct generator *g, struct type type, unsigned depth)
{
    static const enum kind kinds[] = {[KIND_FLOAT] = KIND_INT, [KIND_DOUBLE] = KIND_LONG};
    const enum kind which = fuzz_is_float(type) ? kinds[type.kind] : type.kind;

    return fuzz_select(g->program, fuzz_gen_value(g, type, depth - 1),
                       fuzz_gen_value(g, type, depth - 1),
                       fuzz_gen_value(g, fuzz_vector_type(which, type.width), depth - 1));
}

static struct expr *from_vector(struct generator *g, unsigned depth)
{
    struct type type = fuzz_vector_choice(g);
    struct expr *value;

    if (fuzz_is_integer(type) && fuzz_scalars[type.kind].is_signed &&
        fuzz_chance(g, 20)) {
        value = fuzz_node(g->program, EXPR_ANY_ALL, fuzz_scalar_type(KIND_INT), 1,
                          (struct expr *[]){fuzz_gen_vector(g, type, depth - 1)});
        value->sub = fuzz_below(g, 2);
        value->range = (struct range){0, 1, 0};
        return value;
    }
    return fuzz_to_integer(g, fuzz_gen_vector(g, type, depth - 1));
}

static struct expr *negation(struct generator *g, unsigned depth)
{
    struct expr *kid = fuzz_gen_integer(g, depth - 1);
    const enum unary operator=(enum unary) fuzz_below(g, 3);
    const wide lowest = fuzz_full_range(fuzz_common_type(kid->type, kid->type).kind).lo;

    if (operator== UNARY_MINUS && lowest<0 && kid->range.lo <= lowest)
        kid = unsigned_of(g, kid);
    return fuzz_unary(g->program, operator, kid);
}

struct expr *fuzz_gen_integer(struct generator *g, unsigned depth)
{
    struct expr *value;
    struct type type;

    if (depth == 0)
        return integer_leaf(g);
    switch (fuzz_below(g, 24)) {
    case 0:
        return fuzz_gen_condition(g, depth);
    case 1:
        value = fuzz_gen_condition(g, depth - 1);
        return fuzz_condition(g->program, value, fuzz_gen_integer(g, depth - 1),
                              fuzz_gen_integer(g, depth - 1));
    case 2:
    case 3:
        return builtin(g, fuzz_scalar_type(fuzz_integer_kind(g)), depth);
    case 4:
    case 5:
        return conversion(g, depth);
    case 6:
        return negation(g, depth);
    case 7:
    case 8:
    case 9:
        return fuzz_to_integer(g, fuzz_gen_load(g, depth));
    case 10:
        return fuzz_to_integer(g, fuzz_gen_float(g, fuzz_float_kind(g), depth - 1));
    case 11:
        return from_vector(g, depth);
    case 12:
        type = fuzz_scalar_type(fuzz_integer_kind(g));
        return selected(g, type, depth);
    case 13:
        value = fuzz_gen_pure_call(g, depth);
        return value ? fuzz_to_integer(g, value) : integer_leaf(g);
    case 14:
    case 15:
        return integer_leaf(g);
    default:
        return integer_operation(g, depth);
    }
}

static struct expr *float_constant(struct generator *g, enum kind kind)
{
    return fuzz_float_constant(g->program, kind, ((int)fuzz_below(g, 400) - 200) / 8.0);
}

static struct expr *float_leaf(struct generator *g, enum kind kind)
{
    struct variable *variable = fuzz_choose(g, is_float_scalar);
    struct expr *value;

    if (fuzz_chance(g, 15))
        return float_constant(g, kind);
    if (!variable || fuzz_chance(g, 25)) {
        value = integer_leaf(g);
        if (value->range.lo < -65536 || value->range.hi > 65536)
            value = fuzz_make_binary(g->program, OPERATOR_REMAINDER, value,
                                     fuzz_constant(g->program, KIND_INT, 4096));
    } else {
        value = fuzz_read(g->program, variable);
    }
    if (value->type.kind == kind)
        return value;
    return fuzz_cast(g->program, fuzz_chance(g, 70) ? CONVERT_CAST : CONVERT_FUNCTION,
                     fuzz_scalar_type(kind), value);
}

static struct expr *float_operation(struct generator *g, enum kind kind, unsigned depth)
{
    static const enum operator_name operators[] = {OPERATOR_ADD, OPERATOR_SUBTRACT,
                                                   OPERATOR_MULTIPLY, OPERATOR_DIVIDE};
    const enum operator_name operator=
        operators[fuzz_below(g, kind == KIND_DOUBLE ? 4 : 3)];
    struct expr *left = fuzz_gen_float(g, kind, depth - 1);
    struct expr *right = fuzz_gen_float(g, kind, depth - 1);

    if (operator== OPERATOR_DIVIDE) {
        right = fuzz_make_builtin(g->program, builtin_row("fabs"), &right);
        right = fuzz_make_binary(g->program, OPERATOR_ADD, right,
                                 fuzz_float_constant(g->program, kind, 1));
    }
    return fuzz_make_binary(g->program, operator, left, right);
}

static struct expr *loaded_float(struct generator *g, enum kind kind, unsigned depth)
{
    struct expr *value = fuzz_gen_load(g, depth);

    if (value->type.kind == KIND_RECORD)
        value = fuzz_leaf_of_record(g, value);
    if (value->type.width > 1)
        value = fuzz_component(g, value);
    return value->type.kind == kind
               ? value
               : fuzz_cast(g->program, CONVERT_CAST, fuzz_scalar_type(kind), value);
}

struct expr *fuzz_gen_float(struct generator *g, enum kind kind, unsigned depth)
{
    struct expr *value;

    if (depth == 0)
        return float_leaf(g, kind);
    switch (fuzz_below(g, 12)) {
    case 0:
    case 1:
        value = builtin(g, fuzz_scalar_type(kind), depth);
        break;
    case 2:
        value = fuzz_gen_condition(g, depth - 1);
        value = fuzz_condition(g->program, value, fuzz_gen_float(g, kind, depth - 1),
                               fuzz_gen_float(g, kind, depth - 1));
        break;
    case 3:
        value = selected(g, fuzz_scalar_type(kind), depth);
        break;
    case 4:
    case 5:
        value = loaded_float(g, kind, depth);
        break;
    case 6:
        value = fuzz_unary(g->program, UNARY_MINUS, fuzz_gen_float(g, kind, depth - 1));
        break;
    case 7:
        value = fuzz_cast(g->program, CONVERT_CAST, fuzz_scalar_type(kind),
                          fuzz_gen_integer(g, depth - 1));
        break;
    default:
        value = float_operation(g, kind, depth);
    }
    return value->range.bound > 0x1p40 ? clamp(g, value, 65536) : value;
}

struct expr *fuzz_gen_condition(struct generator *g, unsigned depth)
{
    const enum operator_name operator=(enum operator_name)(OPERATOR_LESS +
                                                           fuzz_below(g, 6));
    const unsigned below = depth ? depth - 1 : 0;
    struct expr *left;
    enum kind kind;

    switch (depth ? fuzz_below(g, 10) : 9) {
    case 0:
        left = fuzz_gen_condition(g, below);
        return fuzz_make_binary(g->program,
                                fuzz_chance(g, 50) ? OPERATOR_BOTH : OPERATOR_EITHER,
                                left, fuzz_gen_condition(g, below));
    case 1:
        kind = fuzz_float_kind(g);
        left = fuzz_gen_float(g, kind, below);
        if (fuzz_chance(g, 50))
            return fuzz_relation(g->program, operator, left,
                                 fuzz_gen_float(g, kind, below));
        return fuzz_make_binary(g->program, operator, left,
                                fuzz_gen_float(g, kind, below));
    case 2:
        return fuzz_unary(g->program, UNARY_NOT, fuzz_gen_condition(g, below));
    case 3:
    case 4:
        left = fuzz_gen_integer(g, below);
        left =
            fuzz_make_binary(g->program, OPERATOR_AND, left,
                             fuzz_constant(g->program, KIND_INT, 1 + fuzz_below(g, 7)));
        return fuzz_make_binary(g->program, operator, left,
                                fuzz_constant(g->program, KIND_INT, fuzz_below(g, 4)));
    default:
        left = fuzz_gen_integer(g, below);
        if (left->op == EXPR_CONSTANT)
            left = fuzz_gen_integer(g, below);
        return fuzz_make_binary(g->program, operator, left,
                                fuzz_chance(g, 40) ? integer_constant(g)
                                                   : fuzz_gen_integer(g, below));
    }
}

struct expr *fuzz_gen_value(struct generator *g, struct type type, unsigned depth)
{
    struct expr *value;

    if (type.width > 1) {
        switch (depth > 1 ? fuzz_below(g, 8) : 7) {
        case 0:
            return fuzz_is_float(type) || type.width == 3
                       ? fuzz_gen_vector(g, type, depth)
                       : selected(g, type, depth);
        case 1:
            value = builtin(g, type, depth);
            if (value->type.kind != type.kind)
                value = fuzz_cast(g->program, CONVERT_BITS, type, value);
            return fuzz_is_float(type) && value->range.bound > 0x1p40
                       ? clamp(g, value, 65536)
                       : value;
        default:
            return fuzz_gen_vector(g, type, depth);
        }
    }
    if (fuzz_is_float(type))
        return fuzz_gen_float(g, type.kind, depth);
    value = fuzz_gen_integer(g, depth);
    return value->type.kind == type.kind
               ? value
               : fuzz_cast(g->program, CONVERT_CAST, type, value);
}
