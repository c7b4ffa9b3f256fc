/* SPDX-License-Identifier: MIT */
/* Expressions of the reference. */
#include "interpret.h"

#include <math.h>
#include <string.h>

static const struct expr *kid(const struct expr *expr, unsigned i)
{
    return fuzz_now(expr->kids[i]);
}

static void evaluate_kid(struct machine *machine, struct item *item,
                         const struct expr *expr, unsigned i, struct value *value_out)
{
    fuzz_evaluate(machine, item, expr->kids[i], value_out);
}

static int64_t integer_of(struct machine *machine, struct item *item,
                          const struct expr *expr)
{
    struct value value;

    fuzz_evaluate(machine, item, expr, &value);
    return value.lane[0].i;
}

static struct place variable_place(struct machine *machine, struct item *item,
                                   struct variable *variable)
{
    struct place place = {.type = variable->type, .count = 1};

    if (variable->home == SPACE_CONSTANT)
        place.address = variable->contents;
    else if (variable->home == SPACE_LOCAL)
        place.address = machine->local + variable->offset;
    else
        place.address = item->frame + variable->offset;
    if (variable->type.count)
        place.count = variable->type.rows ? variable->type.rows : variable->type.count;
    return place;
}

/* What a pointer's value points to. */
static struct place pointee(struct place pointer)
{
    struct place place = {.type = fuzz_element_type(pointer.type)};

    memcpy(&place.address, pointer.address, sizeof place.address);
    memcpy(&place.count, pointer.address + sizeof(union lane), sizeof place.count);
    return place;
}

static struct place index_place(struct machine *machine, struct item *item,
                                const struct expr *expr)
{
    struct place base = fuzz_place(machine, item, expr->kids[0]);
    const int64_t index = integer_of(machine, item, expr->kids[1]);
    size_t step;

    if (base.type.space != SPACE_NONE)
        base = pointee(base);
    if (index < 0 || index >= base.count) {
        fuzz_refuse(machine, "index %lld of %lld elements", (long long)index,
                    (long long)base.count);
        return (struct place){.type = expr->type};
    }
    if (base.type.rows) {
        base.type.rows = 0;
        step = fuzz_type_size(base.type);
        base.count = base.type.count;
    } else {
        base.type = fuzz_element_type(base.type);
        step = fuzz_value_size(base.type);
        base.count -= index;
    }
    base.address += step * (size_t)index;
    return base;
}

struct place fuzz_place(struct machine *machine, struct item *item,
                        const struct expr *expr)
{
    expr = fuzz_now(expr);
    if (expr->op == EXPR_VARIABLE)
        return variable_place(machine, item, expr->variable);
    if (expr->op == EXPR_INDEX)
        return index_place(machine, item, expr);
    if (expr->op == EXPR_FIELD) {
        struct place base = fuzz_place(machine, item, expr->kids[0]);
        const struct field *field = &kid(expr, 0)->type.record->fields[expr->sub];

        base.address = base.address ? base.address + field->offset : NULL;
        base.type = field->type;
        base.count = field->type.count ? field->type.count : 1;
        return base;
    }
    fuzz_refuse(machine, "not an lvalue");
    return (struct place){.type = expr->type};
}

static int64_t float_to_integer(struct machine *machine, enum kind kind, double value,
                                bool saturates)
{
    const struct range full = fuzz_full_range(kind);

    if (saturates && value <= (double)full.lo)
        return (int64_t)full.lo;
    if (saturates && value >= (double)full.hi)
        return (int64_t)full.hi;
    if (!(value > (double)full.lo - 1 && value < (double)full.hi + 1)) {
        fuzz_refuse(machine, "float out of an integer's range");
        return 0;
    }
    return fuzz_wrap(kind, (wide)value);
}

static union lane convert_lane(struct machine *machine, enum kind from, enum kind to,
                               union lane lane, bool saturates)
{
    union lane result;

    if (fuzz_scalars[from].is_float && !fuzz_scalars[to].is_float) {
        result.i = float_to_integer(machine, to, lane.f, saturates);
    } else if (fuzz_scalars[from].is_float) {
        result.f = to == KIND_FLOAT ? (double)(float)lane.f : lane.f;
    } else if (to == KIND_FLOAT) {
        result.f = from == KIND_ULONG ? (float)(uint64_t)lane.i : (float)lane.i;
    } else if (to == KIND_DOUBLE) {
        result.f = from == KIND_ULONG ? (double)(uint64_t)lane.i : (double)lane.i;
    } else {
        const struct range full = fuzz_full_range(to);
        wide value = fuzz_widen(from, lane.i);

        if (saturates)
            value = value < full.lo ? full.lo : value > full.hi ? full.hi : value;
        result.i = fuzz_wrap(to, value);
    }
    return result;
}

static void convert(struct machine *machine, struct type from, struct type to,
                    struct value *value, bool saturates)
{
    if (to.space != SPACE_NONE || to.kind >= KIND_RECORD)
        return;
    for (unsigned i = 0; i < from.width && i < to.width; i++)
        value->lane[i] =
            convert_lane(machine, from.kind, to.kind, value->lane[i], saturates);
    for (unsigned i = 1; from.width == 1 && i < to.width; i++)
        value->lane[i] = value->lane[0];
}

void fuzz_convert(struct machine *machine, struct type from, struct type to,
                  struct value *value)
{
    convert(machine, from, to, value, false);
}

static void reinterpret(struct type from, struct type to, struct value *value)
{
    unsigned char bytes[sizeof *value];

    for (unsigned i = 0; i < from.width; i++)
        fuzz_component_store(from.kind, bytes + i * (fuzz_scalars[from.kind].bits / 8),
                             value->lane[i]);
    for (unsigned i = 0; i < to.width; i++)
        value->lane[i] =
            fuzz_component_load(to.kind, bytes + i * (fuzz_scalars[to.kind].bits / 8));
}

static void evaluate_unary(struct machine *machine, struct item *item,
                           const struct expr *expr, struct value *out)
{
    const struct type type = expr->type;

    evaluate_kid(machine, item, expr, 0, out);
    if (expr->sub == UNARY_NOT && kid(expr, 0)->type.width == 1) {
        const bool is_float = fuzz_is_float(kid(expr, 0)->type);

        out->lane[0].i = is_float ? out->lane[0].f == 0 : out->lane[0].i == 0;
        return;
    }
    fuzz_convert(machine, kid(expr, 0)->type, type, out);
    for (unsigned i = 0; i < type.width; i++) {
        union lane *lane = &out->lane[i];

        if (expr->sub == UNARY_COMPLEMENT)
            lane->i = fuzz_wrap(type.kind, ~fuzz_widen(type.kind, lane->i));
        else if (expr->sub == UNARY_NOT)
            lane->i = -(lane->i == 0);
        else if (fuzz_is_float(type))
            lane->f = -lane->f;
        else
            *lane = fuzz_binary(machine, OPERATOR_SUBTRACT, type.kind,
                                (union lane){.i = 0}, *lane);
    }
}

static bool is_true(struct machine *machine, struct item *item, const struct expr *expr)
{
    struct value value;

    expr = fuzz_now(expr);
    fuzz_evaluate(machine, item, expr, &value);
    return fuzz_is_float(expr->type) ? value.lane[0].f != 0 : value.lane[0].i != 0;
}

static void evaluate_binary(struct machine *machine, struct item *item,
                            const struct expr *expr, struct value *out)
{
    const enum operator_class class = fuzz_operators[expr->sub].class;
    const struct type operand = expr->operand;
    struct value right;

    if (class == CLASS_LOGIC) {
        const bool stops_at = expr->sub == OPERATOR_EITHER;

        out->lane[0].i = is_true(machine, item, expr->kids[0]) == stops_at
                             ? stops_at
                             : is_true(machine, item, expr->kids[1]);
        return;
    }
    evaluate_kid(machine, item, expr, 0, out);
    evaluate_kid(machine, item, expr, 1, &right);
    fuzz_convert(machine, kid(expr, 0)->type, operand, out);
    if (class == CLASS_SHIFT && operand.width == 1) {
        /* the amount keeps its type; only its low bits count */
    } else {
        fuzz_convert(machine, kid(expr, 1)->type, operand, &right);
    }
    for (unsigned i = 0; i < operand.width; i++) {
        out->lane[i] = fuzz_binary(machine, (enum operator_name)expr->sub, operand.kind,
                                   out->lane[i], right.lane[i]);
        if (class == CLASS_COMPARISON && (operand.width > 1))
            out->lane[i].i = -out->lane[i].i;
    }
}

static void evaluate_vector(struct machine *machine, struct item *item,
                            const struct expr *expr, struct value *out)
{
    unsigned filled = 0;

    for (unsigned k = 0; k < expr->num_kids; k++) {
        const struct type from = kid(expr, k)->type;
        struct value part;

        evaluate_kid(machine, item, expr, k, &part);
        fuzz_convert(machine, from, fuzz_vector_type(expr->type.kind, from.width), &part);
        for (unsigned i = 0; i < from.width && filled < MAX_WIDTH; i++)
            out->lane[filled++] = part.lane[i];
    }
    for (; filled < expr->type.width; filled++)
        out->lane[filled] = out->lane[0];
}

static void evaluate_select(struct machine *machine, struct item *item,
                            const struct expr *expr, struct value *out)
{
    const enum kind kind = kid(expr, 2)->type.kind;
    struct value other, which;

    evaluate_kid(machine, item, expr, 0, out);
    evaluate_kid(machine, item, expr, 1, &other);
    evaluate_kid(machine, item, expr, 2, &which);
    for (unsigned i = 0; i < expr->type.width; i++) {
        const bool sign = which.lane[i].i >> (fuzz_scalars[kind].bits - 1) & 1;

        if (expr->type.width == 1 ? which.lane[i].i != 0 : sign)
            out->lane[i] = other.lane[i];
    }
}

static void evaluate_relation(struct machine *machine, struct item *item,
                              const struct expr *expr, struct value *out)
{
    struct value right;

    evaluate_kid(machine, item, expr, 0, out);
    evaluate_kid(machine, item, expr, 1, &right);
    for (unsigned i = 0; i < expr->type.width; i++) {
        const union lane result =
            fuzz_binary(machine, (enum operator_name)expr->sub, expr->operand.kind,
                        out->lane[i], right.lane[i]);

        out->lane[i].i = expr->type.width > 1 ? -result.i : result.i;
    }
}

static void evaluate_any_all(struct machine *machine, struct item *item,
                             const struct expr *expr, struct value *out)
{
    const struct type type = kid(expr, 0)->type;
    unsigned set = 0;

    evaluate_kid(machine, item, expr, 0, out);
    for (unsigned i = 0; i < type.width; i++)
        set += out->lane[i].i >> (fuzz_scalars[type.kind].bits - 1) & 1;
    out->lane[0].i = expr->sub ? set == type.width : set > 0;
}

static size_t identity_value(const struct machine *machine, const struct item *item,
                             enum identity identity, unsigned d)
{
    const struct launch *launch = &machine->kernel->launch;

    switch (identity) {
    case IDENTITY_GLOBAL_ID:
        return item->global_id[d];
    case IDENTITY_LOCAL_ID:
        return item->local_id[d];
    case IDENTITY_GROUP_ID:
        return machine->group[d];
    case IDENTITY_GLOBAL_SIZE:
        return launch->groups[d] * launch->local[d];
    case IDENTITY_LOCAL_SIZE:
        return launch->local[d];
    case IDENTITY_NUM_GROUPS:
        return launch->groups[d];
    case IDENTITY_GLOBAL_OFFSET:
        return launch->offset[d];
    default:
        return launch->dimensions;
    }
}

static void evaluate_identity(struct machine *machine, struct item *item,
                              const struct expr *expr, struct value *out)
{
    static const unsigned char otherwise[] = {
#define IDENTITY(name, function, otherwise) otherwise,
#include "identity.def"
#undef IDENTITY
    };
    int64_t dimension = 0;

    if (expr->sub != IDENTITY_WORK_DIM)
        dimension = integer_of(machine, item, expr->kids[0]);
    if (dimension < 0 || dimension >= machine->kernel->launch.dimensions)
        out->lane[0].i = otherwise[expr->sub];
    else
        out->lane[0].i = (int64_t)identity_value(machine, item, (enum identity)expr->sub,
                                                 (unsigned)dimension);
}

static void evaluate_vload(struct machine *machine, struct item *item,
                           const struct expr *expr, struct value *out)
{
    const int64_t offset = integer_of(machine, item, expr->kids[0]);
    struct value pointer;
    struct place place = {.type = expr->type, .count = 1};

    evaluate_kid(machine, item, expr, 1, &pointer);
    if (offset < 0 || (offset + 1) * expr->type.width > pointer.lane[1].i) {
        fuzz_refuse(machine, "vload outside of an object");
        return;
    }
    place.address =
        (unsigned char *)(intptr_t)pointer.lane[0].i +
        (size_t)offset * expr->type.width * (fuzz_scalars[expr->type.kind].bits / 8);
    fuzz_load(machine, item, place, out);
}

static void evaluate_address(struct machine *machine, struct item *item,
                             const struct expr *expr, struct value *out)
{
    const struct expr *of = kid(expr, 0);
    struct place place = fuzz_place(machine, item, of);

    if (of->op == EXPR_VARIABLE && of->type.space != SPACE_NONE)
        place = pointee(place);
    out->lane[0].i = (intptr_t)place.address;
    out->lane[1].i = place.count;
}

void fuzz_bind(struct machine *machine, struct item *item, const struct expr *call)
{
    struct value arguments[MAX_PARAMETERS];
    const struct function *function = call->function;

    for (unsigned i = 0; i < call->num_kids; i++) {
        const struct type type = function->parameters[i].variable->type;

        if (type.kind == KIND_RECORD && type.space == SPACE_NONE) {
            const struct place from = fuzz_place(machine, item, call->kids[i]);

            arguments[i].lane[0].i = (intptr_t)from.address;
            continue;
        }
        evaluate_kid(machine, item, call, i, &arguments[i]);
        fuzz_convert(machine, kid(call, i)->type, type, &arguments[i]);
    }
    for (unsigned i = 0; i < call->num_kids && !machine->error[0]; i++) {
        const struct variable *to = function->parameters[i].variable;
        unsigned char *address = item->frame + to->offset;

        if (to->type.space != SPACE_NONE)
            memcpy(address, arguments[i].lane, fuzz_type_size(to->type));
        else if (to->type.kind == KIND_RECORD)
            memcpy(address, (const void *)(intptr_t)arguments[i].lane[0].i,
                   to->type.record->size);
        else
            fuzz_store(machine, item,
                       (struct place){.address = address, .count = 1, .type = to->type},
                       &arguments[i]);
    }
}

static void evaluate_call(struct machine *machine, struct item *item,
                          const struct expr *expr, struct value *out)
{
    memset(out, 0, sizeof *out);
    fuzz_bind(machine, item, expr);
    if (fuzz_run(machine, item, &expr->function->body, out) != FLOW_RETURN &&
        expr->function->value) {
        fuzz_evaluate(machine, item, expr->function->value, out);
        fuzz_convert(machine, fuzz_now(expr->function->value)->type, expr->type, out);
    }
}

static void evaluate_builtin(struct machine *machine, struct item *item,
                             const struct expr *expr, struct value *out)
{
    struct value arguments[3];

    for (unsigned i = 0; i < expr->num_kids; i++)
        evaluate_kid(machine, item, expr, i, &arguments[i]);
    fuzz_builtin(machine, expr->sub, expr->operand, arguments, expr->num_kids, out);
    for (unsigned i = 0; fuzz_is_float(expr->type) && i < expr->type.width; i++)
        if (!isfinite(out->lane[i].f) || fabs(out->lane[i].f) > 0x1p120)
            fuzz_refuse(machine, "a float that is not finite");
}

static void evaluate_swizzle(struct machine *machine, struct item *item,
                             const struct expr *expr, struct value *out)
{
    struct value whole;

    evaluate_kid(machine, item, expr, 0, &whole);
    for (unsigned i = 0; i < expr->type.width; i++)
        out->lane[i] = whole.lane[expr->lanes[i]];
}

static void evaluate_conversion(struct machine *machine, struct item *item,
                                const struct expr *expr, struct value *out)
{
    const struct type from = kid(expr, 0)->type;

    evaluate_kid(machine, item, expr, 0, out);
    if (expr->sub == CONVERT_BITS)
        reinterpret(from, expr->type, out);
    else
        convert(machine, from, expr->type, out, expr->sub == CONVERT_SATURATED);
}

static void evaluate_condition(struct machine *machine, struct item *item,
                               const struct expr *expr, struct value *out)
{
    const unsigned taken = is_true(machine, item, expr->kids[0]) ? 1 : 2;

    evaluate_kid(machine, item, expr, taken, out);
    fuzz_convert(machine, kid(expr, taken)->type, expr->type, out);
}

void fuzz_evaluate(struct machine *machine, struct item *item, const struct expr *expr,
                   struct value *value_out)
{
    typedef void evaluator(struct machine *, struct item *, const struct expr *,
                           struct value *);
    static evaluator *const evaluators[] = {
        [EXPR_SWIZZLE] = evaluate_swizzle,    [EXPR_UNARY] = evaluate_unary,
        [EXPR_BINARY] = evaluate_binary,      [EXPR_CONDITION] = evaluate_condition,
        [EXPR_CONVERT] = evaluate_conversion, [EXPR_VECTOR] = evaluate_vector,
        [EXPR_BUILTIN] = evaluate_builtin,    [EXPR_SELECT] = evaluate_select,
        [EXPR_RELATION] = evaluate_relation,  [EXPR_ANY_ALL] = evaluate_any_all,
        [EXPR_IDENTITY] = evaluate_identity,  [EXPR_VLOAD] = evaluate_vload,
        [EXPR_ADDRESS] = evaluate_address,    [EXPR_CALL] = evaluate_call,
    };

    expr = fuzz_now(expr);
    if (machine->error[0] || ++machine->steps > machine->max_steps) {
        if (!machine->error[0])
            fuzz_refuse(machine, "too many steps");
        memset(value_out, 0, sizeof *value_out);
        return;
    }
    if (expr->op == EXPR_CONSTANT)
        value_out->lane[0] = expr->constant;
    else if (expr->op <= EXPR_FIELD)
        fuzz_load(machine, item, fuzz_place(machine, item, expr), value_out);
    else
        evaluators[expr->op](machine, item, expr, value_out);
}
