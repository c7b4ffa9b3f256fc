/* SPDX-License-Identifier: MIT */
/* The little that C tests need of GoogleTest, as C functions. */
#ifndef VGPU_TEST_BRIDGE_H
#define VGPU_TEST_BRIDGE_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* vgpu_test_register - makes `run` the test `suite.name`. Called while the program loads.
 */
void vgpu_test_register(const char *suite, const char *name, const char *file, int line,
                        void (*run)(void));

/* vgpu_test_fail - notes a failure of the running test. Any thread. */
void vgpu_test_fail(const char *file, int line, const char *text);

/* vgpu_test_skip - the running test counts as skipped; the caller returns from it. */
void vgpu_test_skip(const char *file, int line, const char *why);

/* vgpu_test_has_failed - the running test has noted a failure. */
bool vgpu_test_has_failed(void);

#ifdef __cplusplus
}
#endif
#endif
