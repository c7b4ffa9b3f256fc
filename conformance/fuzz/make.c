/* SPDX-License-Identifier: MIT */
/* Makes nodes of kernels' trees. */
#include "make.h"
#include "interpret.h"

#include <math.h>
#include <string.h>

struct expr *fuzz_node(struct program *program, enum expr_op op, struct type type,
                       unsigned num_kids, struct expr *const kids[])
{
    struct expr *expr = fuzz_allocate(program, sizeof *expr);

    expr->op = op;
    expr->type = type;
    expr->num_kids = num_kids;
    expr->is_uniform = true;
    if (num_kids)
        expr->kids = fuzz_allocate(program, num_kids * sizeof *kids);
    for (unsigned i = 0; i < num_kids; i++) {
        expr->kids[i] = kids[i];
        expr->is_uniform = expr->is_uniform && kids[i]->is_uniform;
    }
    if (type.kind < KIND_RECORD)
        expr->range = fuzz_full_range(type.kind);
    return expr;
}

struct expr *fuzz_constant(struct program *program, enum kind kind, wide value)
{
    struct expr *expr =
        fuzz_node(program, EXPR_CONSTANT, fuzz_scalar_type(kind), 0, NULL);

    expr->constant.i = fuzz_wrap(kind, value);
    expr->range.lo = expr->range.hi = fuzz_widen(kind, expr->constant.i);
    return expr;
}

struct expr *fuzz_float_constant(struct program *program, enum kind kind, double value)
{
    struct expr *expr =
        fuzz_node(program, EXPR_CONSTANT, fuzz_scalar_type(kind), 0, NULL);

    expr->constant.f = value;
    expr->range.bound = fabs(value);
    return expr;
}

struct expr *fuzz_read(struct program *program, struct variable *variable)
{
    struct expr *expr = fuzz_node(program, EXPR_VARIABLE, variable->type, 0, NULL);

    expr->variable = variable;
    expr->range = variable->range;
    expr->is_uniform = variable->is_uniform;
    return expr;
}

struct variable *fuzz_root(const struct expr *expr)
{
    while (expr->op != EXPR_VARIABLE)
        expr = expr->kids[0];
    return expr->variable;
}

struct expr *fuzz_index(struct program *program, struct expr *array, struct expr *index)
{
    struct type type = fuzz_element_type(array->type);
    struct expr *expr;

    if (array->type.rows) {
        type = array->type;
        type.rows = 0;
    }
    expr = fuzz_node(program, EXPR_INDEX, type, 2, (struct expr *[]){array, index});
    expr->range = array->range;
    return expr;
}

struct expr *fuzz_field(struct program *program, struct expr *record, unsigned field)
{
    const struct type type = record->type.record->fields[field].type;
    struct expr *expr = fuzz_node(program, EXPR_FIELD, type, 1, &record);

    expr->sub = field;
    if (fuzz_is_float(type))
        expr->range.bound = 4096;
    return expr;
}

struct expr *fuzz_swizzle(struct program *program, struct expr *vector, unsigned width,
                          const uint8_t lanes[])
{
    const struct type type = fuzz_vector_type(vector->type.kind, width);
    struct expr *expr = fuzz_node(program, EXPR_SWIZZLE, type, 1, &vector);

    memcpy(expr->lanes, lanes, width);
    expr->range = vector->range;
    return expr;
}

/* Types of one component per component: comparisons of vectors give signed integers. */
static struct type truth_type(struct type type)
{
    static const enum kind kinds[] = {
        [8] = KIND_CHAR, [16] = KIND_SHORT, [32] = KIND_INT, [64] = KIND_LONG};

    if (type.width == 1)
        return fuzz_scalar_type(KIND_INT);
    return fuzz_vector_type(kinds[fuzz_scalars[type.kind].bits], type.width);
}

static struct range truth_range(struct type type)
{
    return (struct range){type.width == 1 ? 0 : -1, type.width == 1 ? 1 : 0, 0};
}

static wide larger(wide a, wide b)
{
    return a > b ? a : b;
}

static wide magnitude(struct range range)
{
    return larger(range.hi, -range.lo);
}

struct expr *fuzz_unary(struct program *program, enum unary operator, struct expr * kid)
{
    struct type type = kid->type;
    struct expr *expr;

    if (operator== UNARY_NOT)
        type = truth_type(type);
    else if (type.width == 1)
        type = fuzz_common_type(type, type);
    expr = fuzz_node(program, EXPR_UNARY, type, 1, &kid);
    expr->sub = operator;
    if (operator== UNARY_NOT) {
        expr->range = truth_range(type);
    } else if (operator== UNARY_MINUS) {
        if (fuzz_scalars[type.kind].is_signed && !fuzz_is_float(type))
            expr->range = (struct range){-kid->range.hi, -kid->range.lo, 0};
        expr->range.bound = kid->range.bound;
    }
    return expr;
}

/* 2^n - 1 that is not below any value of the range, which holds no negative. */
static wide mask_above(struct range range)
{
    wide mask = 0;

    while (mask < range.hi)
        mask = mask * 2 + 1;
    return mask;
}

/* Products of two 64-bit numbers may not fit `wide`: they are as good as endless. */
static wide multiply(wide a, wide b)
{
    const wide big = (wide)1 << 100;

    if (fabs((double)a) * fabs((double)b) > 0x1p100)
        return (a < 0) == (b < 0) ? big : -big;
    return a * b;
}

static struct range product(struct range a, struct range b)
{
    const wide corners[] = {multiply(a.lo, b.lo), multiply(a.lo, b.hi),
                            multiply(a.hi, b.lo), multiply(a.hi, b.hi)};
    struct range range = {corners[0], corners[0], 0};

    for (unsigned i = 1; i < 4; i++) {
        range.lo = corners[i] < range.lo ? corners[i] : range.lo;
        range.hi = larger(range.hi, corners[i]);
    }
    return range;
}

static struct range bits_range(enum operator_name operator, enum kind kind,
                               struct range a, struct range b)
{
    struct range range = fuzz_full_range(kind);

    if (operator== OPERATOR_AND) {
        if (a.lo < 0 && b.lo < 0)
            return range;
        range.lo = 0;
        range.hi = a.lo < 0 ? b.hi : b.lo < 0 ? a.hi : a.hi < b.hi ? a.hi : b.hi;
    } else if (a.lo >= 0 && b.lo >= 0) {
        range.lo = 0;
        range.hi = larger(mask_above(a), mask_above(b));
    }
    return range;
}

/* The exact result's range; a and b are those of the converted operands. */
static struct range exact_range(enum operator_name operator, enum kind kind,
                                struct range a, struct range b)
{
    const wide most = magnitude(operator== OPERATOR_REMAINDER ? b : a) -
                      (operator== OPERATOR_REMAINDER);

    switch (operator) {
    case OPERATOR_ADD:
        return (struct range){a.lo + b.lo, a.hi + b.hi, 0};
    case OPERATOR_SUBTRACT:
        return (struct range){a.lo - b.hi, a.hi - b.lo, 0};
    case OPERATOR_MULTIPLY:
        return product(a, b);
    case OPERATOR_DIVIDE:
    case OPERATOR_REMAINDER:
        return (struct range){a.lo < 0 || b.lo < 0 ? -most : 0, most, 0};
    case OPERATOR_SHIFT_LEFT:
        if (b.lo < 0 || b.hi > 30 || a.lo < 0)
            return fuzz_scalars[kind].is_signed
                       ? (struct range){-((wide)1 << 100), (wide)1 << 100, 0}
                       : fuzz_full_range(kind);
        return (struct range){0, a.hi << (unsigned)b.hi, 0};
    case OPERATOR_SHIFT_RIGHT:
        return (struct range){a.lo < 0 ? a.lo : 0, larger(a.hi, 0), 0};
    default:
        return bits_range(operator, kind, a, b);
    }
}

struct range fuzz_converted_range(struct range range, enum kind from, enum kind to)
{
    const bool from_float = fuzz_scalars[from].is_float;
    struct range result = fuzz_full_range(to);

    if (fuzz_scalars[to].is_float) {
        result.bound = from_float ? range.bound : (double)magnitude(range) + 1;
    } else if (from_float) {
        if (range.bound < 0x1p62)
            range = (struct range){-(wide)range.bound - 1, (wide)range.bound + 1, 0};
        if (range.bound < 0x1p62 && fuzz_fits(range, to))
            result = range;
    } else if (fuzz_fits(range, to)) {
        result = range;
    }
    return result;
}

static double float_bound(enum operator_name operator, double a, double b)
{
    return operator== OPERATOR_MULTIPLY ? a * b : operator== OPERATOR_DIVIDE ? a : a + b;
}

static struct type operand_type(enum operator_name operator, const struct expr * left,
                                const struct expr *right)
{
    const bool is_shift = fuzz_operators[operator].class == CLASS_SHIFT;

    return fuzz_common_type(left->type,
                            is_shift && left->type.width == 1 ? left->type : right->type);
}

static struct range operands_range(enum operator_name operator, struct type operand,
                                   const struct expr *left, const struct expr *right)
{
    const bool is_shift = fuzz_operators[operator].class == CLASS_SHIFT;
    const struct range a =
        fuzz_converted_range(left->range, left->type.kind, operand.kind);
    const struct range b =
        is_shift ? right->range
                 : fuzz_converted_range(right->range, right->type.kind, operand.kind);

    return exact_range(operator, operand.kind, a, b);
}

bool fuzz_may_overflow(enum operator_name operator, const struct expr * left,
                       const struct expr *right)
{
    const struct type operand = operand_type(operator, left, right);

    if (fuzz_operators[operator].class > CLASS_SHIFT || fuzz_is_float(operand) ||
        !fuzz_scalars[operand.kind].is_signed)
        return false;
    return !fuzz_fits(operands_range(operator, operand, left, right), operand.kind);
}

struct expr *fuzz_make_binary(struct program *program, enum operator_name operator,
                              struct expr * left, struct expr *right)
{
    const enum operator_class class = fuzz_operators[operator].class;
    const struct type operand = operand_type(operator, left, right);
    const bool is_truth = class >= CLASS_COMPARISON;
    struct expr *expr =
        fuzz_node(program, EXPR_BINARY, is_truth ? truth_type(operand) : operand, 2,
                  (struct expr *[]){left, right});

    expr->sub = operator;
    expr->operand = operand;
    if (is_truth) {
        expr->range = truth_range(operand);
    } else if (fuzz_is_float(operand)) {
        const struct range a =
            fuzz_converted_range(left->range, left->type.kind, operand.kind);
        const struct range b =
            fuzz_converted_range(right->range, right->type.kind, operand.kind);

        expr->range.bound = float_bound(operator, a.bound, b.bound) * 1.001;
    } else {
        const struct range range = operands_range(operator, operand, left, right);

        if (fuzz_fits(range, operand.kind))
            expr->range = range;
    }
    return expr;
}

static struct range joined(struct range a, struct range b)
{
    return (struct range){a.lo < b.lo ? a.lo : b.lo, larger(a.hi, b.hi),
                          fmax(a.bound, b.bound)};
}

struct expr *fuzz_condition(struct program *program, struct expr *condition,
                            struct expr *then, struct expr *otherwise)
{
    const bool is_pointer = then->type.space != SPACE_NONE;
    const struct type type =
        is_pointer ? then->type : fuzz_common_type(then->type, otherwise->type);
    struct expr *expr = fuzz_node(program, EXPR_CONDITION, type, 3,
                                  (struct expr *[]){condition, then, otherwise});

    expr->range =
        joined(fuzz_converted_range(then->range, then->type.kind, type.kind),
               fuzz_converted_range(otherwise->range, otherwise->type.kind, type.kind));
    return expr;
}

struct expr *fuzz_cast(struct program *program, enum conversion conversion,
                       struct type type, struct expr *kid)
{
    struct expr *expr = fuzz_node(program, EXPR_CONVERT, type, 1, &kid);

    expr->sub = conversion;
    if (conversion == CONVERT_CAST || conversion == CONVERT_FUNCTION)
        expr->range = fuzz_converted_range(kid->range, kid->type.kind, type.kind);
    return expr;
}

struct expr *fuzz_vector(struct program *program, struct type type, unsigned num_kids,
                         struct expr *const kids[])
{
    struct expr *expr = fuzz_node(program, EXPR_VECTOR, type, num_kids, kids);

    for (unsigned i = 0; i < num_kids; i++) {
        const struct range range =
            fuzz_converted_range(kids[i]->range, kids[i]->type.kind, type.kind);

        expr->range = i ? joined(expr->range, range) : range;
    }
    return expr;
}

static const struct {
    enum builtin_kinds kinds;
    bool is_unsigned, is_limited;
    int least, greatest;
} builtins[] = {
#define SAME     false
#define UNSIGNED true
#define INTEGER(name, arity, kinds, result, least, greatest) \
    {KINDS_##kinds, result, least <= greatest, least, greatest},
#define FLOATING(...) {KINDS_ANY, false, false, 0, 0},
#include "builtin.def"
#undef SAME
#undef UNSIGNED
};

enum builtin_kinds fuzz_builtin_kinds(unsigned row)
{
    return builtins[row].kinds;
}

unsigned fuzz_num_builtins(void)
{
    return sizeof builtins / sizeof *builtins;
}

static double builtin_bound(unsigned row, const double *b)
{
    const double bounds[] = {
#define INTEGER(...)                 0,
#define FLOATING(name, arity, bound) bound,
#include "builtin.def"
    };

    return bounds[row];
}

struct expr *fuzz_make_builtin(struct program *program, unsigned row,
                               struct expr *const kids[])
{
    const unsigned arity = fuzz_builtins[row].arity;
    const struct type operand = kids[0]->type;
    struct expr *expr = fuzz_node(
        program, EXPR_BUILTIN,
        builtins[row].is_unsigned ? fuzz_unsigned_type(operand) : operand, arity, kids);

    expr->sub = row;
    expr->operand = operand;
    if (fuzz_builtins[row].is_float) {
        const double b[3] = {kids[0]->range.bound, kids[arity > 1]->range.bound,
                             kids[arity > 2 ? 2 : 0]->range.bound};

        expr->range.bound = builtin_bound(row, b) * 1.001;
    } else if (builtins[row].is_limited) {
        expr->range = (struct range){builtins[row].least, builtins[row].greatest, 0};
    }
    return expr;
}

struct expr *fuzz_select(struct program *program, struct expr *otherwise,
                         struct expr *then, struct expr *which)
{
    struct expr *expr = fuzz_node(program, EXPR_SELECT, then->type, 3,
                                  (struct expr *[]){otherwise, then, which});

    expr->range = joined(then->range, otherwise->range);
    return expr;
}

struct expr *fuzz_relation(struct program *program, enum operator_name operator,
                           struct expr * left, struct expr *right)
{
    struct expr *expr = fuzz_node(program, EXPR_RELATION, truth_type(left->type), 2,
                                  (struct expr *[]){left, right});

    expr->sub = operator;
    expr->operand = left->type;
    expr->range = truth_range(left->type);
    return expr;
}

static wide identity_end(const struct launch *launch, enum identity identity, unsigned d)
{
    const size_t size = launch->groups[d] * launch->local[d];

    switch (identity) {
    case IDENTITY_GLOBAL_ID:
        return (wide)(launch->offset[d] + size) - 1;
    case IDENTITY_LOCAL_ID:
        return (wide)launch->local[d] - 1;
    case IDENTITY_GROUP_ID:
        return (wide)launch->groups[d] - 1;
    case IDENTITY_GLOBAL_SIZE:
        return (wide)size;
    case IDENTITY_LOCAL_SIZE:
        return (wide)launch->local[d];
    case IDENTITY_NUM_GROUPS:
        return (wide)launch->groups[d];
    case IDENTITY_GLOBAL_OFFSET:
        return (wide)launch->offset[d];
    default:
        return MAX_DIMENSIONS;
    }
}

struct expr *fuzz_identity(struct program *program, const struct launch *launch,
                           enum identity identity, struct expr *dimension)
{
    const bool is_word = identity == IDENTITY_WORK_DIM;
    struct expr *expr = fuzz_node(program, EXPR_IDENTITY,
                                  fuzz_scalar_type(is_word ? KIND_UINT : KIND_ULONG),
                                  !is_word, &dimension);

    expr->sub = identity;
    expr->range = (struct range){0, 1, 0};
    for (unsigned d = 0; d < MAX_DIMENSIONS; d++)
        if (is_word || (dimension->range.lo <= d && dimension->range.hi >= d))
            expr->range.hi = larger(expr->range.hi, identity_end(launch, identity, d));
    expr->is_uniform = expr->is_uniform && identity != IDENTITY_GLOBAL_ID &&
                       identity != IDENTITY_LOCAL_ID;
    return expr;
}

struct expr *fuzz_vload(struct program *program, unsigned width, struct expr *offset,
                        struct expr *pointer)
{
    struct expr *expr =
        fuzz_node(program, EXPR_VLOAD, fuzz_vector_type(pointer->type.kind, width), 2,
                  (struct expr *[]){offset, pointer});

    expr->range = pointer->range;
    return expr;
}

struct expr *fuzz_address(struct program *program, enum space space, struct expr *of)
{
    struct type type = fuzz_element_type(of->type);
    struct expr *expr;

    type.space = space;
    expr = fuzz_node(program, EXPR_ADDRESS, type, 1, &of);
    expr->range = of->range;
    return expr;
}

struct expr *fuzz_call(struct program *program, struct function *function,
                       struct expr *const kids[])
{
    struct expr *expr = fuzz_node(program, EXPR_CALL, function->result,
                                  (unsigned)function->num_parameters, kids);

    expr->function = function;
    expr->range = function->range;
    expr->is_uniform = expr->is_uniform && function->is_uniform;
    return expr;
}
