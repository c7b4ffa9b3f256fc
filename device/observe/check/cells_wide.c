/* SPDX-License-Identifier: MIT */
/* Accesses of many cells: with AVX-512. Marks are looked at only where segments are not
 * enough, which leaves most of the shadow of memory that is accessed once untouched. */
#include "cells_wide.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE   __attribute__((target("avx512f")))
#define INLINE WIDE static inline __attribute__((always_inline))
#define WIDTH  16u

/* What a run is compared with. */
struct wide_view {
    __m512i floor, group, ordered, own, num_own;
    __m512i segment;
    uint32_t mark;
    unsigned lane_shift;
    uint32_t used; /* which of sixteen cells: the same of all */
};

INLINE __m512i all_of(uint32_t value)
{
    return _mm512_set1_epi32((int32_t)value);
}

INLINE uint32_t used_of(const struct cell_run *run)
{
    uint32_t used = (1u << run->used) - 1;

    if (run->used == 0)
        return 0xffffu;
    for (unsigned lane = 1u << run->lane_shift; lane < WIDTH; lane *= 2)
        used |= used << lane;
    return used;
}

INLINE struct wide_view widen(const struct order_view *view, const struct cell_run *run)
{
    return (struct wide_view){
        all_of(view->floor), all_of(view->group),   all_of(view->ordered),
        all_of(view->own),   all_of(view->num_own), all_of(run->segment),
        run->mark,           run->lane_shift,       used_of(run)};
}

/* Those of `which` that are not ordered before the run. */
INLINE __mmask16 unordered(const struct wide_view *view, __mmask16 which,
                           __m512i segments)
{
    const __mmask16 above = _mm512_mask_cmpge_epu32_mask(which, segments, view->floor);

    return _mm512_mask_cmpge_epu32_mask(above, _mm512_sub_epi32(segments, view->group),
                                        view->ordered);
}

INLINE __mmask16 of_group(const struct wide_view *view, __mmask16 which, __m512i segments)
{
    return _mm512_mask_cmplt_epu32_mask(which, _mm512_sub_epi32(segments, view->own),
                                        view->num_own);
}

/* The cells of a run from its i-th one on. */
INLINE __mmask16 cells_from(size_t count, uint32_t used, size_t i)
{
    const size_t left = count - i;

    return (__mmask16)((left < WIDTH ? (1u << left) - 1 : 0xffffu) & used);
}

INLINE __m512i load(const uint32_t *cells, __mmask16 which)
{
    return _mm512_maskz_loadu_epi32(which, cells);
}

INLINE __m512i marks_from(const struct wide_view *view, size_t i)
{
    const __m512i numbers =
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i lanes = _mm512_srl_epi32(_mm512_add_epi32(numbers, all_of((uint32_t)i)),
                                           _mm_cvtsi32_si128((int)view->lane_shift));

    return _mm512_add_epi32(lanes, all_of(view->mark));
}

/* What the very items of the run did since the segment began. */
INLINE __mmask16 mine(const struct wide_view *view, __m512i segments,
                      const uint32_t *marks, size_t i, __mmask16 which)
{
    const __m512i differ = _mm512_xor_si512(load(marks + i, which), marks_from(view, i));

    return _mm512_mask_cmpeq_epi32_mask(
        _mm512_testn_epi32_mask(differ, all_of(CELL_LANE)), segments, view->segment);
}

INLINE void put(struct cells *cells, unsigned role, const struct wide_view *view,
                const struct cell_run *run, size_t i, __mmask16 which)
{
    _mm512_mask_storeu_epi32(cells->segments[role] + run->first + i, which,
                             view->segment);
    _mm512_mask_storeu_epi32(cells->marks[role] + run->first + i, which,
                             marks_from(view, i));
}

/* None of a role's races with the run. */
INLINE bool are_ordered(const struct cells *cells, unsigned role, uint32_t bits,
                        const struct wide_view *view, const struct cell_run *run,
                        size_t count)
{
    const uint32_t *const segments = cells->segments[role] + run->first;
    const uint32_t *const marks = cells->marks[role] + run->first;

    for (size_t i = 0; i < count; i += WIDTH) {
        const __mmask16 which = cells_from(count, view->used, i);
        const __m512i here = _mm512_and_si512(load(segments + i, which), all_of(bits));
        const __mmask16 rest = unordered(view, which, here);

        if (rest && (rest & ~mine(view, here, marks, i, rest)))
            return false;
    }
    return true;
}

/* A read adds nothing to second ones where the first ones stay; as is_read_known. */
INLINE bool are_known(const struct wide_view *view, __mmask16 which, __m512i seconds)
{
    const __m512i segments = _mm512_and_si512(seconds, all_of(CELL_SEGMENT));
    const __mmask16 stay = unordered(view, which, segments);
    const __mmask16 settled =
        _mm512_mask_test_epi32_mask(stay, seconds, all_of(CELL_SETTLED));

    return _mm512_kortestc(_mm512_kor(settled, of_group(view, stay, segments)),
                           (__mmask16)~which);
}

/* Reads of cells whose first one stays; as cell_enter_read. */
INLINE bool enter_seconds(struct cells *cells, const struct wide_view *view,
                          const struct cell_run *run, size_t i, __mmask16 which,
                          __m512i firsts, bool may_enter)
{
    uint32_t *const seconds = cells->segments[CELL_READ2] + run->first + i;
    const __m512i here = load(seconds, which);
    const __m512i segments = _mm512_and_si512(here, all_of(CELL_SEGMENT));
    const __mmask16 settled = _mm512_test_epi32_mask(here, all_of(CELL_SETTLED));
    const __mmask16 is_other = which & (__mmask16)~of_group(view, which, segments);
    const __mmask16 first_is_other = which & (__mmask16)~of_group(view, which, firsts);
    const __mmask16 stay = unordered(view, which, segments);
    const __mmask16 taken =
        which & ((__mmask16)~stay | (first_is_other & is_other & (__mmask16)~settled));
    const __mmask16 settles =
        (taken & first_is_other) | (is_other & (__mmask16) ~(taken | settled));

    if (!may_enter)
        return (taken | settles) == 0;
    if (taken)
        put(cells, CELL_READ2, view, run, i, taken);
    if (settles)
        _mm512_mask_storeu_epi32(
            seconds, settles,
            _mm512_or_si512(_mm512_mask_mov_epi32(segments, taken, view->segment),
                            all_of(CELL_SETTLED)));
    return true;
}

/* False: it may not, but would have to. */
INLINE bool enter_reads(struct cells *cells, const struct wide_view *view,
                        const struct cell_run *run, size_t count, bool may_enter)
{
    const uint32_t *const segments = cells->segments[CELL_READ] + run->first;
    const uint32_t *const seconds = cells->segments[CELL_READ2] + run->first;
    const uint32_t *const marks = cells->marks[CELL_READ] + run->first;

    for (size_t i = 0; i < count; i += WIDTH) {
        const __mmask16 which = cells_from(count, view->used, i);
        const __m512i here = load(segments + i, which);
        const __mmask16 stay = unordered(view, which, here);
        const __mmask16 first = which & (__mmask16)~stay;
        __mmask16 others = stay;

        /* mostly, two others have read all of it */
        if (!first && are_known(view, which, load(seconds + i, which)))
            continue;
        if (first && !may_enter)
            return false;
        if (others)
            others &= (__mmask16)~mine(view, here, marks, i, others);
        if (others && !enter_seconds(cells, view, run, i, others, here, may_enter))
            return false;
        if (first)
            put(cells, CELL_READ, view, run, i, first);
    }
    return true;
}

/* The usual length, which compilers know how to do without counting. A copy of the run,
 * whose parts were just written, would take longer. */
#define EACH_LENGTH(run, what, view)                 \
    ((run)->count == 32 ? what(cells, view, run, 32) \
                        : what(cells, view, run, (run)->count))

INLINE bool know(struct cells *cells, const struct order_view *order,
                 const struct cell_run *run, size_t count)
{
    const struct wide_view view = widen(order, run);

    return enter_reads(cells, &view, run, count, false) &&
           are_ordered(cells, CELL_WRITE, ~0u, &view, run, count);
}

INLINE bool read_cells(struct cells *cells, const struct order_view *order,
                       const struct cell_run *run, size_t count)
{
    const struct wide_view view = widen(order, run);

    return are_ordered(cells, CELL_WRITE, ~0u, &view, run, count) &&
           enter_reads(cells, &view, run, count, true);
}

INLINE bool write_cells(struct cells *cells, const struct order_view *order,
                        const struct cell_run *run, size_t count)
{
    const struct wide_view view = widen(order, run);

    if (!are_ordered(cells, CELL_WRITE, ~0u, &view, run, count) ||
        !are_ordered(cells, CELL_READ, ~0u, &view, run, count) ||
        !are_ordered(cells, CELL_READ2, CELL_SEGMENT, &view, run, count))
        return false;
    for (size_t i = 0; i < count; i += WIDTH)
        put(cells, CELL_WRITE, &view, run, i, cells_from(count, view.used, i));
    return true;
}

bool cells_wide_can(void)
{
    return __builtin_cpu_supports("avx512f") != 0;
}

/* Cells that others change meanwhile may be seen as before or after: both will do. */
WIDE __attribute__((no_sanitize("thread"))) bool cells_wide_know(
    struct cells *cells, const struct order_view *view, const struct cell_run *run)
{
    return EACH_LENGTH(run, know, view);
}

WIDE bool cells_wide_read(struct cells *cells, const struct order_view *view,
                          const struct cell_run *run)
{
    return EACH_LENGTH(run, read_cells, view);
}

WIDE bool cells_wide_write(struct cells *cells, const struct order_view *view,
                           const struct cell_run *run)
{
    return EACH_LENGTH(run, write_cells, view);
}
#else
bool cells_wide_can(void)
{
    return false;
}

bool cells_wide_know(struct cells *cells, const struct order_view *view,
                     const struct cell_run *run)
{
    (void)cells, (void)view, (void)run;
    return false;
}

bool cells_wide_read(struct cells *cells, const struct order_view *view,
                     const struct cell_run *run)
{
    (void)cells, (void)view, (void)run;
    return false;
}

bool cells_wide_write(struct cells *cells, const struct order_view *view,
                      const struct cell_run *run)
{
    (void)cells, (void)view, (void)run;
    return false;
}
#endif
