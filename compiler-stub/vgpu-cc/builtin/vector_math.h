/* SPDX-License-Identifier: MIT */
/* The scalar functions of the C library that kernels call, and their vector variants. */
#ifndef VGPU_CC_VECTOR_MATH_H
#define VGPU_CC_VECTOR_MATH_H

#include <stdbool.h>

enum vgpu_cc_math_width { VGPU_CC_MATH_512, VGPU_CC_MATH_256, VGPU_CC_MATH_128 };

/* vgpu_cc_is_math - is there a row for this name in math.def? */
bool vgpu_cc_is_math(const char *name);

/* vgpu_cc_vector_math - the function that computes a whole register of lanes, which takes
 * and returns vectors; NULL: there is none, call lane by lane. With AVX-512 registers of
 * 512 bits, with AVX2 of 256, else of 128. `is_relaxed`: the call has VGPU_CC_RELAXED. */
const char *vgpu_cc_vector_math(const char *name, enum vgpu_cc_math_width width,
                                bool is_relaxed);

#endif
