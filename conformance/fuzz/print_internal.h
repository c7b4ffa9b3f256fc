/* SPDX-License-Identifier: MIT */
/* Between the printer's files. */
#ifndef FUZZ_PRINT_INTERNAL_H
#define FUZZ_PRINT_INTERNAL_H

#include "language.h"

#include <stdio.h>

void fuzz_print_type(FILE *out, struct type type);
void fuzz_print_constant(FILE *out, enum kind kind, union lane constant);
void fuzz_print_expr(FILE *out, const struct expr *expr);

#endif
