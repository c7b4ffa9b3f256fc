/* SPDX-License-Identifier: MIT */
/* Visits the parts of a kernel that are still there. */
#ifndef FUZZ_WALK_H
#define FUZZ_WALK_H

#include "language.h"

struct visitor {
    void *context;
    void (*stmt)(void *context, struct stmt *stmt);
    /* A value that another one of its type could stand for. */
    void (*value)(void *context, struct expr *expr);
    /* Any expression. */
    void (*expr)(void *context, struct expr *expr);
};

/* Outer before inner, first to last; helpers that are called, then the kernel. Any of the
 * functions may be NULL. */
void fuzz_visit(const struct kernel *kernel, const struct visitor *visitor);

/* Whether all that is used is declared before, and nothing leaves a loop outside of one.
 */
bool fuzz_is_well_formed(const struct kernel *kernel);

/* Whether anything that is left calls the function. */
bool fuzz_is_called(const struct kernel *kernel, const struct function *function);

#endif
