/* SPDX-License-Identifier: MIT */
/* Makes a failing program small: takes parts away as long as it fails in the same way.
 * The reference says whether what is left still means something. */
#include "check.h"
#include "interpret.h"
#include "make.h"
#include "walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_SECONDS = 1200, MAX_PARTS = 20000 };

struct reduction {
    const struct options *options;
    const char *mode;
    struct program *program;
    struct kernel *kernel;
    struct outcome *last;
    time_t end;
    unsigned tries, successes;
    struct stmt *stmts[MAX_PARTS];
    size_t num_stmts;
    struct expr *values[MAX_PARTS];
    size_t num_values;
};

/* Whether the reference knows what shall come of it. */
static bool has_meaning(struct reduction *r)
{
    struct machine machine;
    const char *refusal;
    bool is_fine;

    if (!fuzz_is_well_formed(r->kernel))
        return false;
    refusal = fuzz_interpret(&machine, r->program, r->kernel, MAX_STEPS);
    if (r->last->verdict == VERDICT_REFUSED)
        is_fine = refusal != NULL && strstr(r->last->text, refusal) != NULL;
    else
        is_fine = refusal == NULL;
    fuzz_machine_fini(&machine);
    return is_fine;
}

static bool still_fails(struct reduction *r)
{
    struct outcome outcome = *r->last;

    if (time(NULL) > r->end || !has_meaning(r))
        return false;
    r->tries++;
    if (r->last->verdict == VERDICT_REFUSED)
        return true;
    fuzz_try(r->options, r->mode, r->program, &outcome);
    if (outcome.verdict != r->last->verdict)
        return false;
    *r->last = outcome;
    r->successes++;
    return true;
}

static void collect_stmt(void *context, struct stmt *stmt)
{
    struct reduction *r = context;

    if (r->num_stmts < MAX_PARTS)
        r->stmts[r->num_stmts++] = stmt;
}

static void collect_value(void *context, struct expr *expr)
{
    struct reduction *r = context;

    if (r->num_values < MAX_PARTS)
        r->values[r->num_values++] = expr;
}

static void collect(struct reduction *r)
{
    const struct visitor visitor = {
        .context = r, .stmt = collect_stmt, .value = collect_value};

    r->num_stmts = r->num_values = 0;
    fuzz_visit(r->kernel, &visitor);
}

/* Takes stmts[first..first + count) away, or puts back what was there. */
static bool drop(struct reduction *r, size_t first, size_t count)
{
    bool *were = calloc(count, sizeof *were);
    bool is_smaller = false;

    if (!were)
        return false;
    for (size_t i = 0; i < count; i++) {
        were[i] = r->stmts[first + i]->is_gone;
        is_smaller = is_smaller || !were[i];
        r->stmts[first + i]->is_gone = true;
    }
    is_smaller = is_smaller && still_fails(r);
    for (size_t i = 0; i < count && !is_smaller; i++)
        r->stmts[first + i]->is_gone = were[i];
    free(were);
    return is_smaller;
}

/* Last statements first: they use what earlier ones declare. */
static bool drop_statements(struct reduction *r)
{
    bool any = false;

    collect(r);
    for (size_t chunk = r->num_stmts / 2 + 1; chunk > 0; chunk /= 2)
        for (size_t end = r->num_stmts; end > 0; end -= end < chunk ? end : chunk) {
            const size_t first = end > chunk ? end - chunk : 0;

            any = drop(r, first, end - first) || any;
        }
    return any;
}

static bool unwrap_statements(struct reduction *r)
{
    bool any = false;

    collect(r);
    for (size_t i = 0; i < r->num_stmts; i++) {
        struct stmt *stmt = r->stmts[i];

        if (stmt->is_gone || stmt->is_unwrapped || stmt->op < STMT_IF ||
            stmt->op > STMT_DO)
            continue;
        stmt->is_unwrapped = true;
        if (still_fails(r))
            any = true;
        else
            stmt->is_unwrapped = false;
    }
    return any;
}

static bool replace(struct reduction *r, struct expr *expr, struct expr *by)
{
    expr->instead = by;
    if (still_fails(r))
        return true;
    expr->instead = NULL;
    return false;
}

static struct expr *simple_constant(struct reduction *r, struct type type, int number)
{
    struct expr *constant = fuzz_is_float(type)
                                ? fuzz_float_constant(r->program, type.kind, number)
                                : fuzz_constant(r->program, type.kind, number);

    return type.width > 1 ? fuzz_vector(r->program, type, 1, &constant) : constant;
}

static bool is_simple(const struct expr *expr)
{
    return expr->op == EXPR_CONSTANT || (expr->op == EXPR_VECTOR && expr->num_kids == 1 &&
                                         fuzz_now(expr->kids[0])->op == EXPR_CONSTANT);
}

static bool replace_by_kid(struct reduction *r, struct expr *expr)
{
    for (unsigned i = 0; i < expr->num_kids; i++) {
        struct expr *kid = expr->kids[i];
        const struct type type = fuzz_now(kid)->type;

        if (type.space != SPACE_NONE || type.count || type.kind >= KIND_RECORD)
            continue;
        if (!fuzz_same_type(type, expr->type)) {
            if (type.width > 1 || expr->type.width > 1 || expr->op == EXPR_CONVERT)
                continue;
            kid = fuzz_cast(r->program, CONVERT_CAST, expr->type, kid);
        }
        if (replace(r, expr, kid))
            return true;
    }
    return false;
}

static bool simplify_values(struct reduction *r)
{
    bool any = false;

    collect(r);
    for (size_t i = 0; i < r->num_values; i++) {
        struct expr *expr = r->values[i];

        if (expr->instead || is_simple(expr))
            continue;
        any = replace(r, expr, simple_constant(r, expr->type, 0)) ||
              replace(r, expr, simple_constant(r, expr->type, 1)) ||
              replace_by_kid(r, expr) || any;
    }
    return any;
}

static void count_items(struct launch *launch)
{
    launch->group_items = launch->local[0] * launch->local[1] * launch->local[2];
    launch->items =
        launch->group_items * launch->groups[0] * launch->groups[1] * launch->groups[2];
}

static bool shrink_launch(struct reduction *r)
{
    struct launch *launch = &r->kernel->launch;
    bool any = false;

    for (unsigned d = 0; d < MAX_DIMENSIONS; d++) {
        size_t *const sizes[] = {&launch->groups[d], &launch->local[d]};
        const size_t offset = launch->offset[d];

        for (unsigned s = 0; s < 2; s++)
            for (size_t size = *sizes[s], smaller = 1; smaller < size; smaller *= 2) {
                *sizes[s] = smaller;
                count_items(launch);
                if (still_fails(r)) {
                    any = true;
                    break;
                }
                *sizes[s] = size;
                count_items(launch);
            }
        launch->offset[d] = 0;
        if (offset && still_fails(r))
            any = true;
        else
            launch->offset[d] = offset;
    }
    return any;
}

/* What nothing refers to any more. */
static void drop_declarations(struct reduction *r)
{
    struct kernel *kernel = r->kernel;
    struct program *program = r->program;
    const size_t records = program->num_records, tables = program->num_tables;
    const bool fixes = kernel->fixes_local_size;

    for (size_t i = kernel->num_helpers; i-- > 0;)
        if (!kernel->helpers[i]->is_gone)
            kernel->helpers[i]->is_gone = !fuzz_is_called(kernel, kernel->helpers[i]);
    program->num_tables = 0;
    if (!still_fails(r))
        program->num_tables = tables;
    program->num_records = 0;
    if (!still_fails(r))
        program->num_records = records;
    kernel->fixes_local_size = false;
    if (fixes && !still_fails(r))
        kernel->fixes_local_size = true;
}

/* Leaves the kernel that failed alone. */
static bool single_out(struct reduction *r)
{
    const unsigned guess = r->last->kernels;
    struct program *program = r->program;

    for (size_t k = 0; k < program->num_kernels; k++) {
        const size_t chosen = (guess + k) % program->num_kernels;

        for (size_t i = 0; i < program->num_kernels; i++)
            program->kernels[i].is_gone = i != chosen;
        r->kernel = &program->kernels[chosen];
        if (still_fails(r))
            return true;
    }
    for (size_t i = 0; i < program->num_kernels; i++)
        program->kernels[i].is_gone = false;
    return false;
}

void fuzz_reduce(const struct options *options, const char *mode, struct program *program,
                 struct outcome *last)
{
    static struct reduction r; /* big */
    bool any = true;

    memset(&r, 0, sizeof r);
    r.options = options;
    r.mode = mode;
    r.program = program;
    r.last = last;
    r.end = time(NULL) + MAX_SECONDS;
    if (!single_out(&r)) {
        printf("  not reduced: no kernel of it fails alone\n");
        return;
    }
    while (any && time(NULL) < r.end) {
        any = drop_statements(&r);
        any = unwrap_statements(&r) || any;
        drop_declarations(&r);
        any = shrink_launch(&r) || any;
        any = simplify_values(&r) || any;
    }
    printf("  reduced in %u tries\n", r.tries);
}
