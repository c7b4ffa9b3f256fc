/* SPDX-License-Identifier: MIT */
/* What the sources of the built-in library share. They are OpenCL C without its built-in
 * functions: clang's own builtins, and functions of the C library that math.def knows,
 * stand for them. All is scalar, and branches are avoided, so that lanes can go together:
 * conditions are joined by & and |, which, other than && and ||, are no branches. */
#ifndef VGPU_LIBRARY_COMMON_H
#define VGPU_LIBRARY_COMMON_H

#pragma OPENCL EXTENSION cl_khr_fp64 : enable

typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;

#define DEFINE     __attribute__((overloadable))
#define C_FUNCTION __attribute__((const))
#define HELPER     static inline __attribute__((overloadable, always_inline))

#define INFINITY_F __builtin_inff()
#define NAN_F      __builtin_nanf("")
#define INFINITY_D __builtin_inf()
#define NAN_D      __builtin_nan("")

HELPER uint bits(float x)
{
    return __builtin_astype(x, uint);
}
HELPER ulong bits(double x)
{
    return __builtin_astype(x, ulong);
}
HELPER float real(uint x)
{
    return __builtin_astype(x, float);
}
HELPER double real(ulong x)
{
    return __builtin_astype(x, double);
}

#define BOTH(M)                                                                          \
    M(float, f, f)                                                                       \
    M(double, , )

#define UNARY(type, name, builtin)                                                       \
    HELPER type name(type x)                                                             \
    {                                                                                    \
        return builtin(x);                                                               \
    }
#define BINARY(type, name, builtin)                                                      \
    HELPER type name(type x, type y)                                                     \
    {                                                                                    \
        return builtin(x, y);                                                            \
    }
UNARY(float, abs_, __builtin_fabsf)
UNARY(double, abs_, __builtin_fabs)
UNARY(float, floor_, __builtin_floorf)
UNARY(double, floor_, __builtin_floor)
UNARY(float, trunc_, __builtin_truncf)
UNARY(double, trunc_, __builtin_trunc)
UNARY(float, rint_, __builtin_rintf)
UNARY(double, rint_, __builtin_rint)
UNARY(float, sqrt_, __builtin_sqrtf)
UNARY(double, sqrt_, __builtin_sqrt)
BINARY(float, sign_of, __builtin_copysignf)
BINARY(double, sign_of, __builtin_copysign)
BINARY(float, min_, __builtin_fminf)
BINARY(double, min_, __builtin_fmin)
BINARY(float, max_, __builtin_fmaxf)
BINARY(double, max_, __builtin_fmax)
#undef UNARY
#undef BINARY

HELPER float fma_(float a, float b, float c)
{
    return __builtin_fmaf(a, b, c);
}
HELPER double fma_(double a, double b, double c)
{
    return __builtin_fma(a, b, c);
}

#endif
