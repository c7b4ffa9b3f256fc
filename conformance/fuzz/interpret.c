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
    switch (stmt->op) {
    case STMT_BREAK:
        return FLOW_BREAK;
    case STMT_CONTINUE:
        return FLOW_CONTINUE;
    case STMT_RETURN:
        if (stmt->value)
            fuzz_evaluate(crew->machine, crew->item, stmt->value, crew->result);
        return FLOW_RETURN;
    default:
        fuzz_execute(crew->machine, crew->item, stmt);
        return FLOW_ON;
    }
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
        fuzz_assign_value(machine, &machine->items[i], stmt->target, call->type, &value);
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
