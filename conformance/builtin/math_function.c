/* SPDX-License-Identifier: MIT */
/* Mathematical functions of float and double against the C library's of long double, by
 * the table of relative errors. [OpenCL C 3.0, 7.4] */
#define _GNU_SOURCE
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jit.h"
#include "ulp.h"
#include "vgpu_test.h"

#define PI         3.14159265358979323846264338327950288L
#define NUM_RANDOM 6000

/* Values that C's functions do not have, or have otherwise. */

static long double right_sinpi(long double x)
{
    long double turn = fabsl(x) - 2 * floorl(fabsl(x) / 2), value;

    if (isinf(x) || isnan(x))
        return NAN;
    value = turn == 0 || turn == 1 ? 0
            : turn <= 0.5L         ? sinl(PI * turn)
            : turn < 1             ? sinl(PI * (1 - turn))
            : turn <= 1.5L         ? -sinl(PI * (turn - 1))
                                   : -sinl(PI * (2 - turn));
    return value == 0 ? copysignl(0, x) : signbit(x) ? -value : value;
}

static long double right_cospi(long double x)
{
    long double turn = fabsl(x) - 2 * floorl(fabsl(x) / 2);

    if (isinf(x) || isnan(x))
        return NAN;
    turn = turn > 1 ? 2 - turn : turn;
    return turn == 0.5L   ? 0
           : turn < 0.25L ? cosl(PI * turn)
           : turn < 0.75L ? sinl(PI * (0.5L - turn))
                          : -cosl(PI * (1 - turn));
}

static long double right_tanpi(long double x)
{
    long double whole = floorl(fabsl(x)), part = fabsl(x) - whole;
    int is_odd = fmodl(whole, 2) != 0;
    long double value;

    if (isinf(x) || isnan(x))
        return NAN;
    if (part == 0)
        return is_odd ? -copysignl(0, x) : copysignl(0, x);
    if (part == 0.5L)
        value = is_odd ? -INFINITY : INFINITY;
    else
        value = right_sinpi(part) / right_cospi(part);
    return signbit(x) ? -value : value;
}

static long double right_fract(long double x, unsigned bits)
{
    long double part = x - floorl(x),
                most = bits == 32 ? 0x1.fffffep-1L : 0x1.fffffffffffffp-1L;

    if (isinf(x) || x == floorl(x))
        return copysignl(0, x);
    return part > most ? most : part;
}

static long double right_fma(long double x, long double y, long double z, unsigned bits)
{
    if (bits == 32)
        return (long double)fmaf((float)x, (float)y, (float)z);
    return (long double)fma((double)x, (double)y, (double)z);
}

static long double right_frexp(long double x, int *exponent)
{
    *exponent = 0;
    return frexpl(x, exponent);
}

/* As a float the integers at the ends have no neighbours. */
static long double right_ilogb(long double x, unsigned bits)
{
    long double value = x == 0 ? INT_MIN : isinf(x) || isnan(x) ? INT_MAX : ilogbl(x);

    return bits == 32 ? (long double)(float)value : value;
}

static long double right_maxmag(long double x, long double y)
{
    return fabsl(x) > fabsl(y) ? x : fabsl(y) > fabsl(x) ? y : fmaxl(x, y);
}

static long double right_minmag(long double x, long double y)
{
    return fabsl(x) < fabsl(y) ? x : fabsl(y) < fabsl(x) ? y : fminl(x, y);
}

static long double right_nextafter(long double x, long double y, unsigned bits)
{
    if (bits == 32)
        return (long double)nextafterf((float)x, (float)y);
    return (long double)nextafter((double)x, (double)y);
}

static long double right_powr(long double x, long double y)
{
    if (isnan(x) || isnan(y) || x < 0 || (y == 0 && (x == 0 || isinf(x))) ||
        (x == 1 && isinf(y)))
        return NAN;
    return powl(fabsl(x), y);
}

static long double right_quotient(long double x, long double y)
{
    long double a = fabsl(x), b = fabsl(y), part, count;

    if (isnan(x) || isnan(y) || isinf(x) || isinf(y) || y == 0)
        return 0;
    part = fmodl(a, 128 * b);
    count = fmodl(rintl((part - remainderl(part, b)) / b), 128);
    return !!signbit(x) == !!signbit(y) ? count : count == 0 ? 0 : -count;
}

static long double right_rootn(long double x, int n)
{
    long double value;

    if (n == 0 || (x < 0 && n % 2 == 0))
        return NAN;
    value = powl(fabsl(x), 1 / (long double)n);
    return n % 2 != 0 ? copysignl(value, x) : value;
}

static long double right_tgamma(long double x)
{
    return tgammal(x);
}

static long double right_sign(long double x)
{
    return isnan(x) ? 0 : x == 0 ? x : copysignl(1, x);
}

struct row {
    const char *expression;
    long double (*right)(long double x, long double y, long double z, int n,
                         unsigned bits);
    double allowed[2], low, high; /* allowed: of float, of double */
};

/* A function for each row's right value. */
#define NAME_2(line) right_of_##line
#define NAME_1(line) NAME_2(line)
#define ROW(expression, right, of_float, of_double, low, high)                       \
    static long double NAME_1(__LINE__)(long double x, long double y, long double z, \
                                        int n, unsigned bits)                        \
    {                                                                                \
        long double whole;                                                           \
        int i;                                                                       \
        (void)x, (void)y, (void)z, (void)n, (void)bits, (void)whole, (void)i;        \
        return right;                                                                \
    }
#include "math_function.def"
#undef ROW

static const struct row rows[] = {
#define ROW(expression, right, of_float, of_double, low, high) \
    {#expression, NAME_1(__LINE__), {of_float, of_double}, low, high},
#include "math_function.def"
#undef ROW
};
#define NUM_ROWS (sizeof(rows) / sizeof(rows[0]))

/* Arguments and results of one type; values of float lie in doubles here. */
struct arguments {
    size_t count;
    double *x, *y;
    int *n;
};

static void arguments_fill(struct arguments *arguments, unsigned bits,
                           const struct row *row)
{
    size_t specials = ulp_num_specials(), pairs = specials * specials;

    for (size_t i = 0; i < arguments->count; i++) {
        double x = i < pairs ? ulp_special((unsigned)(i / specials))
                             : ulp_argument(i, bits, row->low, row->high);
        double y = i < pairs ? ulp_special((unsigned)(i % specials))
                             : ulp_argument(i * 7 + 1, bits, -10, 10);
        double share = ulp_argument(2 + 4 * i, 64, -1, 1);
        arguments->x[i] = bits == 32 ? (double)(float)x : x;
        arguments->y[i] = bits == 32 ? (double)(float)y : y;
        arguments->n[i] = i % 5 == 0   ? (int)(share * 3)
                          : i % 5 == 1 ? (int)(share * 40)
                          : i % 5 == 2 ? (int)(share * 1100)
                          : i % 5 == 3 ? (int)(share * 2e9)
                                       : (int)i % 7 - 3;
    }
}

static int append_kernels(char *source, size_t size)
{
    int used = snprintf(source, size, "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n");

    for (unsigned bits = 32; bits <= 64; bits += 32) {
        used += snprintf(source + used, size - (size_t)used, "#undef T\n#define T %s\n",
                         bits == 32 ? "float" : "double");
        for (size_t i = 0; i < NUM_ROWS; i++)
            used += snprintf(source + used, size - (size_t)used,
                             "__kernel void row_%u_%zu(__global T *o, __global T *px, "
                             "__global T *py, __global int *pn) {"
                             "size_t i = get_global_id(0);"
                             "T x = px[i], y = py[i], z = px[i ^ 1]; int n = pn[i];"
                             "o[i] = %s; }\n",
                             bits, i, rows[i].expression);
    }
    return used;
}

/* Runs a row's kernel with values of its type; results come back as doubles. */
static int run(struct jit *jit, size_t row, unsigned bits,
               const struct arguments *arguments, double *results)
{
    size_t count = arguments->count;
    float *narrow = malloc(3 * count * sizeof(float));
    char name[32];
    int is_done;

    snprintf(name, sizeof(name), "row_%u_%zu", bits, row);
    if (bits == 64) {
        free(narrow);
        return jit_run(jit, name, count, results, arguments->x, arguments->y,
                       arguments->n);
    }
    for (size_t i = 0; i < count; i++) {
        narrow[count + i] = (float)arguments->x[i];
        narrow[2 * count + i] = (float)arguments->y[i];
    }
    is_done = jit_run(jit, name, count, narrow, narrow + count, narrow + 2 * count,
                      arguments->n);
    for (size_t i = 0; i < count; i++)
        results[i] = (double)narrow[i];
    free(narrow);
    return is_done;
}

static void check_row(struct jit *jit, size_t index, unsigned bits,
                      struct arguments *arguments, double *results)
{
    const struct row *row = &rows[index];
    double worst = 0;
    size_t at = 0;

    arguments_fill(arguments, bits, row);
    if (!run(jit, index, bits, arguments, results))
        VGPU_FAIL("%s: no such kernel", row->expression);
    for (size_t i = 0; i < arguments->count; i++) {
        long double right = row->right(arguments->x[i], arguments->y[i],
                                       arguments->x[i ^ 1], arguments->n[i], bits);
        double error = ulp_error(results[i], right, bits);
        if (error > worst) {
            worst = error;
            at = i;
        }
    }
    if (worst > row->allowed[bits / 32 - 1])
        VGPU_FAIL("%s of %u bits: %g ulp at x = %.17g, y = %.17g, z = %.17g, n = %d: "
                  "%.17g, not %.20Lg",
                  row->expression, bits, worst, arguments->x[at], arguments->y[at],
                  arguments->x[at ^ 1], arguments->n[at], results[at],
                  row->right(arguments->x[at], arguments->y[at], arguments->x[at ^ 1],
                             arguments->n[at], bits));
}

VGPU_UNIT_TEST(mathematics, is_as_exact_as_the_specification_asks)
{
    enum { SOURCE_SIZE = 1 << 17 };
    size_t specials = ulp_num_specials();
    struct arguments arguments = {.count = specials * specials + NUM_RANDOM};
    char *source = malloc(SOURCE_SIZE), *log;
    double *results = malloc(arguments.count * sizeof(double));
    struct jit *jit;

    arguments.x = malloc(arguments.count * sizeof(double));
    arguments.y = malloc(arguments.count * sizeof(double));
    arguments.n = malloc(arguments.count * sizeof(int));
    ASSERT_LT(append_kernels(source, SOURCE_SIZE), SOURCE_SIZE);
    jit = jit_create(source, NULL, &log);
    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit != NULL);
    for (size_t i = 0; i < NUM_ROWS; i++) {
        check_row(jit, i, 32, &arguments, results);
        check_row(jit, i, 64, &arguments, results);
    }
    jit_destroy(jit);
    free(log);
    free(arguments.x);
    free(arguments.y);
    free(arguments.n);
    free(results);
    free(source);
}
