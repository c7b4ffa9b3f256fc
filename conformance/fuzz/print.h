/* SPDX-License-Identifier: MIT */
/* Random kernels as OpenCL C. */
#ifndef FUZZ_PRINT_H
#define FUZZ_PRINT_H

#include "language.h"

/* fuzz_print - the program's source; the caller frees. NULL: no memory. */
char *fuzz_print(const struct program *program);

#endif
