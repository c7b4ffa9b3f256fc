/* SPDX-License-Identifier: MIT */
/* What the kernels under test and the tests that run them agree on. */
#ifndef KERNEL_HEADER_KERNELS_H
#define KERNEL_HEADER_KERNELS_H

#include <stddef.h>

/* Everything a work-item can ask about its place; [3] is of a dimension beyond, [4] of a
 * huge one. */
struct place {
    size_t work_dim;
    size_t global_size[5], global_id[5], local_size[5], enqueued_local_size[5],
        local_id[5];
    size_t num_groups[5], group_id[5], global_offset[5];
    size_t global_linear_id, local_linear_id;
    size_t visits;
};

struct couple {
    int first;
    double second;
};

struct tile {
    int cells[4][4];
    double sum;
};

/* Results of the mathematics kernel, in this order. X(name, expression, expected) with
 * `x` = 0.25f, `n` = -7. */
#define MATH_ROWS(X)                                             \
    X(float_sqrt, sqrt(x), 0.5)                                  \
    X(sqrt_is_float, sizeof(sqrt(x)), 4)                         \
    X(exp_is_float, sizeof(exp(x)), 4)                           \
    X(fabs_is_float, sizeof(fabs(x)), 4)                         \
    X(double_stays_double, sizeof(sqrt((double)x)), 8)           \
    X(float_rsqrt, rsqrt(x), 2)                                  \
    X(native_rsqrt, native_rsqrt(x), 2)                          \
    X(half_sqrt, half_sqrt(x), 0.5)                              \
    X(native_divide, native_divide(x, 0.5f), 0.5)                \
    X(native_recip, native_recip(x), 4)                          \
    X(mad, mad(x, 4.0f, 1.0f), 2)                                \
    X(fma_float, fma(x, 4.0f, 1.0f), 2)                          \
    X(fma_is_float, sizeof(fma(x, x, x)), 4)                     \
    X(min_float, min(x, 1.0f), 0.25)                             \
    X(max_float, max(x, 1.0f), 1)                                \
    X(min_int, min(n, 3), -7)                                    \
    X(max_uint, max(3u, 4u), 4)                                  \
    X(max_long, max(5l, 4l), 5)                                  \
    X(clamp_float, clamp(x, 0.5f, 1.0f), 0.5)                    \
    X(clamp_int, clamp(n, -3, 3), -3)                            \
    X(mix, mix(1.0f, 3.0f, x), 1.5)                              \
    X(step_below, step(0.5f, x), 0)                              \
    X(step_at, step(0.25f, x), 1)                                \
    X(smoothstep, smoothstep(0.0f, 0.5f, x), 0.5)                \
    X(sign_negative, sign(-x), -1)                               \
    X(sign_nan, sign(NAN), 0)                                    \
    X(degrees, degrees(M_PI_F), 180)                             \
    X(radians, radians(180.0f), 3.14159265358979)                \
    X(exp10, exp10(2.0f), 100)                                   \
    X(exp2, exp2(3.0f), 8)                                       \
    X(log2, log2(8.0f), 3)                                       \
    X(pow, pow(2.0f, 3.0f), 8)                                   \
    X(pown, pown(2.0f, -1), 0.5)                                 \
    X(powr, powr(4.0f, 0.5f), 2)                                 \
    X(rootn, rootn(-8.0f, 3), -2)                                \
    X(sinpi, sinpi(0.5f), 1)                                     \
    X(cospi, cospi(1.0f), -1)                                    \
    X(maxmag, maxmag(-3.0f, 2.0f), -3)                           \
    X(minmag, minmag(-3.0f, 2.0f), 2)                            \
    X(isequal, isequal(x, 0.25f), 1)                             \
    X(isnotequal, isnotequal(x, x), 0)                           \
    X(isordered, isordered(x, NAN), 0)                           \
    X(isnan, isnan(NAN) != 0, 1)                                 \
    X(isgreater, isgreater(x, 0.0f) != 0, 1)                     \
    X(select_true, select(1, 2, 5 > 4), 2)                       \
    X(select_false, select(1, 2, 5 < 4), 1)                      \
    X(bitselect, bitselect(0xf0, 0x0f, 0x3c), 0xcc)              \
    X(abs_int, abs(n), 7)                                        \
    X(abs_long, abs(-5000000000l), 5000000000.0)                 \
    X(abs_diff, abs_diff(-2000000000, 2000000000), 4000000000.0) \
    X(mul24, mul24(n, 3), -21)                                   \
    X(mad24, mad24(n, 3, 1), -20)                                \
    X(mul_hi_int, mul_hi(1 << 30, 8), 2)                         \
    X(mul_hi_long, mul_hi(1l << 62, 8l), 2)                      \
    X(mul_hi_ulong, mul_hi(~0ul, 16ul), 15)                      \
    X(mad_hi, mad_hi(1 << 30, 8, 5), 7)                          \
    X(hadd, hadd(2147483647, 2147483645), 2147483646)            \
    X(rhadd, rhadd(2, 3), 3)                                     \
    X(rotate_int, rotate(1, 33), 2)                              \
    X(rotate_uchar, rotate((uchar)0x81, (uchar)1), 3)            \
    X(rotate_by_zero, rotate(5u, 0u), 5)                         \
    X(clz_int, clz(1), 31)                                       \
    X(clz_uchar, clz((uchar)1), 7)                               \
    X(clz_zero, clz(0ul), 64)                                    \
    X(ctz, ctz(8), 3)                                            \
    X(popcount, popcount((short)-1), 16)                         \
    X(add_sat_top, add_sat(2147483647, 1), 2147483647)           \
    X(add_sat_bottom, add_sat(-2147483647, -2), -2147483648.0)   \
    X(add_sat_uchar, add_sat((uchar)250, (uchar)10), 255)        \
    X(sub_sat_uint, sub_sat(1u, 2u), 0)                          \
    X(sub_sat_top, sub_sat(2147483647, -1), 2147483647)          \
    X(sub_sat_bottom, sub_sat((char)-128, (char)1), -128)        \
    X(as_int, as_int(1.0f), 1065353216)                          \
    X(as_uint, as_uint(-1), 4294967295.0)                        \
    X(as_float, as_float(as_int(x)), 0.25)                       \
    X(as_long, as_long(1.0), 4607182418800017408.0)              \
    X(as_double, as_double(4607182418800017408ul), 1)            \
    X(as_short, as_short((ushort)65535), -1)                     \
    X(convert_int, convert_int(-2.7f), -2)                       \
    X(convert_rte_down, convert_int_rte(2.5f), 2)                \
    X(convert_rte_up, convert_int_rte(3.5f), 4)                  \
    X(convert_uchar_sat, convert_uchar_sat(300), 255)            \
    X(convert_uchar_sat_low, convert_uchar_sat(-1.5f), 0)        \
    X(convert_uchar_sat_rte, convert_uchar_sat_rte(2.5f), 2)     \
    X(convert_char_sat, convert_char_sat(-1e9), -128)            \
    X(convert_int_sat_nan, convert_int_sat(NAN), 0)              \
    X(convert_int_sat, convert_int_sat(1e30f), 2147483647)       \
    X(convert_uint_sat, convert_uint_sat(-5l), 0)                \
    X(convert_long_sat, convert_long_sat(~0ul), 9223372036854775807.0)

enum math_row {
#define X(name, expression, expected) MATH_##name,
    MATH_ROWS(X)
#undef X
        MATH_COUNT
};

#endif
