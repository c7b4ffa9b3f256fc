/* SPDX-License-Identifier: MIT */
/* Shadow cells: the loops over many at a time that are spread. */
#include "cells.h"

#include "cells_wide.h"

/* The loops below are written so that compilers make vector code of them: 0 or ~0 for
 * false and true, and no branch. */
#if defined(__clang__)
#define NO_ALIASES /* clang finds out by itself */
#else
#define NO_ALIASES _Pragma("GCC ivdep")
#endif
#define MASK(condition) (0u - (uint32_t)(condition))
#define INLINE          static inline __attribute__((always_inline))

INLINE uint32_t ordered_mask(const struct order_view *view, uint32_t segment)
{
    return MASK(segment < view->floor) | MASK(segment - view->group < view->ordered);
}

INLINE uint32_t group_mask(const struct order_view *view, uint32_t segment)
{
    return MASK(segment - view->own < view->num_own);
}

INLINE uint32_t same_mask(uint32_t segment, uint32_t mark, uint32_t my_segment,
                          uint32_t my_mark)
{
    return MASK(segment == my_segment) & MASK(((mark ^ my_mark) & CELL_LANE) == 0);
}

/* Accesses by segments alone, which is enough most of the time, and leaves most of the
 * shadow of memory that is accessed once untouched. */
INLINE void look(const uint32_t *restrict segments, const struct order_view *order,
                 uint32_t bits, uint32_t count, bool *all_out, bool *none_out)
{
    const struct order_view view = *order;
    uint32_t all = ~0u, some = 0;

    NO_ALIASES
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t ordered = ordered_mask(&view, segments[i] & bits);

        all &= ordered;
        some |= ordered;
    }
    *all_out = all != 0;
    *none_out = some == 0;
}

INLINE void put(struct cells *cells, unsigned role, const struct cell_run *run)
{
    uint32_t *restrict segments = cells->segments[role] + run->first;
    uint32_t *restrict marks = cells->marks[role] + run->first;
    const uint32_t count = (uint32_t)run->count, segment = run->segment;
    const uint32_t mark = run->mark;
    const unsigned lane_shift = run->lane_shift;

    NO_ALIASES
    for (uint32_t i = 0; i < count; i++) {
        segments[i] = segment;
        marks[i] = mark + (i >> lane_shift);
    }
}

/* As is_read_known, of second reads where none of the first ones is ordered. */
INLINE bool are_known(const uint32_t *restrict seconds, const struct order_view *order,
                      uint32_t count)
{
    const struct order_view view = *order;
    uint32_t known = ~0u;

    NO_ALIASES
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t second = seconds[i] & CELL_SEGMENT;

        known &= ~ordered_mask(&view, second) &
                 (MASK(seconds[i] > CELL_SEGMENT) | group_mask(&view, second));
    }
    return known != 0;
}

INLINE bool know(const struct cells *cells, const struct order_view *view,
                 const struct cell_run *run)
{
    const uint32_t count = (uint32_t)run->count;
    bool all, none;

    look(cells->segments[CELL_READ] + run->first, view, ~0u, count, &all, &none);
    if (!none)
        return false;
    look(cells->segments[CELL_WRITE] + run->first, view, ~0u, count, &all, &none);
    return all && are_known(cells->segments[CELL_READ2] + run->first, view, count);
}

/* What reads do mostly: they are the first after what is ordered, or others are enough.
 * False: neither. */
INLINE bool read_quickly(struct cells *cells, const struct order_view *view,
                         const struct cell_run *run)
{
    const uint32_t count = (uint32_t)run->count;
    bool all, none, ignored;

    look(cells->segments[CELL_WRITE] + run->first, view, ~0u, count, &all, &ignored);
    if (!all)
        return false;
    look(cells->segments[CELL_READ] + run->first, view, ~0u, count, &all, &none);
    if (all) {
        put(cells, CELL_READ, run);
        return true;
    }
    return none && are_known(cells->segments[CELL_READ2] + run->first, view, count);
}

INLINE bool write_quickly(struct cells *cells, const struct order_view *view,
                          const struct cell_run *run)
{
    bool all, ignored;

    for (unsigned role = 0; role < CELL_ROLES; role++) {
        look(cells->segments[role] + run->first, view,
             role == CELL_READ2 ? CELL_SEGMENT : ~0u, (uint32_t)run->count, &all,
             &ignored);
        if (!all)
            return false;
    }
    put(cells, CELL_WRITE, run);
    return true;
}

INLINE bool read_loop(struct cells *cells, const struct order_view *order,
                      const struct cell_run *run, unsigned lane_shift)
{
    const struct order_view view = *order;
    const uint32_t segment = run->segment, mark = run->mark;
    const uint32_t *restrict w = cells->segments[CELL_WRITE] + run->first;
    const uint32_t *restrict wm = cells->marks[CELL_WRITE] + run->first;
    uint32_t *restrict r = cells->segments[CELL_READ] + run->first;
    uint32_t *restrict rm = cells->marks[CELL_READ] + run->first;
    uint32_t *restrict s = cells->segments[CELL_READ2] + run->first;
    uint32_t *restrict sm = cells->marks[CELL_READ2] + run->first;
    const uint32_t count = (uint32_t)run->count;
    uint32_t good = ~0u;

    NO_ALIASES
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t mine = mark + (i >> lane_shift);
        const uint32_t take = ordered_mask(&view, r[i]);
        const uint32_t second = s[i] & CELL_SEGMENT, settled = MASK(s[i] > CELL_SEGMENT);
        const uint32_t same = same_mask(r[i], rm[i], segment, mine);
        const uint32_t first_is_other = ~group_mask(&view, r[i]);
        const uint32_t second_is_other = ~group_mask(&view, second);
        const uint32_t take2 =
            ~take & ~same &
            (ordered_mask(&view, second) | (first_is_other & second_is_other & ~settled));
        const uint32_t settles = (take2 & first_is_other) |
                                 (~take2 & (settled | (~take & ~same & second_is_other)));

        good &= ordered_mask(&view, w[i]) | same_mask(w[i], wm[i], segment, mine);
        r[i] = (take & segment) | (~take & r[i]);
        rm[i] = (take & mine) | (~take & rm[i]);
        s[i] = (take2 & segment) | (~take2 & second) | (settles & CELL_SETTLED);
        sm[i] = (take2 & mine) | (~take2 & sm[i]);
    }
    return good != 0;
}

INLINE bool write_loop(struct cells *cells, const struct order_view *order,
                       const struct cell_run *run, unsigned lane_shift)
{
    const struct order_view view = *order;
    const uint32_t segment = run->segment, mark = run->mark;
    uint32_t *restrict w = cells->segments[CELL_WRITE] + run->first;
    uint32_t *restrict wm = cells->marks[CELL_WRITE] + run->first;
    const uint32_t *restrict r = cells->segments[CELL_READ] + run->first;
    const uint32_t *restrict rm = cells->marks[CELL_READ] + run->first;
    const uint32_t *restrict s = cells->segments[CELL_READ2] + run->first;
    const uint32_t *restrict sm = cells->marks[CELL_READ2] + run->first;
    const uint32_t count = (uint32_t)run->count;
    uint32_t good = ~0u;

    NO_ALIASES
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t mine = mark + (i >> lane_shift);

        good &= ordered_mask(&view, w[i]) | same_mask(w[i], wm[i], segment, mine);
        good &= ordered_mask(&view, r[i]) | same_mask(r[i], rm[i], segment, mine);
        good &= ordered_mask(&view, s[i] & CELL_SEGMENT) |
                same_mask(s[i] & CELL_SEGMENT, sm[i], segment, mine);
    }
    if (good == 0)
        return false;
    NO_ALIASES
    for (uint32_t i = 0; i < count; i++) {
        w[i] = segment;
        wm[i] = mark + (i >> lane_shift);
    }
    return true;
}

enum what { KNOW, READ, WRITE };

INLINE bool enter(enum what what, struct cells *cells, const struct order_view *view,
                  const struct cell_run *run)
{
    if (what == KNOW)
        return know(cells, view, run);
    if (what == WRITE)
        return write_quickly(cells, view, run) ||
               write_loop(cells, view, run, run->lane_shift);
    return read_quickly(cells, view, run) || read_loop(cells, view, run, run->lane_shift);
}

/* The usual lengths, which compilers know how to do without counting. */
INLINE bool loop(enum what what, struct cells *cells, const struct order_view *view,
                 const struct cell_run *run)
{
    struct cell_run same = *run;

    if (run->used)
        return false;
    if (run->count == 32) {
        same.count = 32;
        return enter(what, cells, view, &same);
    }
    if (run->count == 16) {
        same.count = 16;
        return enter(what, cells, view, &same);
    }
    return enter(what, cells, view, run);
}

/* The loops, for one kind of processors. Cells that others change meanwhile may be seen
 * as before or after: both will do. */
#define LOOPS(kind, attributes)                                                         \
    attributes static bool kind##_read(                                                 \
        struct cells *cells, const struct order_view *view, const struct cell_run *run) \
    {                                                                                   \
        return loop(READ, cells, view, run);                                            \
    }                                                                                   \
    attributes static bool kind##_write(                                                \
        struct cells *cells, const struct order_view *view, const struct cell_run *run) \
    {                                                                                   \
        return loop(WRITE, cells, view, run);                                           \
    }                                                                                   \
    attributes __attribute__((no_sanitize("thread"))) static bool kind##_know(          \
        struct cells *cells, const struct order_view *view, const struct cell_run *run) \
    {                                                                                   \
        return loop(KNOW, cells, view, run);                                            \
    }                                                                                   \
    static const struct cells_way kind = {kind##_know, kind##_read, kind##_write};

LOOPS(narrow, )

#if defined(__x86_64__)
LOOPS(wide, __attribute__((target("avx2"))))

static const struct cells_way widest = {cells_wide_know, cells_wide_read,
                                        cells_wide_write};

const struct cells_way *cells_way(unsigned number)
{
    switch (number) {
    case 0:
        return &narrow;
    case 1:
        return __builtin_cpu_supports("avx2") ? &wide : NULL;
    case 2:
        return cells_wide_can() ? &widest : NULL;
    default:
        return NULL;
    }
}

#define CALL(what)                                                          \
    (cells_wide_can()                 ? cells_wide_##what(cells, view, run) \
     : __builtin_cpu_supports("avx2") ? wide_##what(cells, view, run)       \
                                      : narrow_##what(cells, view, run))
#else
const struct cells_way *cells_way(unsigned number)
{
    return number == 0 ? &narrow : NULL;
}

#define CALL(what) narrow_##what(cells, view, run)
#endif

/* Reads by other launches may be unordered and have to give way, which is done for one
 * cell at a time. */
static bool has_rivals(const struct order_view *view)
{
    return view->floor < view->launch;
}

bool cells_each_know(struct cells *cells, const struct order_view *view,
                     const struct cell_run *run)
{
    return !has_rivals(view) && CALL(know);
}

bool cells_each_read(struct cells *cells, const struct order_view *view,
                     const struct cell_run *run)
{
    return !has_rivals(view) && CALL(read);
}

bool cells_each_write(struct cells *cells, const struct order_view *view,
                      const struct cell_run *run)
{
    return CALL(write);
}
