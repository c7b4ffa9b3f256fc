/* SPDX-License-Identifier: MIT */
/* Integer constant expressions: of #if, and of attributes. */
#ifndef VGPU_EXPRESSION_H
#define VGPU_EXPRESSION_H

#include "token.h"

/* vgpu_expression_evaluate - the value in 64 bits, wrapped like unsigned arithmetic where
 * it overflows. Names that are no macros count as 0 where `names_are_zero`, as #if wants
 * it. False with the diagnosis set: no such expression, division by zero, nested too
 * deep. [C11, 6.10.1] */
bool vgpu_expression_evaluate(const struct vgpu_token *tokens, size_t count,
                              uint32_t line, bool names_are_zero,
                              struct vgpu_diagnosis *diagnosis, int64_t *value_out);

#endif
