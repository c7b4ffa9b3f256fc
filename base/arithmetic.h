/* SPDX-License-Identifier: MIT */
/* Size arithmetic that says when it overflows. */
#ifndef VGPU_BASE_ARITHMETIC_H
#define VGPU_BASE_ARITHMETIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each returns false, leaving *out unspecified, where the result does not fit. */
static inline bool vgpu_add(size_t a, size_t b, size_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

static inline bool vgpu_multiply(size_t a, size_t b, size_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

/* vgpu_range_fits - [offset, offset + length) lies inside [0, size). */
static inline bool vgpu_range_fits(size_t offset, size_t length, size_t size)
{
    return offset <= size && length <= size - offset;
}

static inline size_t vgpu_round_up(size_t value, size_t power_of_two)
{
    return (value + power_of_two - 1) & ~(power_of_two - 1);
}

static inline bool vgpu_is_power_of_two(size_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

#endif
