/* SPDX-License-Identifier: MIT */
/* printf in kernels. */
#ifndef VGPU_CC_PRINTF_H
#define VGPU_CC_PRINTF_H

#include "module.h"

#include <stdbool.h>

/* vgpu_cc_printf_lower - replaces every call of vgpu.printf by one through the links that
 * the loaded code is given (compiler-stub/code_abi.h): values in an alloca of the calling
 * function's entry block, their kinds in a constant string. Declares `vgpu_code_links`
 * (a pointer, external) where the module lacks it. Run when a kernel is already a
 * function that runs work-groups. False after a line in module->log. */
bool vgpu_cc_printf_lower(struct vgpu_cc_module *module);

#endif
