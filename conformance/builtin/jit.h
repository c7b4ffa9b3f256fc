/* SPDX-License-Identifier: MIT */
/* Kernels for the tests of built-in functions: compiled by clang, lowered by us, and run
 * in this process one work-item at a time, without the rest of vgpu-cc. */
#ifndef BUILTIN_JIT_H
#define BUILTIN_JIT_H

#include <stddef.h>

struct jit;

typedef void jit_kernel(void *a, void *b, void *c, void *d);

/* jit_create - compiles kernels of at most four pointer arguments for OpenCL C 1.2, or
 * the version that `options` say, words separated by spaces (may be NULL). NULL: it did
 * not compile; then, and else, *log_out is what the lowering had to say, to be freed. */
struct jit *jit_create(const char *source, const char *options, char **log_out);
void jit_destroy(struct jit *jit);

/* jit_run - `count` work-items of a kernel. False: there is no such kernel. */
int jit_run(struct jit *jit, const char *kernel, size_t count, void *a, void *b, void *c,
            void *d);

/* jit_printed - what calls of printf handed over since the last call of this: format,
 * '|', kinds, '|', then the first values in hexadecimal; a line each. */
const char *jit_printed(void);

#endif
