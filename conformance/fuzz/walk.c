/* SPDX-License-Identifier: MIT */
/* Visits kernels' trees, and says whether what is left of one is a program. */
#include "walk.h"

static void visit_block(const struct visitor *visitor, const struct block *block);

static bool is_plain_value(const struct expr *expr)
{
    return expr->type.kind < KIND_RECORD && expr->type.space == SPACE_NONE &&
           expr->type.count == 0 && expr->op != EXPR_LIST;
}

/* Whether kid i of expr is one of which only the place counts. */
static bool is_place(const struct expr *expr, unsigned i, bool is_target)
{
    switch (expr->op) {
    case EXPR_INDEX:
    case EXPR_FIELD:
    case EXPR_ADDRESS:
        return i == 0;
    case EXPR_SWIZZLE:
        return is_target;
    default:
        return false;
    }
}

static void visit_expr(const struct visitor *visitor, struct expr *expr, bool is_target)
{
    while (expr->instead)
        expr = expr->instead;
    if (visitor->expr)
        visitor->expr(visitor->context, expr);
    if (visitor->value && !is_target && is_plain_value(expr))
        visitor->value(visitor->context, expr);
    while (expr->instead)
        expr = expr->instead;
    for (unsigned i = 0; i < expr->num_kids; i++)
        visit_expr(visitor, expr->kids[i], is_place(expr, i, is_target));
}

static void visit_stmt(const struct visitor *visitor, struct stmt *stmt)
{
    struct visitor silent = *visitor;

    if (stmt->is_gone)
        return;
    if (visitor->stmt)
        visitor->stmt(visitor->context, stmt);
    if (stmt->is_gone)
        return;
    /* tickets rely on constants that are the same everywhere */
    if (stmt->op == STMT_ATOMIC && stmt->sub == ATOMIC_TICKET)
        silent.value = NULL;
    if (stmt->init)
        visit_stmt(visitor, stmt->init);
    if (stmt->target)
        visit_expr(&silent, stmt->target, true);
    if (stmt->value && !stmt->is_unwrapped)
        visit_expr(&silent, stmt->value,
                   stmt->op == STMT_CALL || stmt->value->type.kind == KIND_RECORD);
    if (stmt->extra)
        visit_expr(&silent, stmt->extra,
                   stmt->sub == ATOMIC_TICKET && stmt->op == STMT_ATOMIC);
    if (stmt->step && !stmt->is_unwrapped)
        visit_stmt(visitor, stmt->step);
    visit_block(visitor, &stmt->body);
    if (!stmt->is_unwrapped)
        visit_block(visitor, &stmt->other);
    for (size_t i = 0; i < stmt->num_cases; i++)
        visit_block(visitor, &stmt->cases[i].body);
}

static void visit_block(const struct visitor *visitor, const struct block *block)
{
    for (size_t i = 0; i < block->count; i++)
        visit_stmt(visitor, block->stmts[i]);
}

static void visit_function(const struct visitor *visitor, const struct function *function)
{
    if (function->is_gone)
        return;
    visit_block(visitor, &function->body);
    if (function->value)
        visit_expr(visitor, function->value, false);
}

void fuzz_visit(const struct kernel *kernel, const struct visitor *visitor)
{
    for (size_t i = 0; i < kernel->num_helpers; i++)
        visit_function(visitor, kernel->helpers[i]);
    visit_function(visitor, &kernel->entry);
}

struct search {
    const struct function *function;
    bool is_found;
};

static void look_for_call(void *context, struct expr *expr)
{
    struct search *search = context;

    search->is_found =
        search->is_found || (expr->op == EXPR_CALL && expr->function == search->function);
}

bool fuzz_is_called(const struct kernel *kernel, const struct function *function)
{
    struct search search = {function, false};
    const struct visitor visitor = {.context = &search, .expr = look_for_call};

    fuzz_visit(kernel, &visitor);
    return search.is_found;
}

/* What can be seen from one place of a function. */
struct view {
    const struct function *function;
    const struct variable *declared[2000];
    size_t count;
    unsigned loops, switches;
    bool is_wrong;
};

static void check_variable(void *context, struct expr *expr)
{
    struct view *view = context;
    bool is_known = false;

    if (expr->op != EXPR_VARIABLE || expr->variable->home == SPACE_CONSTANT)
        return;
    for (size_t i = 0; i < view->function->num_parameters; i++)
        is_known = is_known || view->function->parameters[i].variable == expr->variable;
    for (size_t i = 0; i < view->count; i++)
        is_known = is_known || view->declared[i] == expr->variable;
    view->is_wrong = view->is_wrong || !is_known;
}

static void check_expr(struct view *view, struct expr *expr)
{
    const struct visitor visitor = {.context = view, .expr = check_variable};

    if (expr)
        visit_expr(&visitor, expr, false);
}

static void check_block(struct view *view, const struct block *block);

static void check_simple(struct view *view, const struct stmt *stmt)
{
    if (stmt->is_gone)
        return;
    check_expr(view, stmt->target);
    check_expr(view, stmt->value);
    check_expr(view, stmt->extra);
    if (stmt->op == STMT_DECLARE &&
        view->count < sizeof view->declared / sizeof *view->declared)
        view->declared[view->count++] = stmt->variable;
    if (stmt->op == STMT_BREAK || stmt->op == STMT_CONTINUE)
        view->is_wrong = view->is_wrong || view->loops == 0 ||
                         (stmt->op == STMT_BREAK && view->switches > 0);
}

static void check_stmt(struct view *view, const struct stmt *stmt)
{
    const bool is_loop =
        stmt->op >= STMT_FOR && stmt->op <= STMT_DO && !stmt->is_unwrapped;
    const size_t outside = view->count;
    const unsigned switches = view->switches;

    if (stmt->is_gone)
        return;
    if (stmt->op < STMT_IF || (stmt->op > STMT_SWITCH && stmt->op != STMT_BLOCK)) {
        check_simple(view, stmt);
        return;
    }
    if (stmt->init)
        check_simple(view, stmt->init);
    if (!stmt->is_unwrapped)
        check_expr(view, stmt->value);
    if (stmt->step && !stmt->is_unwrapped)
        check_simple(view, stmt->step);
    view->loops += is_loop;
    view->switches = is_loop ? 0 : switches + (stmt->op == STMT_SWITCH);
    check_block(view, &stmt->body);
    if (!stmt->is_unwrapped)
        check_block(view, &stmt->other);
    for (size_t i = 0; i < stmt->num_cases; i++)
        check_block(view, &stmt->cases[i].body);
    view->loops -= is_loop;
    view->switches = switches;
    view->count = outside;
}

static void check_block(struct view *view, const struct block *block)
{
    const size_t outside = view->count;

    for (size_t i = 0; i < block->count; i++)
        check_stmt(view, block->stmts[i]);
    view->count = outside;
}

static bool check_function(const struct function *function)
{
    static struct view view; /* big */

    view.function = function;
    view.count = 0;
    view.loops = view.switches = 0;
    view.is_wrong = false;
    for (size_t i = 0; i < function->body.count; i++)
        check_stmt(&view, function->body.stmts[i]);
    check_expr(&view, function->value);
    return !view.is_wrong;
}

bool fuzz_is_well_formed(const struct kernel *kernel)
{
    for (size_t i = 0; i < kernel->num_helpers; i++)
        if (!kernel->helpers[i]->is_gone && !check_function(kernel->helpers[i]))
            return false;
    return check_function(&kernel->entry);
}
