/* SPDX-License-Identifier: MIT */
/* What tests of the compiler's client share: a cache of their own, and the fake. */
#ifndef CLIENT_TEST_H
#define CLIENT_TEST_H

#include "compiler/compiler.h"

/* client_test_start - from now on the fake is the compiler, and the cache is an empty
 * folder, which is given out. client_test_end removes it. */
const char *client_test_start(void);
void client_test_end(void);

/* Compiles a source that tells the fake what to do, as an executable with those options
 * (ends in NULL, or NULL). */
int client_test_compile_with(const char *source, const char *const *options,
                             struct vgpu_unit *unit_out, char **log_out);

/* client_test_compile - the same without, where unit and log do not matter. */
int client_test_compile(const char *source);

/* client_test_serial - compiles, and tells which run of the fake the unit comes from: the
 * same number twice means that it came from the cache. 0 after a failure. */
uint64_t client_test_serial(const char *source);

/* client_test_count - how many files in the cache's folder end in `suffix`. */
size_t client_test_count(const char *suffix);

/* client_test_write - a file of that text, in the folder of the cache; its path. */
const char *client_test_write(const char *name, const char *text);

#endif
