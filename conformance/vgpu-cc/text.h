/* SPDX-License-Identifier: MIT */
/* What code looks like, as LLVM's text. */
#ifndef VGPU_CC_TEXT_H
#define VGPU_CC_TEXT_H

#include <stddef.h>

/* code_text_with - of kernel f, for a local size along dimension 0, and sub-groups of
 * that size (0: any will do). "" after a failure. The caller frees. code_text - the same,
 * without options. */
char *code_text_with(const char *options, const char *source, unsigned mode,
                     size_t local_size, unsigned sub_group_size);
char *code_text(const char *source, unsigned mode, size_t local_size);

/* expect_text_with - that it has the one, and (NULL: whatever) not the other. */
void expect_text_with(const char *options, const char *source, unsigned mode,
                      size_t local_size, unsigned sub_group_size, const char *present,
                      const char *absent);
void expect_text(const char *source, unsigned mode, size_t local_size,
                 const char *present, const char *absent);

#endif
