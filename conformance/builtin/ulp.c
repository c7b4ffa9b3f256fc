/* SPDX-License-Identifier: MIT */
/* Distances in ulp, and arguments to measure them with. */
#include "ulp.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define WRONG 1e30

static long double unit_of(long double value, unsigned bits)
{
    int digits = bits == 32 ? FLT_MANT_DIG : DBL_MANT_DIG;
    int least = bits == 32 ? -149 : -1074, exponent;

    if (value == 0)
        return ldexpl(1, least);
    frexpl(value, &exponent);
    return ldexpl(1, exponent - digits < least ? least : exponent - digits);
}

double ulp_error(double value, long double right, unsigned bits)
{
    long double most = bits == 32 ? (long double)FLT_MAX : (long double)DBL_MAX;
    bool is_past = fabsl(right) > most;

    if (isnan(right) || isnan(value))
        return isnan(right) && isnan(value) ? 0 : WRONG;
    if (isinf(value) && (is_past || fabsl(right) > most * 0.999999L))
        return !!signbit(value) == !!signbit(right) ? 0 : WRONG;
    if (isinf(value) || isinf(right))
        return WRONG;
    if (value == 0 && right == 0)
        return !!signbit(value) == !!signbit(right) ? 0 : WRONG;
    return (double)(fabsl((long double)value - right) / unit_of(right, bits));
}

static const double specials[] = {0.0,
                                  -0.0,
                                  1.0,
                                  -1.0,
                                  2.0,
                                  -2.0,
                                  0.5,
                                  -0.5,
                                  INFINITY,
                                  -INFINITY,
                                  NAN,
                                  3.0,
                                  -3.0,
                                  1.5,
                                  -2.5,
                                  -0x1.bef9b6p127,
                                  0x1.1c12b6p127,
                                  0x1.bcp1023,
                                  0x1.5ap1022,
                                  1e10,
                                  1e-10,
                                  1e30,
                                  -1e30,
                                  1e-30,
                                  1e-40,
                                  -1e-40,
                                  FLT_MAX,
                                  -FLT_MAX,
                                  FLT_MIN,
                                  -FLT_MIN,
                                  1.4e-45,
                                  -1.4e-45,
                                  DBL_MAX,
                                  -DBL_MAX,
                                  DBL_MIN,
                                  5e-324,
                                  -5e-324,
                                  1e-310,
                                  1e22,
                                  1e300,
                                  88.8,
                                  -87.5,
                                  -103.9,
                                  709.7,
                                  -745.1,
                                  128,
                                  -126,
                                  -149.5,
                                  1023.9,
                                  -1074.5,
                                  4,
                                  7,
                                  -7,
                                  8388609,
                                  -8388609,
                                  16777217,
                                  4503599627370497.0,
                                  3.14159274101257324,
                                  1.57079637050628662,
                                  1.5707963267948966,
                                  3.1415926535897931,
                                  1000003};

unsigned ulp_num_specials(void)
{
    return sizeof(specials) / sizeof(specials[0]);
}

double ulp_special(unsigned index)
{
    return specials[index % ulp_num_specials()];
}

/* Numbers that look random, by splitmix64's way of mixing bits. */
static uint64_t mixed(uint64_t number)
{
    uint64_t z = (number + 1) * 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double ulp_argument(uint64_t number, unsigned bits, double low, double high)
{
    uint64_t random = mixed(number);
    double share = (double)(random >> 11) * 0x1p-53, value;
    uint32_t narrow = (uint32_t)random;
    float single;

    switch (number % 4) {
    case 0:
        memcpy(&single, &narrow, sizeof(single));
        memcpy(&value, &random, sizeof(value));
        value = bits == 32 ? (double)single : value;
        return isnan(value) ? NAN : value; /* never a signalling one */
    case 1:
        value = exp((share - 0.5) * 40);
        return random & 1 ? value : -value;
    case 2:
        value = low + (high - low) * share;
        break;
    default:
        value = 1 + (share - 0.5) * exp(-(double)(random % 32));
    }
    return bits == 32 ? (double)(float)value : value;
}
