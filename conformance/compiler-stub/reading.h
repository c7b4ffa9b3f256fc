/* SPDX-License-Identifier: MIT */
/* What the tests of sources share: read one, or expect how reading ends. */
#ifndef VGPU_TEST_READING_H
#define VGPU_TEST_READING_H

#include "declaration.h"

/* expect_kernels - the source's kernels as printed, each followed by ';' (""  for none).
 */
void expect_kernels(const char *source, const char *expected);

/* The same with -D definitions, closed by NULL. */
void expect_kernels_with(const char *source, const char *const *defines,
                         const char *expected);

/* expect_refused - -EINVAL, and `needle` in the message. */
void expect_refused(const char *source, const char *needle);

/* read_one - the source's only kernel; an empty one, after a failure, where there is
 * none. */
struct vgpu_declaration read_one(const char *source);

/* read_macro - what VGPU_KERNEL(name, parameters) says. */
struct vgpu_declaration read_macro(const char *name, const char *parameters);

#endif
