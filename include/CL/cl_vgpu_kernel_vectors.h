/* SPDX-License-Identifier: MIT */
/* Functions on OpenCL C's vectors: loading and storing, one value for all elements,
 * one function for each element, geometry. [OpenCL C 3.0, 6.15.5, 6.15.7] */
#ifndef CL_VGPU_KERNEL_VECTORS_H
#define CL_VGPU_KERNEL_VECTORS_H

#include <CL/cl_vgpu_kernel_macros.h>
#include <CL/cl_vgpu_kernel_types.h>

/* VGPU_SPLAT(float4, x) - OpenCL C's (float4)(x). */
#define VGPU_SPLAT(type, x) vgpu_splat_##type(x)

/* VGPU_MAP(float4, sqrt, v), VGPU_MAP_2(float4, pow, v, w) - a scalar function of each
 * element, or pair of elements, as a vector: OpenCL C's sqrt(v) and pow(v, w). */
#define VGPU_MAP(type, function, v)                               \
    __extension__({                                               \
        type vgpu_mapped = (v);                                   \
        for (int vgpu_e = 0; vgpu_e < vgpu_size_##type; vgpu_e++) \
            vgpu_mapped[vgpu_e] = function(vgpu_mapped[vgpu_e]);  \
        vgpu_mapped;                                              \
    })
#define VGPU_MAP_2(type, function, v, w)                                            \
    __extension__({                                                                 \
        type vgpu_mapped = (v);                                                     \
        const type vgpu_with = (w);                                                 \
        for (int vgpu_e = 0; vgpu_e < vgpu_size_##type; vgpu_e++)                   \
            vgpu_mapped[vgpu_e] = function(vgpu_mapped[vgpu_e], vgpu_with[vgpu_e]); \
        vgpu_mapped;                                                                \
    })

#define VGPU_MEMORY_FUNCTIONS_(T, n)                                                 \
    enum { vgpu_size_##T##n = n };                                                   \
    VGPU_INLINE_ T##n vgpu_splat_##T##n(T x)                                         \
    {                                                                                \
        return x - VGPU_VECTOR(T##n, 0);                                             \
    }                                                                                \
    VGPU_OVERLOAD_ T##n VGPU_TYPED_(vload##n, T)(size_t offset, const T *p)          \
    {                                                                                \
        T##n vector = {0};                                                           \
        __builtin_memcpy(&vector, p + offset * n, n * sizeof(T));                    \
        return vector;                                                               \
    }                                                                                \
    VGPU_OVERLOAD_ void VGPU_TYPED_(vstore##n, T)(T##n vector, size_t offset, T * p) \
    {                                                                                \
        __builtin_memcpy(p + offset * n, &vector, n * sizeof(T));                    \
    }
#define VGPU_MEMORY_FUNCTIONS_OF_(T) \
    VGPU_MEMORY_FUNCTIONS_(T, 2)     \
    VGPU_MEMORY_FUNCTIONS_(T, 3)     \
    VGPU_MEMORY_FUNCTIONS_(T, 4)     \
    VGPU_MEMORY_FUNCTIONS_(T, 8)     \
    VGPU_MEMORY_FUNCTIONS_(T, 16)
VGPU_SCALAR_TYPES_(VGPU_MEMORY_FUNCTIONS_OF_)

/* Geometry, of float and double alike; on a scalar it is that of one dimension. */
#define VGPU_GEOMETRY_(V, T, sqrt_, dot_)               \
    VGPU_OVERLOAD_ T VGPU_TYPED_(dot, V)(V a, V b)      \
    {                                                   \
        return dot_;                                    \
    }                                                   \
    VGPU_OVERLOAD_ T VGPU_TYPED_(length, V)(V a)        \
    {                                                   \
        return sqrt_(VGPU_TYPED_(dot, V)(a, a));        \
    }                                                   \
    VGPU_OVERLOAD_ T VGPU_TYPED_(distance, V)(V a, V b) \
    {                                                   \
        return VGPU_TYPED_(length, V)(a - b);           \
    }                                                   \
    VGPU_OVERLOAD_ V VGPU_TYPED_(normalize, V)(V a)     \
    {                                                   \
        const T size = VGPU_TYPED_(length, V)(a);       \
        return size > 0 ? a / size : a;                 \
    }
#define VGPU_CROSS_(V)                                                           \
    VGPU_OVERLOAD_ V VGPU_TYPED_(cross, V)(V a, V b)                             \
    {                                                                            \
        const V product = {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], \
                           a[0] * b[1] - a[1] * b[0]};                           \
        return product;                                                          \
    }
#define VGPU_DOT_2_ a[0] * b[0] + a[1] * b[1]
#define VGPU_DOT_3_ VGPU_DOT_2_ + a[2] * b[2]
#define VGPU_DOT_4_ VGPU_DOT_3_ + a[3] * b[3]

/* gcc's 3-vectors are the 4-vectors: their last element counts, and is 0 unless someone
 * set it. */
#ifdef __clang__
#define VGPU_GEOMETRY_3_(T, sqrt_)              \
    VGPU_GEOMETRY_(T##3, T, sqrt_, VGPU_DOT_3_) \
    VGPU_CROSS_(T##3)
#define VGPU_CASE_3_(function, T) T##3 : vgpu_##function##_##T##3,
#else
#define VGPU_GEOMETRY_3_(T, sqrt_)
#define VGPU_CASE_3_(function, T)
#endif
#define VGPU_GEOMETRY_OF_(T, sqrt_)             \
    VGPU_GEOMETRY_(T, T, sqrt_, a *b)           \
    VGPU_GEOMETRY_(T##2, T, sqrt_, VGPU_DOT_2_) \
    VGPU_GEOMETRY_(T##4, T, sqrt_, VGPU_DOT_4_) \
    VGPU_CROSS_(T##4)                           \
    VGPU_GEOMETRY_3_(T, sqrt_)
VGPU_GEOMETRY_OF_(float, __builtin_sqrtf)
VGPU_GEOMETRY_OF_(double, __builtin_sqrt)

#ifndef __cplusplus
#define VGPU_BY_ELEMENT_(function, element)    \
    _Generic((element), char                   \
             : vgpu_##function##_char, uchar   \
             : vgpu_##function##_uchar, short  \
             : vgpu_##function##_short, ushort \
             : vgpu_##function##_ushort, int   \
             : vgpu_##function##_int, uint     \
             : vgpu_##function##_uint, long    \
             : vgpu_##function##_long, ulong   \
             : vgpu_##function##_ulong, float  \
             : vgpu_##function##_float, double \
             : vgpu_##function##_double)
#define VGPU_BY_GEOMETRY_(function, x)                                               \
    _Generic((x), VGPU_CASE_3_(function, float) VGPU_CASE_3_(function, double) float \
             : vgpu_##function##_float, double                                       \
             : vgpu_##function##_double, float2                                      \
             : vgpu_##function##_float2, double2                                     \
             : vgpu_##function##_double2, float4                                     \
             : vgpu_##function##_float4, double4                                     \
             : vgpu_##function##_double4)
#define vload2(offset, p)  VGPU_BY_ELEMENT_(vload2, *(p))((offset), (p))
#define vload3(offset, p)  VGPU_BY_ELEMENT_(vload3, *(p))((offset), (p))
#define vload4(offset, p)  VGPU_BY_ELEMENT_(vload4, *(p))((offset), (p))
#define vload8(offset, p)  VGPU_BY_ELEMENT_(vload8, *(p))((offset), (p))
#define vload16(offset, p) VGPU_BY_ELEMENT_(vload16, *(p))((offset), (p))
#define vstore2(vector, offset, p) \
    VGPU_BY_ELEMENT_(vstore2, *(p))((vector), (offset), (p))
#define vstore3(vector, offset, p) \
    VGPU_BY_ELEMENT_(vstore3, *(p))((vector), (offset), (p))
#define vstore4(vector, offset, p) \
    VGPU_BY_ELEMENT_(vstore4, *(p))((vector), (offset), (p))
#define vstore8(vector, offset, p) \
    VGPU_BY_ELEMENT_(vstore8, *(p))((vector), (offset), (p))
#define vstore16(vector, offset, p) \
    VGPU_BY_ELEMENT_(vstore16, *(p))((vector), (offset), (p))
#define dot(a, b)      VGPU_BY_GEOMETRY_(dot, a)((a), (b))
#define length(a)      VGPU_BY_GEOMETRY_(length, a)(a)
#define distance(a, b) VGPU_BY_GEOMETRY_(distance, a)((a), (b))
#define normalize(a)   VGPU_BY_GEOMETRY_(normalize, a)(a)
#define cross(a, b)                                                             \
    _Generic((a), VGPU_CASE_3_(cross, float) VGPU_CASE_3_(cross, double) float4 \
             : vgpu_cross_float4, double4                                       \
             : vgpu_cross_double4)((a), (b))
#endif
#define fast_length(a)      length(a)
#define fast_distance(a, b) distance((a), (b))
#define fast_normalize(a)   normalize(a)

#endif
