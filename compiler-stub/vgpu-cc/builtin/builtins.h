/* SPDX-License-Identifier: MIT */
/* OpenCL C's built-in functions: from the calls that clang leaves to what the next stages
 * know (module.h). */
#ifndef VGPU_CC_BUILTINS_H
#define VGPU_CC_BUILTINS_H

#include "module.h"

#include <stdbool.h>

/* vgpu_cc_builtins_lower - replaces every call of a built-in function (a declaration with
 * a mangled name, as -fdeclare-opencl-builtins makes them) by pseudo functions, LLVM's
 * intrinsics, scalar functions of the C library, or functions of our own library, which
 * it links into the module (internal, alwaysinline). Vector maths comes out per
 * component; loads, stores, conversions, shuffles, selects and integer arithmetic stay
 * vectors. Call after all sources are linked and before anything is inlined; debug
 * locations of the calls stay. A call for which less accuracy serves (native_exp, or exp
 * in a function compiled with -cl-unsafe-math-optimizations) has the string attribute
 * VGPU_CC_RELAXED.
 * False when a function is called that is neither defined nor built in: each such call
 * has left a line in module->log, with its source line where that is known. */
bool vgpu_cc_builtins_lower(struct vgpu_cc_module *module);

#define VGPU_CC_RELAXED "vgpu-relaxed"

#endif
