/* SPDX-License-Identifier: MIT */
/* Integer constant expressions: precedence climbing over tokens. */
#include "expression.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NESTING 200

enum operator_kind {
#define OPERATOR(name, spelling, precedence) OPERATOR_##name,
#include "operator.def"
#undef OPERATOR
    OPERATOR_COUNT
};

static const struct {
    const char *spelling;
    int precedence;
} operators[OPERATOR_COUNT] = {
#define OPERATOR(name, spelling, precedence) {spelling, precedence},
#include "operator.def"
#undef OPERATOR
};

struct value {
    uint64_t bits;
    bool is_unsigned;
};

struct expression {
    const struct vgpu_token *at;
    const struct vgpu_token *end;
    struct vgpu_diagnosis *diagnosis;
    uint32_t line;
    unsigned nesting;
    bool names_are_zero;
};

static struct value read_ternary(struct expression *e, bool is_live);

static struct value signed_value(int64_t value)
{
    return (struct value){.bits = (uint64_t)value};
}

static struct value fail(struct expression *e, const char *what)
{
    const bool has_token = e->at < e->end;
    vgpu_diagnose(e->diagnosis, e->line, "%s%s%.*s%s in a constant expression", what,
                  has_token ? " at '" : "",
                  has_token ? (int)(e->at->length < 80 ? e->at->length : 80) : 0,
                  has_token ? e->at->text : "", has_token ? "'" : "");
    e->at = e->end;
    return signed_value(0);
}

static bool accept(struct expression *e, const char *text)
{
    if (e->at == e->end || !vgpu_token_is(e->at, text))
        return false;
    e->at++;
    return true;
}

static struct value read_number(struct expression *e)
{
    char text[72];
    char *suffix;
    struct value value;

    if (e->at->length >= sizeof text)
        return fail(e, "too long a number");
    memcpy(text, e->at->text, e->at->length);
    text[e->at->length] = '\0';
    errno = 0;
    if (text[0] == '0' && (text[1] == 'b' || text[1] == 'B'))
        value.bits = strtoull(text + 2, &suffix, 2);
    else
        value.bits = strtoull(text, &suffix, 0);
    if (errno)
        return fail(e, "too big a number");
    if (strspn(suffix, "uUlL") != strlen(suffix) || strlen(suffix) > 3)
        return fail(e, "no integer");
    value.is_unsigned = strpbrk(suffix, "uU") || value.bits > INT64_MAX;
    e->at++;
    return value;
}

static struct value read_character(struct expression *e)
{
    static const char names[] = "n\nt\tr\ra\ab\bf\fv\v0\0\\\\''\"\"";
    const char *text = e->at->text;

    if (e->at->length == 3) {
        e->at++;
        return signed_value(text[1]);
    }
    for (size_t i = 0; e->at->length == 4 && text[1] == '\\' && i + 1 < sizeof names;
         i += 2) {
        if (names[i] == text[2]) {
            e->at++;
            return signed_value(names[i + 1]);
        }
    }
    return fail(e, "an unknown character constant");
}

static struct value read_primary(struct expression *e, bool is_live)
{
    struct value value;

    if (e->at == e->end)
        return fail(e, "a missing value");
    if (e->at->kind == VGPU_TOKEN_NUMBER)
        return read_number(e);
    if (e->at->kind == VGPU_TOKEN_CHARACTER)
        return read_character(e);
    if (e->at->kind == VGPU_TOKEN_IDENTIFIER) {
        if (!e->names_are_zero)
            return fail(e, "a name that is no constant");
        e->at++;
        return signed_value(0);
    }
    if (!accept(e, "("))
        return fail(e, "no value");
    value = read_ternary(e, is_live);
    if (!accept(e, ")"))
        return fail(e, "a missing ')'");
    return value;
}

static struct value read_unary(struct expression *e, bool is_live)
{
    struct value value;

    if (++e->nesting > MAX_NESTING)
        return fail(e, "too deep nesting");
    if (accept(e, "+")) {
        value = read_unary(e, is_live);
    } else if (accept(e, "-")) {
        value = read_unary(e, is_live);
        value.bits = 0 - value.bits;
    } else if (accept(e, "~")) {
        value = read_unary(e, is_live);
        value.bits = ~value.bits;
    } else if (accept(e, "!")) {
        value = signed_value(read_unary(e, is_live).bits == 0);
    } else {
        value = read_primary(e, is_live);
    }
    e->nesting--;
    return value;
}

/* Division by zero in a branch that is not taken is no fault. */
static struct value divide(struct expression *e, enum operator_kind kind, struct value a,
                           struct value b, bool is_live)
{
    const bool is_unsigned = a.is_unsigned || b.is_unsigned;
    const int64_t x = (int64_t)a.bits;
    const int64_t y = (int64_t)b.bits;
    struct value result = {.is_unsigned = is_unsigned};

    if (b.bits == 0)
        return is_live ? fail(e, "division by zero") : result;
    if (is_unsigned)
        result.bits = kind == OPERATOR_DIVIDE ? a.bits / b.bits : a.bits % b.bits;
    else if (y == -1)
        result.bits = kind == OPERATOR_DIVIDE ? 0 - a.bits : 0;
    else
        result.bits = (uint64_t)(kind == OPERATOR_DIVIDE ? x / y : x % y);
    return result;
}

static struct value shift(enum operator_kind kind, struct value a, struct value b)
{
    const unsigned count = (unsigned)b.bits & 63;
    struct value result = {.is_unsigned = a.is_unsigned};

    if (kind == OPERATOR_SHIFT_LEFT)
        result.bits = a.bits << count;
    else if (a.is_unsigned || (int64_t)a.bits >= 0)
        result.bits = a.bits >> count;
    else
        result.bits = ~(~a.bits >> count);
    return result;
}

static bool is_less(struct value a, struct value b)
{
    if (a.is_unsigned || b.is_unsigned)
        return a.bits < b.bits;
    return (int64_t)a.bits < (int64_t)b.bits;
}

static struct value apply(struct expression *e, enum operator_kind kind, struct value a,
                          struct value b, bool is_live)
{
    struct value result = {.is_unsigned = a.is_unsigned || b.is_unsigned};

    switch (kind) {
    case OPERATOR_LOGICAL_OR:
        return signed_value(a.bits || b.bits);
    case OPERATOR_LOGICAL_AND:
        return signed_value(a.bits && b.bits);
    case OPERATOR_EQUAL:
        return signed_value(a.bits == b.bits);
    case OPERATOR_UNEQUAL:
        return signed_value(a.bits != b.bits);
    case OPERATOR_LESS:
        return signed_value(is_less(a, b));
    case OPERATOR_GREATER:
        return signed_value(is_less(b, a));
    case OPERATOR_LESS_EQUAL:
        return signed_value(!is_less(b, a));
    case OPERATOR_GREATER_EQUAL:
        return signed_value(!is_less(a, b));
    case OPERATOR_SHIFT_LEFT:
    case OPERATOR_SHIFT_RIGHT:
        return shift(kind, a, b);
    case OPERATOR_DIVIDE:
    case OPERATOR_REMAINDER:
        return divide(e, kind, a, b, is_live);
    case OPERATOR_OR:
        result.bits = a.bits | b.bits;
        break;
    case OPERATOR_XOR:
        result.bits = a.bits ^ b.bits;
        break;
    case OPERATOR_AND:
        result.bits = a.bits & b.bits;
        break;
    case OPERATOR_PLUS:
        result.bits = a.bits + b.bits;
        break;
    case OPERATOR_MINUS:
        result.bits = a.bits - b.bits;
        break;
    case OPERATOR_TIMES:
        result.bits = a.bits * b.bits;
        break;
    case OPERATOR_COUNT:
        break;
    }
    return result;
}

static enum operator_kind operator_at(const struct expression *e)
{
    enum operator_kind kind = 0;
    if (e->at == e->end)
        return OPERATOR_COUNT;
    while (kind < OPERATOR_COUNT && !vgpu_token_is(e->at, operators[kind].spelling))
        kind++;
    return kind;
}

static struct value read_binary(struct expression *e, int precedence, bool is_live)
{
    struct value left = read_unary(e, is_live);

    for (;;) {
        const enum operator_kind kind = operator_at(e);
        bool right_is_live = is_live;
        struct value right;

        if (kind == OPERATOR_COUNT || operators[kind].precedence < precedence)
            return left;
        e->at++;
        if (kind == OPERATOR_LOGICAL_OR)
            right_is_live = is_live && left.bits == 0;
        else if (kind == OPERATOR_LOGICAL_AND)
            right_is_live = is_live && left.bits != 0;
        right = read_binary(e, operators[kind].precedence + 1, right_is_live);
        left = apply(e, kind, left, right, is_live);
    }
}

static struct value read_ternary(struct expression *e, bool is_live)
{
    struct value value = read_binary(e, 1, is_live);
    struct value yes;
    struct value no;

    if (!accept(e, "?"))
        return value;
    if (++e->nesting > MAX_NESTING)
        return fail(e, "too deep nesting");
    yes = read_ternary(e, is_live && value.bits != 0);
    if (!accept(e, ":"))
        return fail(e, "a '?' without ':'");
    no = read_ternary(e, is_live && value.bits == 0);
    e->nesting--;
    yes.is_unsigned = no.is_unsigned = yes.is_unsigned || no.is_unsigned;
    return value.bits ? yes : no;
}

bool vgpu_expression_evaluate(const struct vgpu_token *tokens, size_t count,
                              uint32_t line, bool names_are_zero,
                              struct vgpu_diagnosis *diagnosis, int64_t *value_out)
{
    struct expression e = {.at = tokens,
                           .end = tokens + count,
                           .diagnosis = diagnosis,
                           .line = line,
                           .names_are_zero = names_are_zero};
    const struct value value = read_ternary(&e, true);

    if (e.at != e.end)
        fail(&e, "an unexpected token");
    if (diagnosis->status)
        return false;
    *value_out = (int64_t)value.bits;
    return true;
}
