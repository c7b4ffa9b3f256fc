/* SPDX-License-Identifier: MIT */
/* Calls of printf, as clang leaves them. */
#ifndef VGPU_CC_PRINTF_CALL_H
#define VGPU_CC_PRINTF_CALL_H

#include "module.h"

#include "print_format.h"

#include <stdbool.h>

/* vgpu_cc_printf_calls_lower - makes every call of `function`, C's printf, one of
 * vgpu.printf; vectors that are passed as something else are put together again, as the
 * format says. Deletes the function. False after a line in module->log. */
bool vgpu_cc_printf_calls_lower(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                                LLVMValueRef function);

/* vgpu_cc_printf_format - the text that a format operand points at, to be freed; NULL: it
 * is not a constant, or there is no memory. */
char *vgpu_cc_printf_format(LLVMValueRef operand);

/* vgpu_cc_printf_next - the conversions of a format that take a value, one after the
 * other; the format may be NULL, and is when there are no more. */
bool vgpu_cc_printf_next(const char **format, struct vgpu_print_directive *directive_out);

#endif
