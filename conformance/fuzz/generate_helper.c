/* SPDX-License-Identifier: MIT */
/* Random functions that a kernel calls: of values, through pointers, with barriers. */
#include "generate_internal.h"

#include <stdio.h>

struct variable *fuzz_add_parameter(struct generator *g, const char *prefix,
                                    struct type type, enum role role)
{
    struct function *function = g->function;
    struct parameter *parameter = &function->parameters[function->num_parameters++];

    parameter->variable = fuzz_new_variable(g, prefix, type);
    parameter->role = role;
    return parameter->variable;
}

static struct variable *declare_id(struct generator *g, const char *prefix,
                                   struct expr *value, wide last, bool is_uniform)
{
    static const enum kind kinds[] = {KIND_INT,  KIND_INT,   KIND_UINT,  KIND_ULONG,
                                      KIND_LONG, KIND_ULONG, KIND_SHORT, KIND_UINT};
    struct type type = fuzz_scalar_type(kinds[fuzz_below(g, 8)]);
    struct variable *variable;

    if (!fuzz_fits((struct range){0, last, 0}, type.kind))
        type.kind = KIND_INT;
    value->range = (struct range){0, last, 0};
    if (fuzz_chance(g, 30))
        value = fuzz_cast(g->program, CONVERT_CAST, type, value);
    variable = fuzz_declare(g, prefix, type, value);
    variable->range = (struct range){0, last, 0};
    variable->is_fixed = true;
    variable->is_uniform = is_uniform;
    return variable;
}

static struct expr *identity(struct generator *g, enum identity which, unsigned d)
{
    return fuzz_identity(g->program, g->launch, which,
                         fuzz_constant(g->program, KIND_INT, d));
}

/* The id in dimension d, from 0. */
static struct variable *declare_global_id(struct generator *g, unsigned d)
{
    struct expr *value = identity(g, IDENTITY_GLOBAL_ID, d);
    struct expr *group = identity(g, IDENTITY_GROUP_ID, d);
    const wide last = (wide)(g->launch->groups[d] * g->launch->local[d]) - 1;

    if (fuzz_chance(g, 20)) {
        value = fuzz_make_binary(g->program, OPERATOR_MULTIPLY, group,
                                 identity(g, IDENTITY_LOCAL_SIZE, d));
        value = fuzz_make_binary(g->program, OPERATOR_ADD, value,
                                 identity(g, IDENTITY_LOCAL_ID, d));
    } else if (g->launch->offset[d] || fuzz_chance(g, 20)) {
        value = fuzz_make_binary(g->program, OPERATOR_SUBTRACT, value,
                                 identity(g, IDENTITY_GLOBAL_OFFSET, d));
    }
    return declare_id(g, "g", value, last, false);
}

/* x + size_x * (y + size_y * z) */
static struct variable *declare_linear(struct generator *g, const char *prefix,
                                       struct variable *const ids[], const size_t *sizes,
                                       bool is_uniform)
{
    const unsigned dimensions = g->launch->dimensions;
    struct expr *value = fuzz_read(g->program, ids[dimensions - 1]);
    wide count = 1;

    for (unsigned d = dimensions - 1; d-- > 0;) {
        value = fuzz_arithmetic(g, OPERATOR_MULTIPLY, value,
                                fuzz_constant(g->program, KIND_INT, (wide)sizes[d]));
        value = fuzz_arithmetic(g, OPERATOR_ADD, value, fuzz_read(g->program, ids[d]));
    }
    for (unsigned d = 0; d < MAX_DIMENSIONS; d++)
        count *= (wide)sizes[d];
    return declare_id(g, prefix, value, count - 1, is_uniform);
}

void fuzz_prologue(struct generator *g)
{
    const struct launch *launch = g->launch;
    struct variable *groups[MAX_DIMENSIONS];
    size_t global[MAX_DIMENSIONS];

    for (unsigned d = 0; d < MAX_DIMENSIONS; d++)
        global[d] = launch->groups[d] * launch->local[d];
    for (unsigned d = 0; d < launch->dimensions; d++) {
        g->global_ids[d] = declare_global_id(g, d);
        g->local_ids[d] = declare_id(g, "l", identity(g, IDENTITY_LOCAL_ID, d),
                                     (wide)launch->local[d] - 1, false);
        groups[d] = declare_id(g, "b", identity(g, IDENTITY_GROUP_ID, d),
                               (wide)launch->groups[d] - 1, true);
    }
    g->global_item = declare_linear(g, "gi", g->global_ids, global, false);
    g->local_item = declare_linear(g, "li", g->local_ids, launch->local, false);
    g->group = declare_linear(g, "grp", groups, launch->groups, true);
}

/* Leaves the kernel for one of its functions; what it knew is put back by end_helper. */
static struct function *begin_helper(struct generator *g, struct generator *kept)
{
    struct function *function = fuzz_allocate(g->program, sizeof *function);

    snprintf(function->name, sizeof function->name, "f%u", g->names++ % 1000000);
    *kept = *g;
    g->function = function;
    g->block = &function->body;
    g->num_scope = g->num_owned = g->num_shared = g->num_targets = 0;
    for (size_t i = 0; i < g->program->num_tables; i++)
        g->scope[g->num_scope++] = g->program->tables[i];
    g->permutation = NULL;
    g->budget = 2 + (int)fuzz_below(g, 10);
    g->leave = LEAVE_NOT;
    g->work = 20;
    g->depth = 2;
    return function;
}

static void end_helper(struct generator *g, const struct generator *kept)
{
    const uint64_t random = g->random;
    const unsigned names = g->names;

    g->kernel->helpers[g->kernel->num_helpers++] = g->function;
    *g = *kept;
    g->random = random;
    g->names = names;
}

static void set_result(struct generator *g, struct type type)
{
    g->function->result = type;
    g->function->range = fuzz_full_range(type.kind);
    if (fuzz_is_float(type))
        g->function->range.bound = FLOAT_BOUND;
}

static void declare_sum(struct generator *g)
{
    g->sum = fuzz_declare(g, "s", fuzz_scalar_type(KIND_UINT),
                          fuzz_constant(g->program, KIND_UINT, fuzz_below(g, 1000)));
    g->sum->is_fixed = true;
}

static void return_something(struct generator *g)
{
    struct expr *value = fuzz_gen_value(g, g->function->result, 2);

    if (fuzz_is_integer(g->function->result))
        value = fuzz_make_binary(g->program, OPERATOR_XOR, value,
                                 fuzz_read(g->program, g->sum));
    g->function->value = fuzz_fit(g, g->function->result, g->function->range, value);
}

static struct type some_parameter_type(struct generator *g)
{
    const unsigned dice = fuzz_below(g, 10);

    if (dice == 0)
        return fuzz_vector_choice(g);
    if (dice == 1 && g->program->num_records)
        return (struct type){
            .kind = KIND_RECORD, .width = 1, .record = &g->program->records[0]};
    return fuzz_scalar_type(dice < 4 ? fuzz_float_kind(g) : fuzz_integer_kind(g));
}

static void gen_helper(struct generator *g, const struct generator *kernel)
{
    struct type type = fuzz_scalar_type(fuzz_integer_kind(g));
    const unsigned count = 1 + fuzz_below(g, 3);

    set_result(g, fuzz_scalar_type(fuzz_chance(g, 25) ? fuzz_float_kind(g)
                                                      : fuzz_integer_kind(g)));
    for (unsigned i = 0; i < count; i++)
        fuzz_add_parameter(g, "p", some_parameter_type(g), ROLE_VALUE);
    if (fuzz_chance(g, 40)) {
        type.space = SPACE_PRIVATE;
        type.count = fuzz_chance(g, 50) ? 1 : 2 + fuzz_below(g, 3);
        fuzz_add_parameter(g, "pp", type, ROLE_OWN);
    } else if (fuzz_chance(g, 50)) {
        const struct parameter *input =
            &kernel->function
                 ->parameters[fuzz_below(g, (unsigned)kernel->function->num_parameters)];

        if (input->role == ROLE_INPUT)
            fuzz_add_parameter(g, "pg", input->variable->type, ROLE_INPUT)->range =
                input->variable->range;
    }
    fuzz_prologue(g);
    declare_sum(g);
    g->is_uniform_here = g->uses_barriers = false;
    g->may_return = true;
    fuzz_gen_statements(g, (unsigned)g->budget);
    return_something(g);
}

/* A function that shares memory of the kernel's. */
static void gen_barrier_helper(struct generator *g, const struct shared *of)
{
    struct shared *shared = &g->shared[g->num_shared++];
    struct type type = fuzz_element_type(of->owned.variable->type);
    const enum state own[] = {STATE_OWN};
    const enum atomic none[] = {ATOMIC_NONE};

    g->function->has_barrier = true;
    *shared = *of;
    shared->base = NULL;
    shared->state = STATE_OWN;
    type.space = of->is_global ? SPACE_GLOBAL : SPACE_LOCAL;
    type.count = (unsigned)g->launch->group_items * of->owned.per_item;
    set_result(g, fuzz_scalar_type(fuzz_integer_kind(g)));
    shared->owned.variable = fuzz_add_parameter(g, "pl", type, ROLE_SHARED);
    shared->owned.variable->is_uniform = shared->owned.variable->is_fixed = true;
    g->function->parameters[0].map = (unsigned)of->owned.map;
    fuzz_add_parameter(g, "pu", fuzz_scalar_type(KIND_INT), ROLE_VALUE)->is_uniform =
        true;
    fuzz_add_parameter(g, "p", fuzz_scalar_type(fuzz_integer_kind(g)), ROLE_VALUE);
    g->function->parameters[1].variable->is_fixed = true;
    fuzz_prologue(g);
    declare_sum(g);
    g->is_uniform_here = g->uses_barriers = true;
    g->may_return = false;
    fuzz_gen_shared(g);
    fuzz_gen_barrier(g);
    fuzz_gen_statements(g, (unsigned)g->budget);
    fuzz_gen_shared(g);
    fuzz_restore_states(g, own, none);
    return_something(g);
}

void fuzz_gen_helpers(struct generator *g)
{
    static struct generator kept; /* big */
    const unsigned count = fuzz_below(g, 3);

    for (unsigned i = 0; i < count; i++) {
        begin_helper(g, &kept);
        gen_helper(g, &kept);
        end_helper(g, &kept);
    }
    if (!g->uses_barriers || g->num_shared == 0 || fuzz_chance(g, 50))
        return;
    const struct shared *shared = &g->shared[fuzz_below(g, (unsigned)g->num_shared)];
    const struct shared of = *shared;
    if (of.is_plane || of.owned.variable->type.width > 1)
        return;
    begin_helper(g, &kept);
    gen_barrier_helper(g, &of);
    end_helper(g, &kept);
}

/* A private array or variable that a pointer parameter may point to. */
static struct expr *private_target(struct generator *g, const struct variable *parameter)
{
    const struct range full = fuzz_full_range(parameter->type.kind);
    struct variable *fits[MAX_SCOPE];
    unsigned count = 0;

    for (size_t i = 0; i < g->num_scope; i++) {
        struct variable *variable = g->scope[i];
        const unsigned elements = variable->type.count ? variable->type.count : 1;

        if (variable->home == SPACE_PRIVATE && variable->type.space == SPACE_NONE &&
            variable->type.kind == parameter->type.kind && variable->type.width == 1 &&
            elements >= parameter->type.count && !variable->is_fixed &&
            !variable->is_uniform && variable->range.lo == full.lo &&
            variable->range.hi == full.hi)
            fits[count++] = variable;
    }
    if (count == 0)
        return NULL;
    return fuzz_address(g->program, SPACE_PRIVATE,
                        fuzz_read(g->program, fits[fuzz_below(g, count)]));
}

static struct expr *input_target(struct generator *g, const struct variable *parameter)
{
    for (size_t i = 0; i < g->num_scope; i++) {
        struct variable *variable = g->scope[i];

        if (variable->type.space == parameter->type.space && variable->type.is_const &&
            variable->type.kind == parameter->type.kind &&
            variable->type.width == parameter->type.width &&
            variable->type.count >= parameter->type.count &&
            variable->type.record == parameter->type.record &&
            variable->range.lo >= parameter->range.lo &&
            variable->range.hi <= parameter->range.hi)
            return fuzz_address(g->program, variable->type.space,
                                fuzz_read(g->program, variable));
    }
    return NULL;
}

static struct expr *shared_target(struct generator *g, const struct variable *parameter,
                                  enum map map)
{
    for (size_t i = 0; i < g->num_shared; i++) {
        const struct shared *shared = &g->shared[i];
        const struct type type = shared->owned.variable->type;
        struct expr *array = fuzz_read(g->program, shared->owned.variable);

        if (shared->state != STATE_OWN || shared->is_plane ||
            shared->is_global != (parameter->type.space == SPACE_GLOBAL) ||
            shared->owned.map != map || type.kind != parameter->type.kind ||
            type.width != parameter->type.width ||
            g->launch->group_items * shared->owned.per_item < parameter->type.count)
            continue;
        if (shared->base)
            array = fuzz_index(g->program, array, fuzz_read(g->program, shared->base));
        return fuzz_address(g->program, parameter->type.space, array);
    }
    return NULL;
}

static struct expr *record_target(struct generator *g, const struct record *record)
{
    for (size_t i = g->num_scope; i-- > 0;)
        if (g->scope[i]->type.kind == KIND_RECORD && g->scope[i]->type.record == record &&
            !g->scope[i]->type.count && g->scope[i]->type.space == SPACE_NONE)
            return fuzz_read(g->program, g->scope[i]);
    return NULL;
}

static struct expr *argument(struct generator *g, const struct parameter *parameter,
                             unsigned depth)
{
    const struct variable *variable = parameter->variable;
    struct expr *value;

    if (parameter->role == ROLE_OWN)
        return private_target(g, variable);
    if (parameter->role == ROLE_INPUT)
        return input_target(g, variable);
    if (parameter->role == ROLE_SHARED)
        return shared_target(g, variable, (enum map)parameter->map);
    if (variable->type.kind == KIND_RECORD)
        return record_target(g, variable->type.record);
    const bool was_uniform = g->only_uniform;
    g->only_uniform = was_uniform || variable->is_uniform;
    value = fuzz_fit(g, variable->type, variable->range,
                     fuzz_gen_value(g, variable->type, depth));
    g->only_uniform = was_uniform;
    return !variable->is_uniform || value->is_uniform ? value : NULL;
}

static bool writes(const struct function *function)
{
    for (size_t i = 0; i < function->num_parameters; i++)
        if (function->parameters[i].role == ROLE_OWN)
            return true;
    return false;
}

static struct expr *call(struct generator *g, struct function *function, unsigned depth)
{
    struct expr *kids[MAX_PARAMETERS];

    for (size_t i = 0; i < function->num_parameters; i++) {
        kids[i] = argument(g, &function->parameters[i], depth);
        if (!kids[i])
            return NULL;
    }
    return fuzz_call(g->program, function, kids);
}

struct expr *fuzz_gen_pure_call(struct generator *g, unsigned depth)
{
    struct function *function;

    if (g->kernel->num_helpers == 0 || g->only_uniform || g->work > 60)
        return NULL;
    function = g->kernel->helpers[fuzz_below(g, (unsigned)g->kernel->num_helpers)];
    if (function->has_barrier || writes(function))
        return NULL;
    return call(g, function, depth > 1 ? 1 : 0);
}

void fuzz_gen_call(struct generator *g, bool with_barriers)
{
    struct function *function;
    struct expr *value;

    if (g->kernel->num_helpers == 0 || g->work > 60)
        return;
    function = g->kernel->helpers[fuzz_below(g, (unsigned)g->kernel->num_helpers)];
    if (function->has_barrier != with_barriers)
        return;
    value = call(g, function, 1);
    if (!value)
        return;
    if (!with_barriers) {
        fuzz_declare(g, "v", function->result, value);
        return;
    }
    struct variable *result = fuzz_declare(
        g, "v", function->result, fuzz_constant(g->program, function->result.kind, 0));
    struct stmt *stmt = fuzz_emit(g, STMT_CALL);
    stmt->value = value;
    stmt->target = fuzz_read(g->program, result);
}
