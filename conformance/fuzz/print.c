/* SPDX-License-Identifier: MIT */
/* Random kernels as OpenCL C: declarations and statements. */
#define _GNU_SOURCE
#include "print.h"
#include "print_internal.h"

#include <stdlib.h>

static void print_block(FILE *out, const struct block *block, int indent);

static void indent_by(FILE *out, int indent)
{
    fprintf(out, "%*s", indent * 4, "");
}

void fuzz_print_type(FILE *out, struct type type)
{
    if (type.kind == KIND_VOID)
        fputs("void", out);
    else if (type.kind == KIND_RECORD)
        fprintf(out, "struct %s", type.record->name);
    else if (type.width > 1)
        fprintf(out, "%s%u", fuzz_scalars[type.kind].name, type.width);
    else
        fputs(fuzz_scalars[type.kind].name, out);
}

/* Type, name and array bounds. */
static void print_declarator(FILE *out, const char *name, struct type type)
{
    static const char *const spaces[] = {"", "__private ", "__local ", "__global ",
                                         "__constant "};

    fprintf(out, "%s%s%s", spaces[type.space], type.is_const ? "const " : "",
            type.is_volatile ? "volatile " : "");
    fuzz_print_type(out, type);
    fprintf(out, " %s%s", type.space != SPACE_NONE ? "*" : "", name);
    if (type.rows)
        fprintf(out, "[%u]", type.rows);
    if (type.count && type.space == SPACE_NONE)
        fprintf(out, "[%u]", type.count);
}

static void print_simple(FILE *out, const struct stmt *stmt)
{
    if (stmt->op == STMT_DECLARE) {
        if (stmt->variable->home == SPACE_LOCAL)
            fputs("__local ", out);
        print_declarator(out, stmt->variable->name, stmt->variable->type);
        if (stmt->value) {
            fputs(" = ", out);
            fuzz_print_expr(out, stmt->value);
        }
        return;
    }
    fuzz_print_expr(out, stmt->target);
    fprintf(out,
            " %s= ", stmt->sub == OPERATOR_NONE ? "" : fuzz_operators[stmt->sub].text);
    fuzz_print_expr(out, stmt->value);
}

static void print_vstore(FILE *out, const struct stmt *stmt)
{
    fprintf(out, "vstore%u(", fuzz_now(stmt->value)->type.width);
    fuzz_print_expr(out, stmt->value);
    fputs(", ", out);
    fuzz_print_expr(out, stmt->extra);
    fputs(", ", out);
    fuzz_print_expr(out, stmt->target);
    fputs(");\n", out);
}

static const char *const atomic_names[NUM_ATOMICS] = {"",    "add", "min", "max",
                                                      "and", "or",  "xor", "inc"};

static void print_call_of_atomic(FILE *out, const char *name, const struct expr *target)
{
    fprintf(out, "atomic_%s(&", name);
    fuzz_print_expr(out, target);
}

/* The operation by compare and exchange. */
static void print_exchange(FILE *out, const struct stmt *stmt, int indent)
{
    static const char *const formulas[NUM_ATOMICS] = {
        [ATOMIC_ADD] = "old + val",     [ATOMIC_MIN] = "min(old, val)",
        [ATOMIC_MAX] = "max(old, val)", [ATOMIC_AND] = "old & val",
        [ATOMIC_OR] = "old | val",      [ATOMIC_XOR] = "old ^ val"};
    const char *kind = fuzz_scalars[fuzz_now(stmt->target)->type.kind].name;

    fprintf(out, "{\n%*s%s val = ", indent * 4 + 4, "", kind);
    fuzz_print_expr(out, stmt->value);
    fprintf(out, ", old;\n%*sdo {\n%*sold = ", indent * 4 + 4, "", indent * 4 + 8, "");
    print_call_of_atomic(out, "or", stmt->target);
    fprintf(out, ", 0);\n%*s} while (", indent * 4 + 4, "");
    print_call_of_atomic(out, "cmpxchg", stmt->target);
    /* unsigned, for sums that wrap */
    if (stmt->sub == ATOMIC_ADD)
        fprintf(out, ", old, (%s)((uint)old + (uint)val)) != old);\n", kind);
    else
        fprintf(out, ", old, %s) != old);\n", formulas[stmt->sub]);
    fprintf(out, "%*s}\n", indent * 4, "");
}

static void print_atomic(FILE *out, const struct stmt *stmt, int indent)
{
    if (stmt->sub == ATOMIC_TICKET) {
        print_call_of_atomic(out, "add", stmt->extra);
        fprintf(out, ", (%s)(", fuzz_scalars[fuzz_now(stmt->extra)->type.kind].name);
        print_call_of_atomic(out, "inc", stmt->target);
        fputs(") & 255) * ", out);
        fuzz_print_expr(out, stmt->value);
        fputs(");\n", out);
    } else if (stmt->form == FORM_EXCHANGE) {
        print_exchange(out, stmt, indent);
    } else {
        print_call_of_atomic(out, atomic_names[stmt->sub], stmt->target);
        fputs(", ", out);
        fuzz_print_expr(out, stmt->value);
        fputs(");\n", out);
    }
}

static void print_braced(FILE *out, const struct block *block, int indent)
{
    fputs("{\n", out);
    print_block(out, block, indent + 1);
    indent_by(out, indent);
    fputs("}", out);
}

static void print_loop(FILE *out, const struct stmt *stmt, int indent)
{
    if (stmt->op == STMT_FOR) {
        fputs("for (", out);
        if (!stmt->init->is_gone)
            print_simple(out, stmt->init);
        fputs("; ", out);
        fuzz_print_expr(out, stmt->value);
        fputs("; ", out);
        if (!stmt->step->is_gone)
            print_simple(out, stmt->step);
        fputs(") ", out);
    } else if (stmt->op == STMT_WHILE) {
        fputs("while (", out);
        fuzz_print_expr(out, stmt->value);
        fputs(") ", out);
    } else {
        fputs("do ", out);
    }
    print_braced(out, &stmt->body, indent);
    if (stmt->op == STMT_DO) {
        fputs(" while (", out);
        fuzz_print_expr(out, stmt->value);
        fputs(");", out);
    }
    fputs("\n", out);
}

static void print_switch(FILE *out, const struct stmt *stmt, int indent)
{
    fputs("switch (", out);
    fuzz_print_expr(out, stmt->value);
    fputs(") {\n", out);
    for (size_t i = 0; i < stmt->num_cases; i++) {
        indent_by(out, indent);
        if (stmt->cases[i].is_default)
            fputs("default:", out);
        else
            fprintf(out, "case %lld:", (long long)stmt->cases[i].value);
        fputs(" {\n", out);
        print_block(out, &stmt->cases[i].body, indent + 1);
        indent_by(out, indent);
        fputs(stmt->cases[i].falls_through ? "}\n" : "} break;\n", out);
    }
    indent_by(out, indent);
    fputs("}\n", out);
}

static void print_barrier(FILE *out, const struct stmt *stmt)
{
    static const char *const fences[] = {"0", "CLK_LOCAL_MEM_FENCE",
                                         "CLK_GLOBAL_MEM_FENCE",
                                         "CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE"};

    fprintf(out, "barrier(%s);\n", fences[stmt->sub]);
}

static void print_compound(FILE *out, const struct stmt *stmt, int indent)
{
    if (stmt->is_unwrapped) {
        fputs("{\n", out);
        if (stmt->init && !stmt->init->is_gone) {
            indent_by(out, indent + 1);
            print_simple(out, stmt->init);
            fputs(";\n", out);
        }
        print_block(out, &stmt->body, indent + 1);
        indent_by(out, indent);
        fputs("}\n", out);
    } else if (stmt->op == STMT_IF) {
        fputs("if (", out);
        fuzz_print_expr(out, stmt->value);
        fputs(") ", out);
        print_braced(out, &stmt->body, indent);
        if (stmt->other.count) {
            fputs(" else ", out);
            print_braced(out, &stmt->other, indent);
        }
        fputs("\n", out);
    } else if (stmt->op == STMT_SWITCH) {
        print_switch(out, stmt, indent);
    } else if (stmt->op == STMT_BLOCK) {
        print_braced(out, &stmt->body, indent);
        fputs("\n", out);
    } else {
        print_loop(out, stmt, indent);
    }
}

static void print_call(FILE *out, const struct stmt *stmt)
{
    if (stmt->target) {
        fuzz_print_expr(out, stmt->target);
        fputs(" = ", out);
    }
    fuzz_print_expr(out, stmt->value);
    fputs(";\n", out);
}

static void print_stmt(FILE *out, const struct stmt *stmt, int indent)
{
    indent_by(out, indent);
    switch (stmt->op) {
    case STMT_DECLARE:
    case STMT_ASSIGN:
        print_simple(out, stmt);
        fputs(";\n", out);
        break;
    case STMT_VSTORE:
        print_vstore(out, stmt);
        break;
    case STMT_ATOMIC:
        print_atomic(out, stmt, indent);
        break;
    case STMT_CALL:
        print_call(out, stmt);
        break;
    case STMT_BARRIER:
        print_barrier(out, stmt);
        break;
    case STMT_BREAK:
        fputs("break;\n", out);
        break;
    case STMT_CONTINUE:
        fputs("continue;\n", out);
        break;
    case STMT_RETURN:
        fputs("return", out);
        if (stmt->value) {
            fputs(" ", out);
            fuzz_print_expr(out, stmt->value);
        }
        fputs(";\n", out);
        break;
    default:
        print_compound(out, stmt, indent);
    }
}

static void print_block(FILE *out, const struct block *block, int indent)
{
    for (size_t i = 0; i < block->count; i++)
        if (!block->stmts[i]->is_gone)
            print_stmt(out, block->stmts[i], indent);
}

static void print_function(FILE *out, const struct function *function)
{
    fuzz_print_type(out, function->result);
    fprintf(out, " %s(", function->name);
    for (size_t i = 0; i < function->num_parameters; i++) {
        fputs(i ? ", " : "", out);
        print_declarator(out, function->parameters[i].variable->name,
                         function->parameters[i].variable->type);
    }
    fputs(")\n{\n", out);
    print_block(out, &function->body, 1);
    if (function->value) {
        fputs("    return ", out);
        fuzz_print_expr(out, function->value);
        fputs(";\n", out);
    }
    fputs("}\n\n", out);
}

static void print_kernel(FILE *out, const struct kernel *kernel)
{
    const size_t *local = kernel->launch.local;

    for (size_t i = 0; i < kernel->num_helpers; i++)
        if (!kernel->helpers[i]->is_gone)
            print_function(out, kernel->helpers[i]);
    if (kernel->fixes_local_size)
        fprintf(out, "__attribute__((reqd_work_group_size(%zu, %zu, %zu)))\n", local[0],
                local[1], local[2]);
    fputs("__kernel ", out);
    print_function(out, &kernel->entry);
}

static void print_table(FILE *out, const struct variable *table)
{
    const size_t step = fuzz_value_size(fuzz_element_type(table->type));

    fputs("__constant ", out);
    print_declarator(out, table->name, table->type);
    fputs(" = {", out);
    for (unsigned i = 0; i < table->type.count; i++) {
        fputs(i ? ", " : "", out);
        fuzz_print_constant(
            out, table->type.kind,
            fuzz_component_load(table->type.kind,
                                (const unsigned char *)table->contents + i * step));
    }
    fputs("};\n\n", out);
}

static void print_record(FILE *out, const struct record *record)
{
    fprintf(out, "struct %s {\n", record->name);
    for (unsigned i = 0; i < record->num_fields; i++) {
        fputs("    ", out);
        print_declarator(out, record->fields[i].name, record->fields[i].type);
        fputs(";\n", out);
    }
    fputs("};\n\n", out);
}

char *fuzz_print(const struct program *program)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    if (!out)
        return NULL;
    fprintf(out, "/* kernel_fuzz --seed %llu; options: %s */\n",
            (unsigned long long)program->seed, program->options);
    fputs("#pragma OPENCL FP_CONTRACT OFF\n", out);
    if (program->uses_double)
        fputs("#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n", out);
    fputs("\n", out);
    for (size_t i = 0; i < program->num_records; i++)
        print_record(out, &program->records[i]);
    for (size_t i = 0; i < program->num_tables; i++)
        print_table(out, program->tables[i]);
    for (size_t i = 0; i < program->num_kernels; i++)
        if (!program->kernels[i].is_gone)
            print_kernel(out, &program->kernels[i]);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
