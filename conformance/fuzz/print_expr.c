/* SPDX-License-Identifier: MIT */
/* Random kernels as OpenCL C: expressions, with every parenthesis. */
#include "interpret.h"
#include "print_internal.h"

#include <string.h>

void fuzz_print_constant(FILE *out, enum kind kind, union lane constant)
{
    const struct scalar *scalar = &fuzz_scalars[kind];
    const wide value = scalar->is_float ? 0 : fuzz_widen(kind, constant.i);

    if (scalar->is_float)
        fprintf(out, constant.f < 0 ? "(%.17g%s%s)" : "%.17g%s%s", constant.f,
                constant.f == (double)(long long)constant.f ? ".0" : "", scalar->suffix);
    else if (kind < KIND_INT)
        fprintf(out, "(%s)%s%lld%s", scalar->name, value < 0 ? "(" : "", (long long)value,
                value < 0 ? ")" : "");
    else if (scalar->is_signed && value == fuzz_full_range(kind).lo)
        fprintf(out, "(%lld%s - 1)", (long long)(value + 1), scalar->suffix);
    else if (value < 0)
        fprintf(out, "(%lld%s)", (long long)value, scalar->suffix);
    else
        fprintf(out, "%llu%s", (unsigned long long)value, scalar->suffix);
}

static void print_arguments(FILE *out, const struct expr *expr)
{
    fputs("(", out);
    for (unsigned i = 0; i < expr->num_kids; i++) {
        fputs(i ? ", " : "", out);
        fuzz_print_expr(out, expr->kids[i]);
    }
    fputs(")", out);
}

static void print_swizzle(FILE *out, const struct expr *expr)
{
    const struct expr *vector = fuzz_now(expr->kids[0]);

    fuzz_print_expr(out, vector);
    fputs(vector->type.width <= 4 ? "." : ".s", out);
    for (unsigned i = 0; i < expr->type.width; i++)
        fputc(vector->type.width <= 4 ? "xyzw"[expr->lanes[i]]
                                      : "0123456789abcdef"[expr->lanes[i]],
              out);
}

static void print_conversion(FILE *out, const struct expr *expr)
{
    const char *before = expr->sub == CONVERT_BITS   ? "as_"
                         : expr->sub == CONVERT_CAST ? "(("
                                                     : "convert_";

    fputs(before, out);
    fuzz_print_type(out, expr->type);
    if (expr->sub == CONVERT_SATURATED)
        fputs("_sat", out);
    fputs(expr->sub == CONVERT_CAST ? ")" : "(", out);
    fuzz_print_expr(out, expr->kids[0]);
    fputs(")", out);
}

static void print_relation(FILE *out, const struct expr *expr)
{
    static const char *const names[] = {"isless",         "islessequal", "isgreater",
                                        "isgreaterequal", "isequal",     "isnotequal"};

    fputs(names[expr->sub - OPERATOR_LESS], out);
    print_arguments(out, expr);
}

static void print_binary(FILE *out, const struct expr *expr)
{
    fputs("(", out);
    fuzz_print_expr(out, expr->kids[0]);
    fprintf(out, " %s ", fuzz_operators[expr->sub].text);
    fuzz_print_expr(out, expr->kids[1]);
    fputs(")", out);
}

static void print_unary(FILE *out, const struct expr *expr)
{
    fprintf(out, "(%c", "-!~"[expr->sub]);
    fuzz_print_expr(out, expr->kids[0]);
    fputs(")", out);
}

static void print_condition(FILE *out, const struct expr *expr)
{
    fputs("(", out);
    fuzz_print_expr(out, expr->kids[0]);
    fputs(" ? ", out);
    fuzz_print_expr(out, expr->kids[1]);
    fputs(" : ", out);
    fuzz_print_expr(out, expr->kids[2]);
    fputs(")", out);
}

static void print_vector(FILE *out, const struct expr *expr)
{
    fputs("((", out);
    fuzz_print_type(out, expr->type);
    fputs(")", out);
    print_arguments(out, expr);
    fputs(")", out);
}

static void print_list(FILE *out, const struct expr *expr)
{
    fputs("{", out);
    for (unsigned i = 0; i < expr->num_kids; i++) {
        fputs(i ? ", " : "", out);
        fuzz_print_expr(out, expr->kids[i]);
    }
    fputs("}", out);
}

static void print_identity(FILE *out, const struct expr *expr)
{
    static const char *const names[] = {
#define IDENTITY(name, function, otherwise) function,
#include "identity.def"
#undef IDENTITY
    };

    fputs(names[expr->sub], out);
    print_arguments(out, expr);
}

static void print_call(FILE *out, const struct expr *expr)
{
    switch (expr->op) {
    case EXPR_BUILTIN:
        fputs(fuzz_builtins[expr->sub].name, out);
        break;
    case EXPR_SELECT:
        fputs("select", out);
        break;
    case EXPR_ANY_ALL:
        fputs(expr->sub ? "all" : "any", out);
        break;
    case EXPR_VLOAD:
        fprintf(out, "vload%u", expr->type.width);
        break;
    default:
        fputs(expr->function->name, out);
    }
    print_arguments(out, expr);
}

static void print_place(FILE *out, const struct expr *expr)
{
    if (expr->op == EXPR_VARIABLE) {
        fputs(expr->variable->name, out);
        return;
    }
    fuzz_print_expr(out, expr->kids[0]);
    if (expr->op == EXPR_FIELD) {
        fprintf(out, ".%s", fuzz_now(expr->kids[0])->type.record->fields[expr->sub].name);
        return;
    }
    fputs("[", out);
    fuzz_print_expr(out, expr->kids[1]);
    fputs("]", out);
}

static void print_address(FILE *out, const struct expr *expr)
{
    const struct expr *of = fuzz_now(expr->kids[0]);

    if (of->op != EXPR_VARIABLE || (of->type.count == 0 && of->type.space == SPACE_NONE))
        fputs("&", out);
    fuzz_print_expr(out, of);
}

void fuzz_print_expr(FILE *out, const struct expr *expr)
{
    typedef void printer(FILE *, const struct expr *);
    static printer *const printers[] = {
        [EXPR_VARIABLE] = print_place,      [EXPR_INDEX] = print_place,
        [EXPR_FIELD] = print_place,         [EXPR_SWIZZLE] = print_swizzle,
        [EXPR_UNARY] = print_unary,         [EXPR_BINARY] = print_binary,
        [EXPR_CONDITION] = print_condition, [EXPR_CONVERT] = print_conversion,
        [EXPR_VECTOR] = print_vector,       [EXPR_LIST] = print_list,
        [EXPR_BUILTIN] = print_call,        [EXPR_SELECT] = print_call,
        [EXPR_RELATION] = print_relation,   [EXPR_ANY_ALL] = print_call,
        [EXPR_IDENTITY] = print_identity,   [EXPR_VLOAD] = print_call,
        [EXPR_ADDRESS] = print_address,     [EXPR_CALL] = print_call,
    };

    expr = fuzz_now(expr);
    if (expr->op == EXPR_CONSTANT)
        fuzz_print_constant(out, expr->type.kind, expr->constant);
    else
        printers[expr->op](out, expr);
}
