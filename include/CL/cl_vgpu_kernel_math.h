/* SPDX-License-Identifier: MIT */
/* Scalar mathematics of OpenCL C: float stays float. [OpenCL C 3.0, 6.15.2 to 6.15.6] */
#ifndef CL_VGPU_KERNEL_MATH_H
#define CL_VGPU_KERNEL_MATH_H

#include <CL/cl_vgpu_kernel_macros.h>
#include <CL/cl_vgpu_kernel_types.h>
#include <float.h>
#include <limits.h>

/* sqrt, exp, fabs and the rest of C's functions follow their argument's type. */
#ifdef __cplusplus
#include <cmath>
#include <math.h>
#else
#include <math.h>
#include <tgmath.h>
#undef I
#undef complex
#undef imaginary
#endif

#endif
