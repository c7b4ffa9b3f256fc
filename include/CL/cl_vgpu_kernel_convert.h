/* SPDX-License-Identifier: MIT */
/* OpenCL C's conversions and reinterpretations. [OpenCL C 3.0, 6.4.3, 6.4.4] */
#ifndef CL_VGPU_KERNEL_CONVERT_H
#define CL_VGPU_KERNEL_CONVERT_H

#include <CL/cl_vgpu_kernel_macros.h>
#include <CL/cl_vgpu_kernel_types.h>
#include <limits.h>

/* Rounding to the nearest whole number, halves to even; integers are whole already. */
#define VGPU_WHOLE_(T, round)                            \
    VGPU_OVERLOAD_ T VGPU_TYPED_(vgpu_whole, T)(T value) \
    {                                                    \
        return round(value);                             \
    }
VGPU_WHOLE_(int, )
VGPU_WHOLE_(uint, )
VGPU_WHOLE_(long, )
VGPU_WHOLE_(ulong, )
VGPU_WHOLE_(float, __builtin_rintf)
VGPU_WHOLE_(double, __builtin_rint)

/* Saturation: a value that does not fit becomes the nearest that does, NaN becomes 0. */
#define VGPU_SATURATE_INTEGER_(T, minimum, maximum, from, below)      \
    VGPU_OVERLOAD_ T VGPU_TYPED_(vgpu_saturate_##T, from)(from value) \
    {                                                                 \
        T result;                                                     \
        if (__builtin_add_overflow(value, (T)0, &result))             \
            return below ? minimum : maximum;                         \
        return result;                                                \
    }
#define VGPU_SATURATE_FLOAT_(T, minimum, maximum, from)               \
    VGPU_OVERLOAD_ T VGPU_TYPED_(vgpu_saturate_##T, from)(from value) \
    {                                                                 \
        return value != value           ? (T)0                        \
               : value <= (from)minimum ? minimum                     \
               : value >= (from)maximum ? maximum                     \
                                        : (T)value;                   \
    }
#define VGPU_SATURATE_(T, minimum, maximum)                      \
    VGPU_SATURATE_INTEGER_(T, minimum, maximum, int, value < 0)  \
    VGPU_SATURATE_INTEGER_(T, minimum, maximum, uint, 0)         \
    VGPU_SATURATE_INTEGER_(T, minimum, maximum, long, value < 0) \
    VGPU_SATURATE_INTEGER_(T, minimum, maximum, ulong, 0)        \
    VGPU_SATURATE_FLOAT_(T, minimum, maximum, float)             \
    VGPU_SATURATE_FLOAT_(T, minimum, maximum, double)
VGPU_SATURATE_(char, CHAR_MIN, CHAR_MAX)
VGPU_SATURATE_(uchar, (uchar)0, UCHAR_MAX)
VGPU_SATURATE_(short, SHRT_MIN, SHRT_MAX)
VGPU_SATURATE_(ushort, (ushort)0, USHRT_MAX)
VGPU_SATURATE_(int, INT_MIN, INT_MAX)
VGPU_SATURATE_(uint, 0u, UINT_MAX)
VGPU_SATURATE_(long, LONG_MIN, LONG_MAX)
VGPU_SATURATE_(ulong, 0ul, ULONG_MAX)

/* Reinterpretation of the bits, between scalars of one size. */
#define VGPU_AS_(to, from)                                   \
    VGPU_OVERLOAD_ to VGPU_TYPED_(as_##to, from)(from value) \
    {                                                        \
        to result;                                           \
        __builtin_memcpy(&result, &value, sizeof result);    \
        return result;                                       \
    }
#define VGPU_AS_8_(to)  VGPU_AS_(to, char) VGPU_AS_(to, uchar)
#define VGPU_AS_16_(to) VGPU_AS_(to, short) VGPU_AS_(to, ushort)
#define VGPU_AS_32_(to) VGPU_AS_(to, int) VGPU_AS_(to, uint) VGPU_AS_(to, float)
#define VGPU_AS_64_(to) VGPU_AS_(to, long) VGPU_AS_(to, ulong) VGPU_AS_(to, double)
VGPU_AS_8_(char)
VGPU_AS_8_(uchar)
VGPU_AS_16_(short)
VGPU_AS_16_(ushort)
VGPU_AS_32_(int)
VGPU_AS_32_(uint)
VGPU_AS_32_(float)
VGPU_AS_64_(long)
VGPU_AS_64_(ulong)
VGPU_AS_64_(double)

/* clang-format off */
#ifdef __cplusplus
#define VGPU_WHOLE_OF_(x)       vgpu_whole(x)
#define VGPU_SATURATED_(T, x)   vgpu_saturate_##T(x)
#else
#define VGPU_WHOLE_OF_(x)       VGPU_BY_ARITHMETIC_(vgpu_whole, x)(x)
#define VGPU_SATURATED_(T, x)   VGPU_BY_ARITHMETIC_(vgpu_saturate_##T, x)(x)
#define VGPU_AS_SCALAR_8_(to, x)  _Generic((x), char: vgpu_as_##to##_char, uchar: vgpu_as_##to##_uchar)(x)
#define VGPU_AS_SCALAR_16_(to, x) _Generic((x), short: vgpu_as_##to##_short, ushort: vgpu_as_##to##_ushort)(x)
#define VGPU_AS_SCALAR_32_(to, x) _Generic((x), int: vgpu_as_##to##_int, uint: vgpu_as_##to##_uint, float: vgpu_as_##to##_float)(x)
#define VGPU_AS_SCALAR_64_(to, x) _Generic((x), long: vgpu_as_##to##_long, ulong: vgpu_as_##to##_ulong, double: vgpu_as_##to##_double)(x)
#define as_char(x)     VGPU_AS_SCALAR_8_(char, x)
#define as_uchar(x)    VGPU_AS_SCALAR_8_(uchar, x)
#define as_short(x)    VGPU_AS_SCALAR_16_(short, x)
#define as_ushort(x)   VGPU_AS_SCALAR_16_(ushort, x)
#define as_int(x)      VGPU_AS_SCALAR_32_(int, x)
#define as_uint(x)     VGPU_AS_SCALAR_32_(uint, x)
#define as_long(x)     VGPU_AS_SCALAR_64_(long, x)
#define as_ulong(x)    VGPU_AS_SCALAR_64_(ulong, x)
#define as_float(x)    VGPU_AS_SCALAR_32_(float, x)
#define as_double(x)   VGPU_AS_SCALAR_64_(double, x)
#endif

/* Scalars; without a rounding mode, floating point is cut off towards zero, as in C. */
#define convert_char(x)    ((char)(x))
#define convert_uchar(x)   ((uchar)(x))
#define convert_short(x)   ((short)(x))
#define convert_ushort(x)  ((ushort)(x))
#define convert_int(x)     ((int)(x))
#define convert_uint(x)    ((uint)(x))
#define convert_long(x)    ((long)(x))
#define convert_ulong(x)   ((ulong)(x))
#define convert_float(x)   ((float)(x))
#define convert_double(x)  ((double)(x))
#define convert_char_rte(x)    ((char)VGPU_WHOLE_OF_(x))
#define convert_char_sat(x)    VGPU_SATURATED_(char, x)
#define convert_char_sat_rte(x)    VGPU_SATURATED_(char, VGPU_WHOLE_OF_(x))
#define convert_uchar_rte(x)   ((uchar)VGPU_WHOLE_OF_(x))
#define convert_uchar_sat(x)   VGPU_SATURATED_(uchar, x)
#define convert_uchar_sat_rte(x)   VGPU_SATURATED_(uchar, VGPU_WHOLE_OF_(x))
#define convert_short_rte(x)   ((short)VGPU_WHOLE_OF_(x))
#define convert_short_sat(x)   VGPU_SATURATED_(short, x)
#define convert_short_sat_rte(x)   VGPU_SATURATED_(short, VGPU_WHOLE_OF_(x))
#define convert_ushort_rte(x)  ((ushort)VGPU_WHOLE_OF_(x))
#define convert_ushort_sat(x)  VGPU_SATURATED_(ushort, x)
#define convert_ushort_sat_rte(x)  VGPU_SATURATED_(ushort, VGPU_WHOLE_OF_(x))
#define convert_int_rte(x)     ((int)VGPU_WHOLE_OF_(x))
#define convert_int_sat(x)     VGPU_SATURATED_(int, x)
#define convert_int_sat_rte(x)     VGPU_SATURATED_(int, VGPU_WHOLE_OF_(x))
#define convert_uint_rte(x)    ((uint)VGPU_WHOLE_OF_(x))
#define convert_uint_sat(x)    VGPU_SATURATED_(uint, x)
#define convert_uint_sat_rte(x)    VGPU_SATURATED_(uint, VGPU_WHOLE_OF_(x))
#define convert_long_rte(x)    ((long)VGPU_WHOLE_OF_(x))
#define convert_long_sat(x)    VGPU_SATURATED_(long, x)
#define convert_long_sat_rte(x)    VGPU_SATURATED_(long, VGPU_WHOLE_OF_(x))
#define convert_ulong_rte(x)   ((ulong)VGPU_WHOLE_OF_(x))
#define convert_ulong_sat(x)   VGPU_SATURATED_(ulong, x)
#define convert_ulong_sat_rte(x)   VGPU_SATURATED_(ulong, VGPU_WHOLE_OF_(x))

/* Vectors: element by element, and of the same size in bytes. */
#define convert_char2(x)     __builtin_convertvector((x), char2)
#define convert_char3(x)     __builtin_convertvector((x), char3)
#define convert_char4(x)     __builtin_convertvector((x), char4)
#define convert_char8(x)     __builtin_convertvector((x), char8)
#define convert_char16(x)    __builtin_convertvector((x), char16)
#define convert_uchar2(x)    __builtin_convertvector((x), uchar2)
#define convert_uchar3(x)    __builtin_convertvector((x), uchar3)
#define convert_uchar4(x)    __builtin_convertvector((x), uchar4)
#define convert_uchar8(x)    __builtin_convertvector((x), uchar8)
#define convert_uchar16(x)   __builtin_convertvector((x), uchar16)
#define convert_short2(x)    __builtin_convertvector((x), short2)
#define convert_short3(x)    __builtin_convertvector((x), short3)
#define convert_short4(x)    __builtin_convertvector((x), short4)
#define convert_short8(x)    __builtin_convertvector((x), short8)
#define convert_short16(x)   __builtin_convertvector((x), short16)
#define convert_ushort2(x)   __builtin_convertvector((x), ushort2)
#define convert_ushort3(x)   __builtin_convertvector((x), ushort3)
#define convert_ushort4(x)   __builtin_convertvector((x), ushort4)
#define convert_ushort8(x)   __builtin_convertvector((x), ushort8)
#define convert_ushort16(x)  __builtin_convertvector((x), ushort16)
#define convert_int2(x)      __builtin_convertvector((x), int2)
#define convert_int3(x)      __builtin_convertvector((x), int3)
#define convert_int4(x)      __builtin_convertvector((x), int4)
#define convert_int8(x)      __builtin_convertvector((x), int8)
#define convert_int16(x)     __builtin_convertvector((x), int16)
#define convert_uint2(x)     __builtin_convertvector((x), uint2)
#define convert_uint3(x)     __builtin_convertvector((x), uint3)
#define convert_uint4(x)     __builtin_convertvector((x), uint4)
#define convert_uint8(x)     __builtin_convertvector((x), uint8)
#define convert_uint16(x)    __builtin_convertvector((x), uint16)
#define convert_long2(x)     __builtin_convertvector((x), long2)
#define convert_long3(x)     __builtin_convertvector((x), long3)
#define convert_long4(x)     __builtin_convertvector((x), long4)
#define convert_long8(x)     __builtin_convertvector((x), long8)
#define convert_long16(x)    __builtin_convertvector((x), long16)
#define convert_ulong2(x)    __builtin_convertvector((x), ulong2)
#define convert_ulong3(x)    __builtin_convertvector((x), ulong3)
#define convert_ulong4(x)    __builtin_convertvector((x), ulong4)
#define convert_ulong8(x)    __builtin_convertvector((x), ulong8)
#define convert_ulong16(x)   __builtin_convertvector((x), ulong16)
#define convert_float2(x)    __builtin_convertvector((x), float2)
#define convert_float3(x)    __builtin_convertvector((x), float3)
#define convert_float4(x)    __builtin_convertvector((x), float4)
#define convert_float8(x)    __builtin_convertvector((x), float8)
#define convert_float16(x)   __builtin_convertvector((x), float16)
#define convert_double2(x)   __builtin_convertvector((x), double2)
#define convert_double3(x)   __builtin_convertvector((x), double3)
#define convert_double4(x)   __builtin_convertvector((x), double4)
#define convert_double8(x)   __builtin_convertvector((x), double8)
#define convert_double16(x)  __builtin_convertvector((x), double16)
#define as_char2(x)          ((char2)(x))
#define as_char3(x)          ((char3)(x))
#define as_char4(x)          ((char4)(x))
#define as_char8(x)          ((char8)(x))
#define as_char16(x)         ((char16)(x))
#define as_uchar2(x)         ((uchar2)(x))
#define as_uchar3(x)         ((uchar3)(x))
#define as_uchar4(x)         ((uchar4)(x))
#define as_uchar8(x)         ((uchar8)(x))
#define as_uchar16(x)        ((uchar16)(x))
#define as_short2(x)         ((short2)(x))
#define as_short3(x)         ((short3)(x))
#define as_short4(x)         ((short4)(x))
#define as_short8(x)         ((short8)(x))
#define as_short16(x)        ((short16)(x))
#define as_ushort2(x)        ((ushort2)(x))
#define as_ushort3(x)        ((ushort3)(x))
#define as_ushort4(x)        ((ushort4)(x))
#define as_ushort8(x)        ((ushort8)(x))
#define as_ushort16(x)       ((ushort16)(x))
#define as_int2(x)           ((int2)(x))
#define as_int3(x)           ((int3)(x))
#define as_int4(x)           ((int4)(x))
#define as_int8(x)           ((int8)(x))
#define as_int16(x)          ((int16)(x))
#define as_uint2(x)          ((uint2)(x))
#define as_uint3(x)          ((uint3)(x))
#define as_uint4(x)          ((uint4)(x))
#define as_uint8(x)          ((uint8)(x))
#define as_uint16(x)         ((uint16)(x))
#define as_long2(x)          ((long2)(x))
#define as_long3(x)          ((long3)(x))
#define as_long4(x)          ((long4)(x))
#define as_long8(x)          ((long8)(x))
#define as_long16(x)         ((long16)(x))
#define as_ulong2(x)         ((ulong2)(x))
#define as_ulong3(x)         ((ulong3)(x))
#define as_ulong4(x)         ((ulong4)(x))
#define as_ulong8(x)         ((ulong8)(x))
#define as_ulong16(x)        ((ulong16)(x))
#define as_float2(x)         ((float2)(x))
#define as_float3(x)         ((float3)(x))
#define as_float4(x)         ((float4)(x))
#define as_float8(x)         ((float8)(x))
#define as_float16(x)        ((float16)(x))
#define as_double2(x)        ((double2)(x))
#define as_double3(x)        ((double3)(x))
#define as_double4(x)        ((double4)(x))
#define as_double8(x)        ((double8)(x))
#define as_double16(x)       ((double16)(x))
/* clang-format on */

#endif
