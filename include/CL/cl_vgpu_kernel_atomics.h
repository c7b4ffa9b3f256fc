/* SPDX-License-Identifier: MIT */
/* The 32- and 64-bit atomic functions of OpenCL C 1.x, on global and local memory alike,
 * under both prefixes (atomic_, atom_). Relaxed, as there. [OpenCL C 3.0, 6.15.12.7 and
 * the int64 extensions] */
#ifndef CL_VGPU_KERNEL_ATOMICS_H
#define CL_VGPU_KERNEL_ATOMICS_H

#include <CL/cl_vgpu_kernel_macros.h>
#include <CL/cl_vgpu_kernel_types.h>

#define VGPU_ATOMIC_TYPES_(X) X(int) X(uint) X(long) X(ulong)

#define VGPU_ATOMIC_FETCH_(T, name, builtin)                       \
    VGPU_OVERLOAD_ T VGPU_TYPED_(name, T)(volatile T * p, T value) \
    {                                                              \
        return builtin(p, value, __ATOMIC_RELAXED);                \
    }

/* gcc has no builtin for min and max: `value` replaces what is there as long as it is
 * `better`. */
#ifdef __clang__
#define VGPU_ATOMIC_CHOOSE_(T, name, better, builtin) VGPU_ATOMIC_FETCH_(T, name, builtin)
#else
#define VGPU_ATOMIC_CHOOSE_(T, name, better, builtin)                             \
    VGPU_OVERLOAD_ T VGPU_TYPED_(name, T)(volatile T * p, T value)                \
    {                                                                             \
        T seen = __atomic_load_n(p, __ATOMIC_RELAXED);                            \
        while (value better seen &&                                               \
               !__atomic_compare_exchange_n(p, &seen, value, 1, __ATOMIC_RELAXED, \
                                            __ATOMIC_RELAXED)) {                  \
        }                                                                         \
        return seen;                                                              \
    }
#endif

#define VGPU_ATOMIC_FUNCTIONS_(T)                                                        \
    VGPU_ATOMIC_FETCH_(T, atomic_add, __atomic_fetch_add)                                \
    VGPU_ATOMIC_FETCH_(T, atomic_sub, __atomic_fetch_sub)                                \
    VGPU_ATOMIC_FETCH_(T, atomic_and, __atomic_fetch_and)                                \
    VGPU_ATOMIC_FETCH_(T, atomic_or, __atomic_fetch_or)                                  \
    VGPU_ATOMIC_FETCH_(T, atomic_xor, __atomic_fetch_xor)                                \
    VGPU_ATOMIC_FETCH_(T, atomic_xchg, __atomic_exchange_n)                              \
    VGPU_ATOMIC_CHOOSE_(T, atomic_min, <, __atomic_fetch_min)                            \
    VGPU_ATOMIC_CHOOSE_(T, atomic_max, >, __atomic_fetch_max)                            \
    VGPU_OVERLOAD_ T VGPU_TYPED_(atomic_inc, T)(volatile T * p)                          \
    {                                                                                    \
        return __atomic_fetch_add(p, (T)1, __ATOMIC_RELAXED);                            \
    }                                                                                    \
    VGPU_OVERLOAD_ T VGPU_TYPED_(atomic_dec, T)(volatile T * p)                          \
    {                                                                                    \
        return __atomic_fetch_sub(p, (T)1, __ATOMIC_RELAXED);                            \
    }                                                                                    \
    VGPU_OVERLOAD_ T VGPU_TYPED_(atomic_cmpxchg, T)(volatile T * p, T expected, T value) \
    {                                                                                    \
        (void)__atomic_compare_exchange_n(p, &expected, value, 0, __ATOMIC_RELAXED,      \
                                          __ATOMIC_RELAXED);                             \
        return expected;                                                                 \
    }
VGPU_ATOMIC_TYPES_(VGPU_ATOMIC_FUNCTIONS_)

VGPU_OVERLOAD_ float VGPU_TYPED_(atomic_xchg, float)(volatile float *p, float value)
{
    float seen;
    __atomic_exchange(p, &value, &seen, __ATOMIC_RELAXED);
    return seen;
}

#ifndef __cplusplus
#define VGPU_ATOMIC_OF_(name, p)         \
    _Generic(*(p), int                   \
             : vgpu_##name##_int, uint   \
             : vgpu_##name##_uint, long  \
             : vgpu_##name##_long, ulong \
             : vgpu_##name##_ulong)
#define atomic_add(p, value) VGPU_ATOMIC_OF_(atomic_add, p)((p), (value))
#define atomic_sub(p, value) VGPU_ATOMIC_OF_(atomic_sub, p)((p), (value))
#define atomic_and(p, value) VGPU_ATOMIC_OF_(atomic_and, p)((p), (value))
#define atomic_or(p, value)  VGPU_ATOMIC_OF_(atomic_or, p)((p), (value))
#define atomic_xor(p, value) VGPU_ATOMIC_OF_(atomic_xor, p)((p), (value))
#define atomic_min(p, value) VGPU_ATOMIC_OF_(atomic_min, p)((p), (value))
#define atomic_max(p, value) VGPU_ATOMIC_OF_(atomic_max, p)((p), (value))
#define atomic_inc(p)        VGPU_ATOMIC_OF_(atomic_inc, p)((p))
#define atomic_dec(p)        VGPU_ATOMIC_OF_(atomic_dec, p)((p))
#define atomic_cmpxchg(p, expected, value) \
    VGPU_ATOMIC_OF_(atomic_cmpxchg, p)((p), (expected), (value))
#define atomic_xchg(p, value)                \
    _Generic(*(p), int                       \
             : vgpu_atomic_xchg_int, uint    \
             : vgpu_atomic_xchg_uint, long   \
             : vgpu_atomic_xchg_long, ulong  \
             : vgpu_atomic_xchg_ulong, float \
             : vgpu_atomic_xchg_float)((p), (value))
#endif

#define atom_add     atomic_add
#define atom_sub     atomic_sub
#define atom_and     atomic_and
#define atom_or      atomic_or
#define atom_xor     atomic_xor
#define atom_min     atomic_min
#define atom_max     atomic_max
#define atom_inc     atomic_inc
#define atom_dec     atomic_dec
#define atom_xchg    atomic_xchg
#define atom_cmpxchg atomic_cmpxchg

#endif
