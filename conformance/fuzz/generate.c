/* SPDX-License-Identifier: MIT */
/* Random programs: records, tables, kernels with their parameters and launches. */
#include "generate_internal.h"

#include <stdio.h>
#include <string.h>

enum { INPUT_COUNT = 2048, TARGET_COUNT = 16 };

static void fill_records(struct generator *g)
{
    struct program *program = g->program;

    program->num_records = 1 + fuzz_below(g, MAX_RECORDS);
    for (size_t r = 0; r < program->num_records; r++) {
        struct record *record = &program->records[r];

        snprintf(record->name, sizeof record->name, "S%u", (unsigned)r % 10);
        record->num_fields = 2 + fuzz_below(g, MAX_FIELDS - 1);
        record->align = 1;
        for (unsigned f = 0; f < record->num_fields; f++) {
            struct field *field = &record->fields[f];

            snprintf(field->name, sizeof field->name, "m%u", f % 10);
            field->type = fuzz_scalar_type(fuzz_chance(g, 25) ? fuzz_float_kind(g)
                                                              : fuzz_integer_kind(g));
            if (fuzz_chance(g, 20))
                field->type.width = 2 + fuzz_below(g, 3);
            else if (fuzz_chance(g, 15))
                field->type.count = 2 + fuzz_below(g, 3);
            const size_t align = fuzz_type_align(field->type);
            field->offset = (record->size + align - 1) / align * align;
            record->size = field->offset + fuzz_type_size(field->type);
            record->align = align > record->align ? align : record->align;
        }
        record->size = (record->size + record->align - 1) / record->align * record->align;
    }
}

/* Random components within the range. */
static void fill(struct generator *g, enum kind kind, struct range range, void *memory,
                 size_t count)
{
    const size_t step = fuzz_scalars[kind].bits / 8;
    union lane lane = {.i = 0};

    for (size_t i = 0; i < count; i++) {
        if (fuzz_scalars[kind].is_float)
            lane.f = ((int)fuzz_below(g, 16000) - 8000) / 4.0;
        else if (range.hi - range.lo > (wide)1 << 62)
            lane.i = fuzz_wrap(kind, (wide)fuzz_random(&g->random));
        else
            lane.i = (int64_t)(range.lo + (wide)(fuzz_random(&g->random) %
                                                 (uint64_t)(range.hi - range.lo + 1)));
        fuzz_component_store(kind, (unsigned char *)memory + i * step, lane);
    }
}

static void fill_value(struct generator *g, struct type type, struct range range,
                       unsigned char *memory)
{
    if (type.kind != KIND_RECORD) {
        fill(g, type.kind, range, memory, type.width);
        return;
    }
    for (unsigned f = 0; f < type.record->num_fields; f++) {
        const struct field *field = &type.record->fields[f];

        fill(g, field->type.kind, fuzz_full_range(field->type.kind),
             memory + field->offset,
             (size_t)field->type.width * (field->type.count ? field->type.count : 1));
    }
}

static void fill_tables(struct generator *g)
{
    struct program *program = g->program;

    program->num_tables = fuzz_below(g, 3);
    for (size_t t = 0; t < program->num_tables; t++) {
        struct variable *table = fuzz_allocate(program, sizeof *table);
        const struct type element =
            fuzz_scalar_type(fuzz_chance(g, 25) ? KIND_FLOAT : fuzz_integer_kind(g));

        snprintf(table->name, sizeof table->name, "table%u", (unsigned)t % 10);
        table->type = element;
        table->type.count = 1u << (3 + fuzz_below(g, 3));
        table->home = SPACE_CONSTANT;
        table->range = fuzz_is_float(element) ? (struct range){0, 0, FLOAT_BOUND}
                                              : (struct range){0, 100, 0};
        table->is_uniform = table->is_fixed = true;
        table->contents =
            fuzz_allocate(program, table->type.count * fuzz_value_size(element));
        fill(g, element.kind, table->range, table->contents, table->type.count);
        program->tables[t] = table;
    }
}

static void choose_launch(struct generator *g, struct launch *launch)
{
    static const size_t sizes[][MAX_DIMENSIONS] = {
        {1, 1, 1},   {3, 1, 1},  {16, 1, 1},  {33, 1, 1}, {64, 1, 1}, {64, 1, 1},
        {7, 1, 1},   {17, 1, 1}, {128, 1, 1}, {31, 1, 1}, {32, 1, 1}, {100, 1, 1},
        {256, 1, 1}, {2, 1, 1},  {8, 8, 1},   {16, 2, 1}, {3, 5, 1},  {1, 16, 1},
        {16, 16, 1}, {5, 3, 1},  {32, 4, 1},  {4, 16, 1}, {20, 3, 1}, {2, 2, 1},
        {7, 5, 3},   {5, 1, 13}, {4, 4, 4},   {16, 2, 2}, {1, 1, 9},  {2, 3, 2},
        {8, 4, 2},   {3, 1, 1},  {1, 7, 2},   {64, 2, 1}};
    const size_t *local = sizes[fuzz_below(g, sizeof sizes / sizeof *sizes)];

    launch->dimensions = local[2] > 1 ? 3 : local[1] > 1 ? 2 : 1;
    if (launch->dimensions < 3 && fuzz_chance(g, 20))
        launch->dimensions++;
    launch->group_items = local[0] * local[1] * local[2];
    launch->items = launch->group_items;
    for (unsigned d = 0; d < MAX_DIMENSIONS; d++) {
        launch->local[d] = local[d];
        launch->groups[d] = 1;
        if (d < launch->dimensions && launch->items < 600)
            launch->groups[d] = 1 + fuzz_below(g, launch->dimensions == 1 ? 9 : 3);
        launch->items *= launch->groups[d];
        if (d < launch->dimensions && fuzz_chance(g, 15))
            launch->offset[d] = 1 + fuzz_below(g, 40);
    }
}

static struct parameter *last_parameter(struct generator *g)
{
    return &g->function->parameters[g->function->num_parameters - 1];
}

static struct variable *add_buffer(struct generator *g, const char *prefix,
                                   struct type element, enum space space, unsigned count,
                                   enum role role)
{
    struct type type = element;
    struct variable *variable;
    struct parameter *parameter;

    type.space = space;
    type.count = count;
    type.is_const = role == ROLE_INPUT;
    variable = fuzz_add_parameter(g, prefix, type, role);
    variable->is_fixed = variable->is_uniform = true;
    if (role == ROLE_INPUT && !fuzz_is_float(element) && element.kind < KIND_RECORD &&
        fuzz_chance(g, 50))
        variable->range =
            (struct range){fuzz_scalars[element.kind].is_signed ? -100 : 0, 100, 0};
    parameter = last_parameter(g);
    parameter->bytes = count * fuzz_value_size(element);
    if (role == ROLE_LOCAL)
        return variable;
    parameter->contents = fuzz_allocate(g->program, parameter->bytes);
    for (unsigned i = 0; i < count; i++)
        fill_value(g, element, variable->range,
                   (unsigned char *)parameter->contents + i * fuzz_value_size(element));
    return variable;
}

static struct type some_element(struct generator *g, bool may_be_record)
{
    const unsigned dice = fuzz_below(g, 12);

    if (dice == 0 && may_be_record)
        return (struct type){
            .kind = KIND_RECORD, .width = 1, .record = &g->program->records[0]};
    if (dice < 3)
        return fuzz_vector_type(dice == 1 ? KIND_FLOAT : fuzz_integer_kind(g),
                                dice == 1 ? 4 : 2 + fuzz_below(g, 3));
    return fuzz_scalar_type(dice < 6 ? fuzz_float_kind(g) : fuzz_integer_kind(g));
}

static void add_inputs(struct generator *g)
{
    const unsigned count = 1 + fuzz_below(g, 3);

    add_buffer(g, "in", fuzz_scalar_type(KIND_INT), SPACE_GLOBAL, INPUT_COUNT,
               ROLE_INPUT);
    for (unsigned i = 0; i < count; i++)
        add_buffer(g, "in", some_element(g, true), SPACE_GLOBAL, INPUT_COUNT, ROLE_INPUT);
    if (fuzz_chance(g, 30))
        add_buffer(g, "ct", fuzz_scalar_type(fuzz_integer_kind(g)), SPACE_CONSTANT, 64,
                   ROLE_INPUT);
}

static void add_permutation(struct generator *g)
{
    const unsigned n = (unsigned)g->launch->items;
    uint32_t *order;

    g->permutation =
        add_buffer(g, "perm", fuzz_scalar_type(KIND_UINT), SPACE_GLOBAL, n, ROLE_INPUT);
    g->permutation->range = (struct range){0, n - 1, 0};
    order = last_parameter(g)->contents;
    for (unsigned i = 0; i < n; i++)
        order[i] = i;
    for (unsigned i = n; i > 1; i--) {
        const unsigned j = fuzz_below(g, i);
        const uint32_t kept = order[i - 1];

        order[i - 1] = order[j];
        order[j] = kept;
    }
}

static void add_outputs(struct generator *g)
{
    const unsigned count = 1 + fuzz_below(g, 3);

    for (unsigned i = 0; i < count; i++) {
        struct owned *owned = &g->owned[g->num_owned++];

        owned->per_item = fuzz_chance(g, 60) ? 1 : 2 + 2 * fuzz_below(g, 2);
        owned->map = (enum map)fuzz_below(g, MAP_TRANSPOSED + 1);
        if (owned->map == MAP_PERMUTED && !g->permutation)
            owned->map = MAP_BLOCKED;
        owned->variable =
            add_buffer(g, "out", some_element(g, true), SPACE_GLOBAL,
                       (unsigned)g->launch->items * owned->per_item, ROLE_OWN);
    }
}

static void add_targets(struct generator *g)
{
    const unsigned count = fuzz_below(g, 4);

    for (unsigned i = 0; i < count; i++) {
        const enum kind kind = fuzz_chance(g, 60) ? KIND_INT : KIND_UINT;
        struct target *target = &g->targets[g->num_targets++];

        target->atomic = i == 0
                             ? ATOMIC_ADD
                             : (enum atomic)(ATOMIC_ADD + fuzz_below(g, NUM_ATOMICS - 1));
        target->variable = add_buffer(g, "acc", fuzz_scalar_type(kind), SPACE_GLOBAL,
                                      TARGET_COUNT, ROLE_ATOMIC);
        target->variable->type.is_volatile = fuzz_chance(g, 50);
    }
}

static void add_values(struct generator *g)
{
    const unsigned count = fuzz_below(g, 5);

    for (unsigned i = 0; i < count; i++) {
        const struct type type = some_element(g, true);
        struct variable *variable = fuzz_add_parameter(g, "k", type, ROLE_VALUE);
        struct parameter *parameter = last_parameter(g);

        variable->is_uniform = variable->is_fixed =
            type.kind < KIND_RECORD && fuzz_chance(g, 70);
        /* PoCL 3.1 lets all items change one struct argument */
        if (type.kind == KIND_RECORD && g->dialect.is_lenient)
            variable->is_fixed = true;
        parameter->bytes = fuzz_type_size(type);
        parameter->contents = fuzz_allocate(g->program, parameter->bytes);
        fill_value(g, type, variable->range, parameter->contents);
    }
}

static enum map some_local_map(struct generator *g)
{
    static const enum map maps[] = {MAP_BLOCKED,  MAP_BLOCKED, MAP_STRIDED,
                                    MAP_REVERSED, MAP_ROTATED, MAP_TRANSPOSED};

    return maps[fuzz_below(g, 6)];
}

static void add_shared_parameters(struct generator *g)
{
    if (fuzz_chance(g, 50)) {
        struct shared *shared = &g->shared[g->num_shared++];
        const struct type type =
            fuzz_chance(g, 50) ? fuzz_scalar_type(KIND_INT) : some_element(g, false);

        *shared = (struct shared){.owned = {.map = some_local_map(g), .per_item = 1}};
        shared->takes_atomics = type.kind == KIND_INT && type.width == 1;
        shared->owned.variable = add_buffer(g, "sl", type, SPACE_LOCAL,
                                            (unsigned)g->launch->group_items, ROLE_LOCAL);
    }
    if (fuzz_chance(g, 35)) {
        struct shared *shared = &g->shared[g->num_shared++];

        *shared = (struct shared){.owned = {.map = some_local_map(g), .per_item = 1},
                                  .is_global = true,
                                  .takes_atomics = true};
        shared->owned.variable =
            add_buffer(g, "sg", fuzz_scalar_type(KIND_UINT), SPACE_GLOBAL,
                       (unsigned)g->launch->items, ROLE_SHARED);
    }
}

/* An array of the group's, declared in the kernel. */
static void declare_local(struct generator *g)
{
    struct shared *shared = &g->shared[g->num_shared++];
    struct type type = some_element(g, false);
    const struct launch *launch = g->launch;
    struct stmt *stmt = fuzz_emit(g, STMT_DECLARE);

    *shared = (struct shared){.owned = {.map = some_local_map(g), .per_item = 1}};
    shared->is_plane = launch->dimensions > 1 && fuzz_chance(g, 50);
    if (shared->is_plane) {
        type.rows = (unsigned)(launch->local[1] * launch->local[2]);
        type.count = (unsigned)launch->local[0] + fuzz_below(g, 2);
    } else {
        shared->owned.per_item = fuzz_chance(g, 75) ? 1 : 2;
        type.count = (unsigned)launch->group_items * shared->owned.per_item;
        shared->takes_atomics = type.width == 1 && (type.kind | 1) == KIND_UINT;
    }
    stmt->variable = fuzz_allocate(g->program, sizeof *stmt->variable);
    snprintf(stmt->variable->name, sizeof stmt->variable->name, "ls%u",
             g->names++ % 1000000);
    stmt->variable->type = type;
    stmt->variable->home = SPACE_LOCAL;
    stmt->variable->is_uniform = stmt->variable->is_fixed = true;
    stmt->variable->offset = g->kernel->local_bytes;
    stmt->variable->range = fuzz_full_range(type.kind);
    stmt->variable->range.bound = FLOAT_BOUND;
    g->kernel->local_bytes += (fuzz_type_size(type) + 127) / 128 * 128;
    shared->owned.variable = stmt->variable;
}

/* Local memory has no contents before somebody writes them. */
static void initialise_shared(struct generator *g)
{
    const size_t count = g->num_shared;

    g->num_shared = 0; /* not to be read yet */
    for (size_t i = 0; i < count; i++) {
        const struct shared *shared = &g->shared[i];
        const struct type element = fuzz_element_type(shared->owned.variable->type);

        for (unsigned c = 0; c < shared->owned.per_item && !shared->is_global; c++)
            fuzz_assign(g, fuzz_own_component(g, &shared->owned, shared, c),
                        fuzz_gen_value(g, element, 1));
    }
    g->num_shared = count;
}

static void gen_tail(struct generator *g)
{
    g->uses_barriers = false;
    g->may_return = true;
    g->budget = 1 + (int)fuzz_below(g, 4);
    if (fuzz_chance(g, 30))
        fuzz_gen_statements(g, (unsigned)g->budget);
    for (size_t i = 0; i < g->num_scope; i++)
        if (g->scope[i] != g->sum && g->scope[i]->home == SPACE_PRIVATE &&
            fuzz_chance(g, 70))
            fuzz_fold(g, g->scope[i]);
}

/* Everything that was computed reaches a buffer. */
static void write_sum(struct generator *g)
{
    struct expr *gi = fuzz_read(g->program, g->global_item);
    struct expr *out = fuzz_read(g->program, g->owned[0].variable);

    fuzz_assign(g, fuzz_index(g->program, out, gi), fuzz_read(g->program, g->sum));
}

static void gen_kernel_body(struct generator *g)
{
    const unsigned size = fuzz_below(g, 10);

    g->sum = NULL;
    fuzz_prologue(g);
    g->sum = fuzz_declare(g, "sum", fuzz_scalar_type(KIND_UINT),
                          fuzz_constant(g->program, KIND_UINT, 1));
    g->sum->is_fixed = true;
    for (size_t i = 0; i < g->num_shared; i++) {
        struct shared *shared = &g->shared[i];

        if (shared->is_global) {
            struct expr *base = fuzz_arithmetic(
                g, OPERATOR_MULTIPLY, fuzz_read(g->program, g->group),
                fuzz_constant(g->program, KIND_INT, (wide)g->launch->group_items));
            shared->base = fuzz_declare(g, "base", fuzz_scalar_type(KIND_INT), base);
            shared->base->is_fixed = shared->base->is_uniform = true;
            shared->base->range = base->range;
        }
    }
    initialise_shared(g);
    g->budget = size < 6   ? 4 + (int)fuzz_below(g, 16)
                : size < 9 ? 18 + (int)fuzz_below(g, 32)
                           : 50 + (int)fuzz_below(g, 60);
    fuzz_gen_statements(g, (unsigned)g->budget);
    gen_tail(g);
    write_sum(g);
}

static bool mark_barriers(struct block *block);

static bool mark_stmt(struct stmt *stmt)
{
    bool has = stmt->op == STMT_BARRIER ||
               (stmt->op == STMT_CALL && stmt->value->function->has_barrier);

    has = mark_barriers(&stmt->body) || has;
    has = mark_barriers(&stmt->other) || has;
    for (size_t i = 0; i < stmt->num_cases; i++)
        has = mark_barriers(&stmt->cases[i].body) || has;
    return stmt->has_barrier = has;
}

static bool mark_barriers(struct block *block)
{
    bool has = false;

    for (size_t i = 0; i < block->count; i++)
        has = mark_stmt(block->stmts[i]) || has;
    return has;
}

static void gen_kernel(struct generator *g, struct kernel *kernel, unsigned number)
{
    struct function *entry = &kernel->entry;
    struct block locals = {0};

    g->kernel = kernel;
    g->function = entry;
    g->num_scope = g->num_owned = g->num_shared = g->num_targets = 0;
    g->permutation = NULL;
    g->leave = LEAVE_NOT;
    g->depth = 0;
    g->work = 1;
    snprintf(entry->name, sizeof entry->name, "k%u", number % 10);
    entry->is_kernel = true;
    entry->result.kind = KIND_VOID;
    choose_launch(g, &kernel->launch);
    g->launch = &kernel->launch;
    kernel->fixes_local_size = fuzz_chance(g, 15);
    for (size_t i = 0; i < g->program->num_tables; i++)
        g->scope[g->num_scope++] = g->program->tables[i];
    /* the sum's buffer comes first; only the end of the kernel writes it */
    struct variable *result =
        add_buffer(g, "sums", fuzz_scalar_type(KIND_UINT), SPACE_GLOBAL,
                   (unsigned)g->launch->items, ROLE_OWN);
    if (fuzz_chance(g, 40))
        add_permutation(g);
    add_inputs(g);
    g->owned[g->num_owned++] =
        (struct owned){.variable = result, .map = MAP_BLOCKED, .per_item = 1};
    add_outputs(g);
    add_targets(g);
    add_values(g);
    g->uses_barriers = fuzz_chance(g, 60);
    g->may_return = !g->uses_barriers;
    g->is_uniform_here = true;
    g->block = &locals;
    if (g->uses_barriers) {
        add_shared_parameters(g);
        for (unsigned i = fuzz_below(g, 3) + (g->num_shared == 0); i > 0; i--)
            declare_local(g);
    }
    fuzz_gen_helpers(g);
    g->block = &entry->body;
    for (size_t i = 0; i < locals.count; i++)
        fuzz_block_add(g->program, g->block, locals.stmts[i]);
    gen_kernel_body(g);
    for (size_t i = 0; i < kernel->num_helpers; i++)
        mark_barriers(&kernel->helpers[i]->body);
    mark_barriers(&entry->body);
}

void fuzz_generate(struct program *program, uint64_t seed, struct dialect dialect)
{
    /* all but the lenient dialect take the last, too */
    static const char *const options[] = {"",
                                          "-cl-std=CL1.2",
                                          "-cl-std=CL1.2 -w",
                                          "-cl-std=CL1.2 -cl-opt-disable",
                                          "-cl-std=CL1.2 -g",
                                          "-cl-std=CL3.0"};
    static struct generator g; /* big */

    memset(program, 0, sizeof *program);
    memset(&g, 0, sizeof g);
    g.random = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
    g.program = program;
    g.dialect = dialect;
    program->seed = seed;
    program->uses_double = dialect.with_double;
    program->options = options[fuzz_below(&g, dialect.is_lenient ? 5 : 6)];
    fill_records(&g);
    fill_tables(&g);
    program->num_kernels = KERNELS_PER_PROGRAM;
    for (unsigned i = 0; i < KERNELS_PER_PROGRAM; i++)
        gen_kernel(&g, &program->kernels[i], i);
}
