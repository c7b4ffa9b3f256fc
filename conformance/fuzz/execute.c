/* SPDX-License-Identifier: MIT */
/* Statements of the reference that only compute: one item's. */
#include "interpret.h"

#include <string.h>

static void fill_record(struct machine *machine, struct item *item, struct place place,
                        const struct expr *list);

/* Initialises one object from an expression or a list of them. */
static void initialise(struct machine *machine, struct item *item, struct place place,
                       const struct expr *expr)
{
    struct value value;

    expr = fuzz_now(expr);
    if (expr->op != EXPR_LIST) {
        fuzz_evaluate(machine, item, expr, &value);
        fuzz_convert(machine, expr->type, place.type, &value);
        fuzz_store(machine, item, place, &value);
    } else if (place.type.count) {
        const struct type element = fuzz_element_type(place.type);

        for (unsigned i = 0; i < expr->num_kids; i++)
            initialise(
                machine, item,
                (struct place){.address = place.address + i * fuzz_value_size(element),
                               .count = 1,
                               .type = element},
                expr->kids[i]);
    } else {
        fill_record(machine, item, place, expr);
    }
}

static void fill_record(struct machine *machine, struct item *item, struct place place,
                        const struct expr *list)
{
    for (unsigned i = 0; i < list->num_kids; i++) {
        const struct field *field = &place.type.record->fields[i];

        initialise(machine, item,
                   (struct place){.address = place.address + field->offset,
                                  .count = 1,
                                  .type = field->type},
                   list->kids[i]);
    }
}

static void declare(struct machine *machine, struct item *item, const struct stmt *stmt)
{
    const struct variable *variable = stmt->variable;
    const struct place place = {
        .address = item->frame + variable->offset, .count = 1, .type = variable->type};
    struct value pointer;

    if (!stmt->value)
        return;
    memset(place.address, 0, fuzz_type_size(variable->type));
    if (variable->type.space != SPACE_NONE) {
        fuzz_evaluate(machine, item, stmt->value, &pointer);
        memcpy(place.address, pointer.lane, fuzz_type_size(variable->type));
    } else {
        initialise(machine, item, place, stmt->value);
    }
}

static void copy_record(struct machine *machine, struct item *item,
                        const struct stmt *stmt)
{
    const struct place to = fuzz_place(machine, item, stmt->target);
    const struct place from = fuzz_place(machine, item, stmt->value);

    if (machine->error[0])
        return;
    fuzz_touch(machine, item, from.address, to.type.record->size, ACCESS_READ,
               ATOMIC_NONE);
    fuzz_touch(machine, item, to.address, to.type.record->size, ACCESS_WRITE,
               ATOMIC_NONE);
    memmove(to.address, from.address, to.type.record->size);
}

void fuzz_assign_value(struct machine *machine, struct item *item,
                       const struct expr *target, struct type from,
                       const struct value *value)
{
    struct value converted = *value;
    struct place place;

    target = fuzz_now(target);
    fuzz_convert(machine, from, target->type, &converted);
    if (target->op != EXPR_SWIZZLE) {
        fuzz_store(machine, item, fuzz_place(machine, item, target), &converted);
        return;
    }
    place = fuzz_place(machine, item, target->kids[0]);
    place.type.width = 1;
    for (unsigned i = 0; i < target->type.width && place.address; i++) {
        const struct place lane = {
            .address = place.address +
                       target->lanes[i] * (fuzz_scalars[place.type.kind].bits / 8),
            .count = 1,
            .type = place.type};

        fuzz_store(machine, item, lane, &(struct value){.lane[0] = converted.lane[i]});
    }
}

static void assign(struct machine *machine, struct item *item, const struct stmt *stmt)
{
    const struct expr *target = fuzz_now(stmt->target), *source = fuzz_now(stmt->value);
    struct value value, old;
    struct type type = source->type;

    if (type.kind == KIND_RECORD) {
        copy_record(machine, item, stmt);
        return;
    }
    fuzz_evaluate(machine, item, source, &value);
    if (type.space != SPACE_NONE) {
        memcpy(fuzz_place(machine, item, target).address, value.lane,
               fuzz_type_size(type));
        return;
    }
    if (stmt->sub != OPERATOR_NONE) {
        const bool is_shift = fuzz_operators[stmt->sub].class == CLASS_SHIFT;

        type = is_shift && target->type.width == 1
                   ? fuzz_common_type(target->type, target->type)
                   : fuzz_common_type(target->type, source->type);
        fuzz_evaluate(machine, item, target, &old);
        fuzz_convert(machine, target->type, type, &old);
        if (!is_shift || target->type.width > 1)
            fuzz_convert(machine, source->type, type, &value);
        for (unsigned i = 0; i < type.width; i++)
            value.lane[i] = fuzz_binary(machine, (enum operator_name)stmt->sub, type.kind,
                                        old.lane[i], value.lane[i]);
    }
    fuzz_assign_value(machine, item, target, type, &value);
}

static void vstore(struct machine *machine, struct item *item, const struct stmt *stmt)
{
    struct value pointer, value, offset;
    struct place place = {.type = fuzz_now(stmt->value)->type, .count = 1};
    const unsigned width = place.type.width;

    fuzz_evaluate(machine, item, stmt->value, &value);
    fuzz_evaluate(machine, item, stmt->extra, &offset);
    fuzz_evaluate(machine, item, stmt->target, &pointer);
    if (offset.lane[0].i < 0 || (offset.lane[0].i + 1) * width > pointer.lane[1].i) {
        fuzz_refuse(machine, "vstore outside of an object");
        return;
    }
    place.address =
        (unsigned char *)(intptr_t)pointer.lane[0].i +
        (size_t)offset.lane[0].i * width * (fuzz_scalars[place.type.kind].bits / 8);
    fuzz_store(machine, item, place, &value);
}

static wide atomic_result(enum atomic atomic, wide old, wide value)
{
    switch (atomic) {
    case ATOMIC_ADD:
        return old + value;
    case ATOMIC_MIN:
        return old < value ? old : value;
    case ATOMIC_MAX:
        return old > value ? old : value;
    case ATOMIC_AND:
        return old & value;
    case ATOMIC_OR:
        return old | value;
    case ATOMIC_XOR:
        return old ^ value;
    default:
        return old + 1;
    }
}

/* Applies the operation and returns what was there. */
static wide apply_atomic(struct machine *machine, struct item *item,
                         const struct expr *target, enum atomic atomic, wide value)
{
    const struct place place = fuzz_place(machine, item, target);
    union lane lane = {.i = 0};
    wide old;

    if (machine->error[0])
        return 0;
    fuzz_touch(machine, item, place.address, 4, ACCESS_ATOMIC, atomic);
    old = fuzz_widen(place.type.kind,
                     fuzz_component_load(place.type.kind, place.address).i);
    lane.i = fuzz_wrap(place.type.kind, atomic_result(atomic, old, value));
    fuzz_component_store(place.type.kind, place.address, lane);
    return old;
}

static void run_atomic(struct machine *machine, struct item *item,
                       const struct stmt *stmt)
{
    const enum atomic atomic = (enum atomic)stmt->sub;
    const struct type type = fuzz_now(stmt->target)->type;
    struct value value;

    fuzz_evaluate(machine, item, stmt->value, &value);
    fuzz_convert(machine, fuzz_now(stmt->value)->type, type, &value);
    const wide operand = fuzz_widen(type.kind, value.lane[0].i);
    if (atomic != ATOMIC_TICKET) {
        apply_atomic(machine, item, stmt->target, atomic, operand);
        return;
    }
    const wide ticket = apply_atomic(machine, item, stmt->target, atomic, 0);
    if (operand < -(1 << 22) || operand > 1 << 22)
        fuzz_refuse(machine, "signed overflow");
    apply_atomic(machine, item, stmt->extra, ATOMIC_ADD, (ticket & 255) * operand);
}

void fuzz_execute(struct machine *machine, struct item *item, const struct stmt *stmt)
{
    struct value ignored;

    switch (stmt->op) {
    case STMT_DECLARE:
        declare(machine, item, stmt);
        break;
    case STMT_ASSIGN:
        assign(machine, item, stmt);
        break;
    case STMT_VSTORE:
        vstore(machine, item, stmt);
        break;
    case STMT_ATOMIC:
        run_atomic(machine, item, stmt);
        break;
    default:
        fuzz_evaluate(machine, item, stmt->value, &ignored);
    }
}
