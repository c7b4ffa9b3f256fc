/* SPDX-License-Identifier: MIT */
/* Built-in functions and operators of the reference, one component at a time. */
#include "interpret.h"

#include <math.h>

static wide least(enum kind kind)
{
    return fuzz_full_range(kind).lo;
}

static wide greatest(enum kind kind)
{
    return fuzz_full_range(kind).hi;
}

static wide saturate(enum kind kind, wide value)
{
    return value < least(kind)      ? least(kind)
           : value > greatest(kind) ? greatest(kind)
                                    : value;
}

/* The value's bits, as those of an unsigned number. */
static uint64_t bits_of(enum kind kind, wide value)
{
    const unsigned bits = fuzz_scalars[kind].bits;

    return bits == 64 ? (uint64_t)value : (uint64_t)value & ((UINT64_C(1) << bits) - 1);
}

/* floor(value / 2^shift), of negative values as well */
static wide shift_down(wide value, unsigned shift)
{
    return value >= 0 ? value >> shift : ~(~value >> shift);
}

static wide builtin_abs(enum kind kind, const wide *a)
{
    (void)kind;
    return a[0] < 0 ? -a[0] : a[0];
}

static wide builtin_abs_diff(enum kind kind, const wide *a)
{
    (void)kind;
    return a[0] > a[1] ? a[0] - a[1] : a[1] - a[0];
}

static wide builtin_add_sat(enum kind kind, const wide *a)
{
    return saturate(kind, a[0] + a[1]);
}

static wide builtin_sub_sat(enum kind kind, const wide *a)
{
    return saturate(kind, a[0] - a[1]);
}

static wide builtin_hadd(enum kind kind, const wide *a)
{
    (void)kind;
    return shift_down(a[0] + a[1], 1);
}

static wide builtin_rhadd(enum kind kind, const wide *a)
{
    (void)kind;
    return shift_down(a[0] + a[1] + 1, 1);
}

static wide builtin_min(enum kind kind, const wide *a)
{
    (void)kind;
    return a[0] < a[1] ? a[0] : a[1];
}

static wide builtin_max(enum kind kind, const wide *a)
{
    (void)kind;
    return a[0] > a[1] ? a[0] : a[1];
}

static wide builtin_clz(enum kind kind, const wide *a)
{
    const uint64_t bits = bits_of(kind, a[0]);
    unsigned zeros = 0;

    while (zeros < fuzz_scalars[kind].bits &&
           !(bits >> (fuzz_scalars[kind].bits - 1 - zeros) & 1))
        zeros++;
    return zeros;
}

static wide builtin_popcount(enum kind kind, const wide *a)
{
    unsigned ones = 0;

    for (uint64_t bits = bits_of(kind, a[0]); bits; bits &= bits - 1)
        ones++;
    return ones;
}

static wide builtin_mul_hi(enum kind kind, const wide *a)
{
    if (kind == KIND_ULONG)
        return (wide)((unsigned_wide)a[0] * (unsigned_wide)a[1] >> 64);
    return shift_down(a[0] * a[1], fuzz_scalars[kind].bits);
}

static wide builtin_mad_hi(enum kind kind, const wide *a)
{
    return fuzz_widen(kind, fuzz_wrap(kind, builtin_mul_hi(kind, a) + a[2]));
}

static wide builtin_mad_sat(enum kind kind, const wide *a)
{
    return saturate(kind, a[0] * a[1] + a[2]);
}

static wide builtin_rotate(enum kind kind, const wide *a)
{
    const unsigned width = fuzz_scalars[kind].bits;
    const unsigned by = (unsigned)(bits_of(kind, a[1]) % width);
    const uint64_t bits = bits_of(kind, a[0]);

    return fuzz_widen(
        kind, fuzz_wrap(kind, (wide)(by ? bits << by | bits >> (width - by) : bits)));
}

static wide builtin_bitselect(enum kind kind, const wide *a)
{
    return fuzz_widen(kind, fuzz_wrap(kind, (a[0] & ~a[2]) | (a[1] & a[2])));
}

static wide builtin_mul24(enum kind kind, const wide *a)
{
    return fuzz_widen(kind, fuzz_wrap(kind, a[0] * a[1]));
}

static wide builtin_mad24(enum kind kind, const wide *a)
{
    return fuzz_widen(kind, fuzz_wrap(kind, a[0] * a[1] + a[2]));
}

static double builtin_fabs(enum kind kind, const double *a)
{
    (void)kind;
    return fabs(a[0]);
}

static double builtin_floor(enum kind kind, const double *a)
{
    (void)kind;
    return floor(a[0]);
}

static double builtin_ceil(enum kind kind, const double *a)
{
    (void)kind;
    return ceil(a[0]);
}

static double builtin_trunc(enum kind kind, const double *a)
{
    (void)kind;
    return trunc(a[0]);
}

static double builtin_rint(enum kind kind, const double *a)
{
    (void)kind;
    return rint(a[0]);
}

static double builtin_round(enum kind kind, const double *a)
{
    (void)kind;
    return round(a[0]);
}

static double builtin_sign(enum kind kind, const double *a)
{
    (void)kind;
    return a[0] > 0 ? 1 : a[0] < 0 ? -1 : 0;
}

static double builtin_fmin(enum kind kind, const double *a)
{
    (void)kind;
    return fmin(a[0], a[1]);
}

static double builtin_fmax(enum kind kind, const double *a)
{
    (void)kind;
    return fmax(a[0], a[1]);
}

static double builtin_fdim(enum kind kind, const double *a)
{
    if (kind == KIND_FLOAT)
        return fdimf((float)a[0], (float)a[1]);
    return fdim(a[0], a[1]);
}

static double builtin_step(enum kind kind, const double *a)
{
    (void)kind;
    return a[1] < a[0] ? 0 : 1;
}

static double builtin_fma(enum kind kind, const double *a)
{
    if (kind == KIND_FLOAT)
        return fmaf((float)a[0], (float)a[1], (float)a[2]);
    return fma(a[0], a[1], a[2]);
}

static const struct {
    wide (*integer)(enum kind kind, const wide *a);
    double (*floating)(enum kind kind, const double *a);
} functions[] = {
#define INTEGER(name, ...)  {builtin_##name, NULL},
#define FLOATING(name, ...) {NULL, builtin_##name},
#include "builtin.def"
};

const struct builtin_info fuzz_builtins[] = {
#define INTEGER(name, arity, ...)  {#name, arity, false},
#define FLOATING(name, arity, ...) {#name, arity, true},
#include "builtin.def"
};

void fuzz_builtin(struct machine *machine, unsigned row, struct type type,
                  const struct value *arguments, unsigned count, struct value *value_out)
{
    for (unsigned lane = 0; lane < type.width; lane++) {
        wide integers[3] = {0, 0, 0};
        double floats[3] = {0, 0, 0};

        for (unsigned i = 0; i < count; i++) {
            integers[i] = fuzz_widen(type.kind, arguments[i].lane[lane].i);
            floats[i] = functions[row].floating ? arguments[i].lane[lane].f : 0;
        }
        if (functions[row].integer == builtin_mul24 ||
            functions[row].integer == builtin_mad24)
            for (unsigned i = 0; i < 2; i++)
                if (integers[i] < -(1 << 23) || integers[i] >= 1 << 23)
                    fuzz_refuse(machine, "mul24 of more than 24 bits");
        if (functions[row].floating)
            value_out->lane[lane].f = functions[row].floating(type.kind, floats);
        else
            value_out->lane[lane].i =
                (int64_t)functions[row].integer(type.kind, integers);
    }
}

static bool compare(enum operator_name operator, int order)
{
    switch (operator) {
    case OPERATOR_LESS:
        return order < 0;
    case OPERATOR_LESS_EQUAL:
        return order <= 0;
    case OPERATOR_GREATER:
        return order > 0;
    case OPERATOR_GREATER_EQUAL:
        return order >= 0;
    case OPERATOR_EQUAL:
        return order == 0;
    default:
        return order != 0;
    }
}

static double float_arithmetic(struct machine *machine, enum operator_name operator,
                               enum kind kind, double a, double b)
{
    if (operator== OPERATOR_DIVIDE &&(b == 0 || kind == KIND_FLOAT)) {
        fuzz_refuse(machine, "float division, or one by zero");
        return 0;
    }
    if (operator== OPERATOR_DIVIDE)
        return a / b;
    if (kind == KIND_DOUBLE)
        return operator== OPERATOR_ADD      ? a + b :
               operator== OPERATOR_SUBTRACT ? a - b
                                            : a * b;
    const float x = (float)a, y = (float)b;
    return operator== OPERATOR_ADD ? x + y : operator== OPERATOR_SUBTRACT ? x - y : x * y;
}

static wide shift(enum operator_name operator, enum kind kind, wide a, wide b)
{
    /* OpenCL C takes the amount modulo the width */
    const unsigned by = (unsigned)b & (fuzz_scalars[kind].bits - 1);

    if (operator== OPERATOR_SHIFT_RIGHT)
        return shift_down(a, by);
    return (wide)((unsigned_wide)a << by);
}

static wide integer_arithmetic(struct machine *machine, enum operator_name operator,
                               enum kind kind, wide a, wide b)
{
    switch (operator) {
    case OPERATOR_ADD:
        return a + b;
    case OPERATOR_SUBTRACT:
        return a - b;
    case OPERATOR_MULTIPLY:
        return kind == KIND_ULONG ? (wide)(uint64_t)((unsigned_wide)a * (unsigned_wide)b)
                                  : a * b;
    case OPERATOR_AND:
        return a & b;
    case OPERATOR_OR:
        return a | b;
    case OPERATOR_XOR:
        return a ^ b;
    case OPERATOR_SHIFT_LEFT:
    case OPERATOR_SHIFT_RIGHT:
        return shift(operator, kind, a, b);
    default:
        if (b == 0) {
            fuzz_refuse(machine, "division by zero");
            return 0;
        }
        return operator== OPERATOR_DIVIDE ? a / b : a % b;
    }
}

union lane fuzz_binary(struct machine *machine, enum operator_name operator,
                       enum kind kind, union lane a, union lane b)
{
    const bool is_float = fuzz_scalars[kind].is_float;
    union lane result = {.i = 0};

    if (fuzz_operators[operator].class == CLASS_COMPARISON) {
        const wide x = is_float ? 0 : fuzz_widen(kind, a.i);
        const wide y = is_float ? 0 : fuzz_widen(kind, b.i);
        const int order = is_float ? (a.f > b.f) - (a.f < b.f) : (x > y) - (x < y);

        result.i = compare(operator, order);
    } else if (is_float) {
        result.f = float_arithmetic(machine, operator, kind, a.f, b.f);
        if (!isfinite(result.f))
            fuzz_refuse(machine, "a float that is not finite");
    } else {
        const wide exact = integer_arithmetic(
            machine, operator, kind, fuzz_widen(kind, a.i), fuzz_widen(kind, b.i));

        result.i = fuzz_wrap(kind, exact);
        if (fuzz_scalars[kind].is_signed && result.i != exact)
            fuzz_refuse(machine, "signed overflow");
    }
    return result;
}
