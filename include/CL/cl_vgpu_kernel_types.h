/* SPDX-License-Identifier: MIT */
/* OpenCL C's address spaces, scalar types and vector types. [OpenCL C 3.0, 6.3, 6.7] */
#ifndef CL_VGPU_KERNEL_TYPES_H
#define CL_VGPU_KERNEL_TYPES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One memory serves all address spaces here, so the words vanish; the registered
 * description keeps them, and the runtime acts on them. */
#define __kernel
#define __global
#define __local
#define __private
#define __generic
#define __constant const
#define __read_only
#define __write_only
#define __read_write
#ifdef VGPU_SHORT_WORDS
#define kernel
#define global
#define local
#define private
#define constant const
#endif

typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;

/* Tables: X(type) for each scalar type, and for each that has vectors of n elements. */
#define VGPU_INTEGER_TYPES_(X) \
    X(char) X(uchar) X(short) X(ushort) X(int) X(uint) X(long) X(ulong)
#define VGPU_FLOAT_TYPES_(X)  X(float) X(double)
#define VGPU_SCALAR_TYPES_(X) VGPU_INTEGER_TYPES_(X) VGPU_FLOAT_TYPES_(X)

/* Vectors. With clang they have components (.x .xyz .lo .s0); with gcc, elements only
 * (v[0]), and the 3-vectors are the 4-vectors. Sizes and alignments are OpenCL's. */
#if defined(__clang__)
#define VGPU_VECTOR_TYPE_(type, n, storage) \
    typedef type type##n __attribute__((ext_vector_type(n)));
#else
#define VGPU_VECTOR_TYPE_(type, n, storage) \
    typedef type type##n __attribute__((vector_size(storage * sizeof(type))));
#endif
/* The compilers warn that functions with wide vectors are called in another way where AVX
 * is on. Kernels are inlined into the function that loads their arguments, so it does not
 * matter. */
#pragma GCC diagnostic ignored "-Wpsabi"
#define VGPU_VECTOR_TYPES_OF_(type) \
    VGPU_VECTOR_TYPE_(type, 2, 2)   \
    VGPU_VECTOR_TYPE_(type, 3, 4)   \
    VGPU_VECTOR_TYPE_(type, 4, 4)   \
    VGPU_VECTOR_TYPE_(type, 8, 8)   \
    VGPU_VECTOR_TYPE_(type, 16, 16)
VGPU_SCALAR_TYPES_(VGPU_VECTOR_TYPES_OF_)

/* VGPU_VECTOR(float4, 1, 2, 3, 4) - OpenCL C's (float4)(1, 2, 3, 4) in C and C++. */
#ifdef __cplusplus
#define VGPU_VECTOR(type, ...) (type{__VA_ARGS__})
#else
#define VGPU_VECTOR(type, ...) ((type){__VA_ARGS__})
#endif

#endif
