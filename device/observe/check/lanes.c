/* SPDX-License-Identifier: MIT */
/* Shapes of 32 addresses: four or eight at a time where the processor can. */
#include "lanes.h"

#include <stddef.h>

#define LANES 32u

static struct lanes_shape shape_of(const uintptr_t *addresses, uint32_t size,
                                   uintptr_t first, uintptr_t room)
{
    struct lanes_shape shape = {0, 0, 0};

    for (uint32_t i = 0; i < LANES; i++)
        shape.outside |= (uint32_t)(addresses[i] - first > room - size) << i;
    for (uint32_t i = 0; i + 1 < LANES; i++) {
        const uintptr_t distance = addresses[i + 1] - addresses[i];

        shape.beside |= (uint32_t)(distance == size) << i;
        shape.same |= (uint32_t)(distance == 0) << i;
    }
    return shape;
}

#if defined(__x86_64__)
#include <immintrin.h>

/* Compared as signed numbers, from the middle of what there is. */
#define MIDDLE ((uint64_t)1 << 63)

__attribute__((target("avx2"))) static uint32_t bits_of(__m256i mask)
{
    return (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(mask));
}

__attribute__((target("avx2"))) static struct lanes_shape wide_shape_of(
    const uintptr_t *addresses, uint32_t size, uintptr_t first, uintptr_t room)
{
    const __m256i sizes = _mm256_set1_epi64x((int64_t)size);
    const __m256i base = _mm256_set1_epi64x((int64_t)(first + MIDDLE));
    const __m256i most = _mm256_set1_epi64x((int64_t)(room - size + MIDDLE));
    struct lanes_shape shape = {0, 0, 0};

    for (uint32_t i = 0; i < LANES; i += 4) {
        const __m256i here = _mm256_loadu_si256((const void *)(addresses + i));
        /* The last item is its own next: it stands beside nobody. */
        const __m256i next = i + 4 < LANES
                                 ? _mm256_loadu_si256((const void *)(addresses + i + 1))
                                 : _mm256_permute4x64_epi64(here, 0xf9);
        const __m256i distance = _mm256_sub_epi64(next, here);
        const __m256i offset = _mm256_sub_epi64(here, base);

        shape.beside |= bits_of(_mm256_cmpeq_epi64(distance, sizes)) << i;
        shape.same |= bits_of(_mm256_cmpeq_epi64(distance, _mm256_setzero_si256())) << i;
        shape.outside |= bits_of(_mm256_cmpgt_epi64(offset, most)) << i;
    }
    shape.same &= ~0u >> 1;
    return shape;
}

/* Neighbours come from registers: loads of them would reach over two of the stores that
 * the caller has just made, and had to wait for both. */
__attribute__((target("avx512f"))) static struct lanes_shape widest_shape_of(
    const uintptr_t *addresses, uint32_t size, uintptr_t first, uintptr_t room)
{
    const __m512i sizes = _mm512_set1_epi64((int64_t)size);
    const __m512i base = _mm512_set1_epi64((int64_t)first);
    const __m512i most = _mm512_set1_epi64((int64_t)(room - size));
    __m512i here = _mm512_loadu_si512(addresses);
    struct lanes_shape shape = {0, 0, 0};

    for (uint32_t i = 0; i < LANES; i += 8) {
        const __m512i after =
            i + 8 < LANES ? _mm512_loadu_si512(addresses + i + 8) : here;
        const __m512i distance =
            _mm512_sub_epi64(_mm512_alignr_epi64(after, here, 1), here);
        const __m512i offset = _mm512_sub_epi64(here, base);

        shape.beside |= (uint32_t)_mm512_cmpeq_epi64_mask(distance, sizes) << i;
        shape.same |= (uint32_t)_mm512_testn_epi64_mask(distance, distance) << i;
        shape.outside |= (uint32_t)_mm512_cmpgt_epu64_mask(offset, most) << i;
        here = after;
    }
    shape.beside &= ~0u >> 1;
    shape.same &= ~0u >> 1;
    return shape;
}

struct lanes_shape lanes_shape_of(const uintptr_t *addresses, uint32_t size,
                                  uintptr_t first, uintptr_t room)
{
    if (__builtin_cpu_supports("avx512f"))
        return widest_shape_of(addresses, size, first, room);
    return __builtin_cpu_supports("avx2") ? wide_shape_of(addresses, size, first, room)
                                          : shape_of(addresses, size, first, room);
}

lanes_fn *lanes_way(unsigned number)
{
    switch (number) {
    case 0:
        return shape_of;
    case 1:
        return __builtin_cpu_supports("avx2") ? wide_shape_of : NULL;
    case 2:
        return __builtin_cpu_supports("avx512f") ? widest_shape_of : NULL;
    default:
        return NULL;
    }
}
#else
struct lanes_shape lanes_shape_of(const uintptr_t *addresses, uint32_t size,
                                  uintptr_t first, uintptr_t room)
{
    return shape_of(addresses, size, first, room);
}

lanes_fn *lanes_way(unsigned number)
{
    return number == 0 ? shape_of : NULL;
}
#endif
