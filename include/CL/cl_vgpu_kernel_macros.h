/* SPDX-License-Identifier: MIT */
/* Preprocessor tools of the kernel headers: counting and visiting the parameters of a
 * kernel. */
#ifndef CL_VGPU_KERNEL_MACROS_H
#define CL_VGPU_KERNEL_MACROS_H

#define VGPU_INLINE_ static inline __attribute__((always_inline))

/* One of several names of a function: C++ overloads one name (as a template, so that it
 * can stand beside a libc function of that name), C tells them apart by type and picks by
 * _Generic. */
#ifdef __cplusplus
#define VGPU_OVERLOAD_              template <class = void> VGPU_INLINE_
#define VGPU_TYPED_(function, type) function
#else
#define VGPU_OVERLOAD_              VGPU_INLINE_
#define VGPU_TYPED_(function, type) vgpu_##function##_##type
#endif

/* In C: the form of a function for the type that `x` has after the usual promotions, for
 * exactly the integer type of x, and for float or double. */
#define VGPU_BY_ARITHMETIC_(function, x)                  \
    _Generic(+(x), int                                    \
             : vgpu_##function##_int, unsigned            \
             : vgpu_##function##_uint, long               \
             : vgpu_##function##_long, unsigned long      \
             : vgpu_##function##_ulong, long long         \
             : vgpu_##function##_long, unsigned long long \
             : vgpu_##function##_ulong, float             \
             : vgpu_##function##_float, double            \
             : vgpu_##function##_double)
#define VGPU_BY_INTEGER_(function, x)                     \
    _Generic((x), char                                    \
             : vgpu_##function##_char, signed char        \
             : vgpu_##function##_char, unsigned char      \
             : vgpu_##function##_uchar, short             \
             : vgpu_##function##_short, unsigned short    \
             : vgpu_##function##_ushort, int              \
             : vgpu_##function##_int, unsigned            \
             : vgpu_##function##_uint, long               \
             : vgpu_##function##_long, unsigned long      \
             : vgpu_##function##_ulong, long long         \
             : vgpu_##function##_long, unsigned long long \
             : vgpu_##function##_ulong)
#define VGPU_BY_FLOAT_(function, x) \
    _Generic((x), float : vgpu_##function##_float, default : vgpu_##function##_double)

/* VGPU_COUNT_(name, a, b, ...) - how many follow the name: 0 to 32. */
#define VGPU_COUNT_(...)                                                                \
    VGPU_PICK_(__VA_ARGS__, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, \
               17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, )
#define VGPU_PICK_(name, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14,    \
                   p15, p16, p17, p18, p19, p20, p21, p22, p23, p24, p25, p26, p27, p28, \
                   p29, p30, p31, p32, count, ...)                                       \
    count

/* clang-format off */
/* VGPU_EACH_n_(M, total, pairs...) - M(index, id, pair) for each of the first n pairs. The index is
 * an expression from 0 up; the id is a number that can become part of a name. */
#define VGPU_EACH_0_(M, total, ...)
#define VGPU_EACH_1_(M, total, pair, ...) M(total - 1, 1, pair) VGPU_EACH_0_(M, total, __VA_ARGS__)
#define VGPU_EACH_2_(M, total, pair, ...) M(total - 2, 2, pair) VGPU_EACH_1_(M, total, __VA_ARGS__)
#define VGPU_EACH_3_(M, total, pair, ...) M(total - 3, 3, pair) VGPU_EACH_2_(M, total, __VA_ARGS__)
#define VGPU_EACH_4_(M, total, pair, ...) M(total - 4, 4, pair) VGPU_EACH_3_(M, total, __VA_ARGS__)
#define VGPU_EACH_5_(M, total, pair, ...) M(total - 5, 5, pair) VGPU_EACH_4_(M, total, __VA_ARGS__)
#define VGPU_EACH_6_(M, total, pair, ...) M(total - 6, 6, pair) VGPU_EACH_5_(M, total, __VA_ARGS__)
#define VGPU_EACH_7_(M, total, pair, ...) M(total - 7, 7, pair) VGPU_EACH_6_(M, total, __VA_ARGS__)
#define VGPU_EACH_8_(M, total, pair, ...) M(total - 8, 8, pair) VGPU_EACH_7_(M, total, __VA_ARGS__)
#define VGPU_EACH_9_(M, total, pair, ...) M(total - 9, 9, pair) VGPU_EACH_8_(M, total, __VA_ARGS__)
#define VGPU_EACH_10_(M, total, pair, ...) M(total - 10, 10, pair) VGPU_EACH_9_(M, total, __VA_ARGS__)
#define VGPU_EACH_11_(M, total, pair, ...) M(total - 11, 11, pair) VGPU_EACH_10_(M, total, __VA_ARGS__)
#define VGPU_EACH_12_(M, total, pair, ...) M(total - 12, 12, pair) VGPU_EACH_11_(M, total, __VA_ARGS__)
#define VGPU_EACH_13_(M, total, pair, ...) M(total - 13, 13, pair) VGPU_EACH_12_(M, total, __VA_ARGS__)
#define VGPU_EACH_14_(M, total, pair, ...) M(total - 14, 14, pair) VGPU_EACH_13_(M, total, __VA_ARGS__)
#define VGPU_EACH_15_(M, total, pair, ...) M(total - 15, 15, pair) VGPU_EACH_14_(M, total, __VA_ARGS__)
#define VGPU_EACH_16_(M, total, pair, ...) M(total - 16, 16, pair) VGPU_EACH_15_(M, total, __VA_ARGS__)
#define VGPU_EACH_17_(M, total, pair, ...) M(total - 17, 17, pair) VGPU_EACH_16_(M, total, __VA_ARGS__)
#define VGPU_EACH_18_(M, total, pair, ...) M(total - 18, 18, pair) VGPU_EACH_17_(M, total, __VA_ARGS__)
#define VGPU_EACH_19_(M, total, pair, ...) M(total - 19, 19, pair) VGPU_EACH_18_(M, total, __VA_ARGS__)
#define VGPU_EACH_20_(M, total, pair, ...) M(total - 20, 20, pair) VGPU_EACH_19_(M, total, __VA_ARGS__)
#define VGPU_EACH_21_(M, total, pair, ...) M(total - 21, 21, pair) VGPU_EACH_20_(M, total, __VA_ARGS__)
#define VGPU_EACH_22_(M, total, pair, ...) M(total - 22, 22, pair) VGPU_EACH_21_(M, total, __VA_ARGS__)
#define VGPU_EACH_23_(M, total, pair, ...) M(total - 23, 23, pair) VGPU_EACH_22_(M, total, __VA_ARGS__)
#define VGPU_EACH_24_(M, total, pair, ...) M(total - 24, 24, pair) VGPU_EACH_23_(M, total, __VA_ARGS__)
#define VGPU_EACH_25_(M, total, pair, ...) M(total - 25, 25, pair) VGPU_EACH_24_(M, total, __VA_ARGS__)
#define VGPU_EACH_26_(M, total, pair, ...) M(total - 26, 26, pair) VGPU_EACH_25_(M, total, __VA_ARGS__)
#define VGPU_EACH_27_(M, total, pair, ...) M(total - 27, 27, pair) VGPU_EACH_26_(M, total, __VA_ARGS__)
#define VGPU_EACH_28_(M, total, pair, ...) M(total - 28, 28, pair) VGPU_EACH_27_(M, total, __VA_ARGS__)
#define VGPU_EACH_29_(M, total, pair, ...) M(total - 29, 29, pair) VGPU_EACH_28_(M, total, __VA_ARGS__)
#define VGPU_EACH_30_(M, total, pair, ...) M(total - 30, 30, pair) VGPU_EACH_29_(M, total, __VA_ARGS__)
#define VGPU_EACH_31_(M, total, pair, ...) M(total - 31, 31, pair) VGPU_EACH_30_(M, total, __VA_ARGS__)
#define VGPU_EACH_32_(M, total, pair, ...) M(total - 32, 32, pair) VGPU_EACH_31_(M, total, __VA_ARGS__)
/* clang-format on */

#endif
