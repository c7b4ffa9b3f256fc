/* SPDX-License-Identifier: MIT */
/* Statements of the reference: what holds no barrier is run item by item, what holds one
 * by the whole group, which must then agree on where to go. */
#include "interpret.h"

#include <stdlib.h>
#include <string.h>

static bool is_zero(const struct expr *expr, const struct value *value)
{
    return fuzz_is_float(fuzz_now(expr)->type) ? value->lane[0].f == 0
                                               : value->lane[0].i == 0;
}

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

static void assign_value(struct machine *machine, struct item *item,
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
    assign_value(machine, item, target, type, &value);
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

static const struct switch_case *find_case(const struct stmt *stmt, int64_t selector)
{
    const struct switch_case *otherwise = NULL;

    for (size_t i = 0; i < stmt->num_cases; i++) {
        if (stmt->cases[i].is_default)
            otherwise = &stmt->cases[i];
        else if (stmt->cases[i].value == selector)
            return &stmt->cases[i];
    }
    return otherwise;
}

/* The loops and branches below exist once: `items` is one item, or the whole group. */
struct crew {
    struct machine *machine;
    struct item *item; /* NULL: the group */
    struct value *result;
};

static enum flow run_block(const struct crew *crew, const struct block *block);
static enum flow run_stmt(const struct crew *crew, const struct stmt *stmt);

/* A value that the crew agrees on. */
static int64_t agreed(const struct crew *crew, const struct expr *expr, bool is_condition)
{
    struct machine *machine = crew->machine;
    const struct launch *launch = &machine->kernel->launch;
    struct value value;
    int64_t agreed = 0;
    bool is_first = true;

    for (size_t i = 0; i < launch->group_items; i++) {
        struct item *item = crew->item ? crew->item : &machine->items[i];

        if (item->is_done)
            continue;
        fuzz_evaluate(machine, item, expr, &value);
        const int64_t mine = is_condition ? !is_zero(expr, &value) : value.lane[0].i;
        if (!is_first && mine != agreed)
            fuzz_refuse(machine, "items do not agree where a barrier follows");
        agreed = mine;
        is_first = false;
        if (crew->item)
            break;
    }
    return machine->error[0] ? 0 : agreed;
}

static enum flow run_loop(const struct crew *crew, const struct stmt *stmt)
{
    bool is_first = stmt->op == STMT_DO;
    enum flow flow;

    if (stmt->init)
        run_stmt(crew, stmt->init);
    while (is_first || agreed(crew, stmt->value, true)) {
        is_first = false;
        flow = run_block(crew, &stmt->body);
        if (flow == FLOW_RETURN)
            return flow;
        if (flow == FLOW_BREAK || crew->machine->error[0])
            break;
        if (stmt->step)
            run_stmt(crew, stmt->step);
    }
    return FLOW_ON;
}

static enum flow run_switch(const struct crew *crew, const struct stmt *stmt)
{
    const struct switch_case *chosen = find_case(stmt, agreed(crew, stmt->value, false));
    enum flow flow = FLOW_ON;

    for (; chosen && flow == FLOW_ON; chosen++) {
        flow = run_block(crew, &chosen->body);
        if (!chosen->falls_through || chosen == &stmt->cases[stmt->num_cases - 1])
            break;
    }
    return flow == FLOW_BREAK ? FLOW_ON : flow;
}

static enum flow run_compound(const struct crew *crew, const struct stmt *stmt)
{
    if (stmt->is_unwrapped) {
        if (stmt->init)
            run_stmt(crew, stmt->init);
        return run_block(crew, &stmt->body);
    }
    if (stmt->op == STMT_IF)
        return run_block(crew,
                         agreed(crew, stmt->value, true) ? &stmt->body : &stmt->other);
    if (stmt->op == STMT_SWITCH)
        return run_switch(crew, stmt);
    if (stmt->op == STMT_BLOCK)
        return run_block(crew, &stmt->body);
    return run_loop(crew, stmt);
}

static enum flow run_simple(const struct crew *crew, const struct stmt *stmt)
{
    struct machine *machine = crew->machine;
    struct item *item = crew->item;
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
    case STMT_CALL:
        fuzz_evaluate(machine, item, stmt->value, &ignored);
        break;
    case STMT_BREAK:
        return FLOW_BREAK;
    case STMT_CONTINUE:
        return FLOW_CONTINUE;
    case STMT_RETURN:
        if (stmt->value)
            fuzz_evaluate(machine, item, stmt->value, crew->result);
        return FLOW_RETURN;
    default:
        break;
    }
    return FLOW_ON;
}

static void wait_at_barrier(struct machine *machine, unsigned fences)
{
    for (size_t i = 0; i < machine->kernel->launch.group_items; i++)
        if (machine->items[i].is_done)
            fuzz_refuse(machine, "a barrier that not all items reach");
    if (fences & FENCE_LOCAL)
        machine->local_epoch++;
    if (fences & FENCE_GLOBAL)
        machine->global_epoch++;
}

/* A call of a function with barriers. */
static void call_by_group(const struct crew *crew, const struct stmt *stmt)
{
    struct machine *machine = crew->machine;
    const struct expr *call = fuzz_now(stmt->value);
    const size_t count = machine->kernel->launch.group_items;
    struct value value;

    for (size_t i = 0; i < count; i++)
        fuzz_bind(machine, &machine->items[i], call);
    if (run_block(crew, &call->function->body) == FLOW_RETURN)
        fuzz_refuse(machine, "return from a function with barriers");
    for (size_t i = 0; i < count && stmt->target; i++) {
        fuzz_evaluate(machine, &machine->items[i], call->function->value, &value);
        fuzz_convert(machine, fuzz_now(call->function->value)->type, call->type, &value);
        assign_value(machine, &machine->items[i], stmt->target, call->type, &value);
    }
}

/* Runs what holds no barrier for each item of the group. */
static enum flow run_each(const struct crew *crew, const struct stmt *stmt)
{
    struct machine *machine = crew->machine;
    enum flow common = FLOW_RETURN;

    for (size_t i = 0; i < machine->kernel->launch.group_items; i++) {
        struct item *item = &machine->items[i];
        const struct crew single = {machine, item, crew->result};

        if (item->is_done)
            continue;
        const enum flow flow = run_stmt(&single, stmt);
        if (flow == FLOW_RETURN)
            item->is_done = true;
        else if (common != FLOW_RETURN && flow != common)
            fuzz_refuse(machine, "items leave a loop with barriers apart");
        else
            common = flow;
    }
    return common;
}

static enum flow run_stmt(const struct crew *crew, const struct stmt *stmt)
{
    struct machine *machine = crew->machine;

    if (stmt->is_gone || machine->error[0])
        return FLOW_ON;
    if (++machine->steps > machine->max_steps) {
        fuzz_refuse(machine, "too many steps");
        return FLOW_ON;
    }
    if (!crew->item && !stmt->has_barrier)
        return run_each(crew, stmt);
    if (crew->item && stmt->has_barrier) {
        fuzz_refuse(machine, "a barrier in divergent code");
        return FLOW_ON;
    }
    if (stmt->op == STMT_BARRIER) {
        wait_at_barrier(machine, stmt->sub);
        return FLOW_ON;
    }
    if (stmt->has_barrier && stmt->op == STMT_CALL) {
        call_by_group(crew, stmt);
        return FLOW_ON;
    }
    if ((stmt->op >= STMT_IF && stmt->op <= STMT_SWITCH) || stmt->op == STMT_BLOCK)
        return run_compound(crew, stmt);
    return run_simple(crew, stmt);
}

static enum flow run_block(const struct crew *crew, const struct block *block)
{
    enum flow flow = FLOW_ON;

    for (size_t i = 0; i < block->count && flow == FLOW_ON; i++)
        flow = run_stmt(crew, block->stmts[i]);
    return flow;
}

enum flow fuzz_run(struct machine *machine, struct item *item, const struct block *block,
                   struct value *value_out)
{
    return run_block(&(const struct crew){machine, item, value_out}, block);
}

/* Frames of a new group: ids and arguments. */
static void start_item(struct machine *machine, size_t index)
{
    const struct launch *launch = &machine->kernel->launch;
    const struct function *entry = &machine->kernel->entry;
    struct item *item = &machine->items[index];
    size_t rest = index;

    item->is_done = false;
    item->id = (uint32_t)(machine->group_number - 1) * (uint32_t)launch->group_items +
               (uint32_t)index + 1;
    for (unsigned d = 0; d < MAX_DIMENSIONS; d++) {
        item->local_id[d] = rest % launch->local[d];
        rest /= launch->local[d];
        item->global_id[d] =
            launch->offset[d] + machine->group[d] * launch->local[d] + item->local_id[d];
    }
    for (size_t i = 0; i < entry->num_parameters; i++) {
        const struct parameter *parameter = &entry->parameters[i];
        unsigned char *to = item->frame + parameter->variable->offset;
        struct value pointer;

        if (parameter->role == ROLE_VALUE) {
            memcpy(to, parameter->contents, parameter->bytes);
            continue;
        }
        unsigned char *memory =
            parameter->role == ROLE_LOCAL ? machine->local : machine->global;
        pointer.lane[0].i = (intptr_t)(memory + machine->parameter_offsets[i]);
        pointer.lane[1].i =
            (int64_t)(parameter->bytes /
                      fuzz_value_size(fuzz_element_type(parameter->variable->type)));
        memcpy(to, pointer.lane, fuzz_type_size(parameter->variable->type));
    }
}

static void run_group(struct machine *machine)
{
    const struct crew crew = {machine, NULL, NULL};

    machine->group_number++;
    machine->local_epoch = 1;
    machine->global_epoch++;
    memset(machine->local_shadow, 0, machine->local_bytes * sizeof(struct shadow));
    for (size_t i = 0; i < machine->kernel->launch.group_items; i++)
        start_item(machine, i);
    run_block(&crew, &machine->kernel->entry.body);
}

static size_t round_up(size_t bytes)
{
    return (bytes + 127) / 128 * 128;
}

static bool prepare(struct machine *machine)
{
    const struct kernel *kernel = machine->kernel;
    const size_t frame = round_up(kernel->frame_bytes);
    const size_t count = kernel->launch.group_items;

    machine->local_bytes = round_up(kernel->local_bytes);
    for (size_t i = 0; i < kernel->entry.num_parameters; i++) {
        const struct parameter *parameter = &kernel->entry.parameters[i];
        size_t *total = parameter->role == ROLE_LOCAL ? &machine->local_bytes
                                                      : &machine->global_bytes;

        machine->parameter_offsets[i] = *total;
        *total += parameter->role == ROLE_VALUE ? 0 : round_up(parameter->bytes);
    }
    machine->items = calloc(count, sizeof *machine->items);
    machine->frames = calloc(count, frame + 1);
    machine->local = calloc(1, machine->local_bytes + 1);
    machine->global = calloc(1, machine->global_bytes + 1);
    machine->local_shadow = calloc(machine->local_bytes + 1, sizeof(struct shadow));
    machine->global_shadow = calloc(machine->global_bytes + 1, sizeof(struct shadow));
    if (!machine->items || !machine->frames || !machine->local || !machine->global ||
        !machine->local_shadow || !machine->global_shadow)
        return false;
    for (size_t i = 0; i < count; i++)
        machine->items[i].frame = machine->frames + i * frame;
    for (size_t i = 0; i < kernel->entry.num_parameters; i++) {
        const struct parameter *parameter = &kernel->entry.parameters[i];

        if (parameter->role != ROLE_VALUE && parameter->role != ROLE_LOCAL)
            memcpy(machine->global + machine->parameter_offsets[i], parameter->contents,
                   parameter->bytes);
    }
    return true;
}

const char *fuzz_interpret(struct machine *machine, const struct program *program,
                           const struct kernel *kernel, uint64_t max_steps)
{
    const size_t *groups = kernel->launch.groups;

    *machine =
        (struct machine){.program = program, .kernel = kernel, .max_steps = max_steps};
    if (!prepare(machine))
        return "out of memory";
    for (size_t i = 0; i < groups[0] * groups[1] * groups[2] && !machine->error[0]; i++) {
        machine->group[0] = i % groups[0];
        machine->group[1] = i / groups[0] % groups[1];
        machine->group[2] = i / groups[0] / groups[1];
        run_group(machine);
    }
    return machine->error[0] ? machine->error : NULL;
}

void fuzz_machine_fini(struct machine *machine)
{
    free(machine->items);
    free(machine->frames);
    free(machine->local);
    free(machine->global);
    free(machine->local_shadow);
    free(machine->global_shadow);
}
