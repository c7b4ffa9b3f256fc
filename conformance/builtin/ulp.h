/* SPDX-License-Identifier: MIT */
/* How far results are from what they should be. */
#ifndef BUILTIN_ULP_H
#define BUILTIN_ULP_H

#include <stdbool.h>
#include <stdint.h>

/* ulp_error - of a float (bits 32) or double (64), in units in the last place of the
 * right value; huge where NaN, infinity or the sign of zero are wrong. Infinity counts as
 * right for values past the largest number. */
double ulp_error(double value, long double right, unsigned bits);

/* Arguments: bit patterns of all kinds, moderate numbers, and special ones. `number` says
 * which of an endless, always equal row. */
double ulp_argument(uint64_t number, unsigned bits, double low, double high);

/* The special values that are among them. */
unsigned ulp_num_specials(void);
double ulp_special(unsigned index);

#endif
