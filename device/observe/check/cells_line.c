/* SPDX-License-Identifier: MIT */
/* Shadow cells: storage, and lines of cells of which one access tells all. */
#define _GNU_SOURCE
#include "cells.h"

#include "arithmetic.h"

#include <sys/mman.h>

#define ARRAYS    (2 * CELL_ROLES)
#define PAGE      ((size_t)4096)
#define HUGE_PAGE ((size_t)2 << 20)

bool cells_create(struct cells *cells, size_t bytes, unsigned shift)
{
    const size_t count = (bytes >> shift) + 1;
    size_t array, block, lines;
    char *memory;

    if (!vgpu_multiply(count, sizeof(uint32_t), &array) || array > SIZE_MAX - PAGE)
        return false;
    /* An odd number of cache lines more, so that the arrays do not share cache sets. */
    array = vgpu_round_up(array, PAGE) + 5 * 64;
    lines = (count / CELL_LINE + 1) * (sizeof *cells->lines + 1);
    if (!vgpu_multiply(array, ARRAYS, &block) || block > SIZE_MAX - lines)
        return false;
    block += lines;
    memory = mmap(NULL, block, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    if (array >= HUGE_PAGE)
        madvise(memory, block, MADV_HUGEPAGE);
    for (unsigned role = 0; role < CELL_ROLES; role++) {
        cells->segments[role] = (uint32_t *)(void *)(memory + 2 * role * array);
        cells->marks[role] = (uint32_t *)(void *)(memory + (2 * role + 1) * array);
    }
    cells->lines = (struct cell_line *)(void *)(memory + ARRAYS * array);
    cells->spread = (uint8_t *)(cells->lines + count / CELL_LINE + 1);
    cells->count = count;
    cells->shift = shift;
    cells->block = memory;
    cells->block_bytes = block;
    return true;
}

void cells_destroy(struct cells *cells)
{
    if (cells->block)
        munmap(cells->block, cells->block_bytes);
    cells->block = NULL;
}

static void spread_role(struct cells *cells, size_t number, unsigned role)
{
    const struct cell_line *line = &cells->lines[number];
    uint32_t *segments = cells->segments[role] + number * CELL_LINE;
    uint32_t *marks = cells->marks[role] + number * CELL_LINE;
    const uint32_t segment = line->segment[role], mark = line->mark[role];
    const unsigned shift = line->lane_shift[role];

    for (uint32_t i = 0; i < CELL_LINE; i++)
        segments[i] = segment;
    for (uint32_t i = 0; i < CELL_LINE; i++)
        marks[i] = mark + (i >> shift);
    /* release: who sees it sees the cells */
    __atomic_store_n(&cells->spread[number], cells->spread[number] | 1u << role,
                     __ATOMIC_RELEASE);
}

static void spread_line(struct cells *cells, size_t number)
{
    for (unsigned role = 0; role < CELL_ROLES; role++)
        if (!(cells->spread[number] & 1u << role))
            spread_role(cells, number, role);
}

void cells_spread_slowly(struct cells *cells, size_t first, size_t last)
{
    for (size_t number = first / CELL_LINE; number <= last / CELL_LINE; number++)
        spread_line(cells, number);
}

static bool is_untouched(const struct cells *cells, size_t number)
{
    uint32_t segments = cells->spread[number];

    for (unsigned role = 0; role < CELL_ROLES; role++)
        segments |= cells->lines[number].segment[role];
    return segments == 0;
}

bool cells_refine(struct cells *cells, unsigned shift)
{
    const unsigned parts = cells->shift - shift;
    struct cells fine;

    if (!cells_create(&fine, cells->count << cells->shift, shift))
        return false;
    for (size_t i = 0; i < cells->count; i++) {
        if (is_untouched(cells, i / CELL_LINE))
            continue;
        cells_spread(cells, i, i);
        cells_spread(&fine, i << parts, ((i + 1) << parts) - 1);
        for (unsigned role = 0; role < CELL_ROLES; role++)
            for (size_t j = i << parts; j < (i + 1) << parts; j++) {
                fine.segments[role][j] = cells->segments[role][i];
                fine.marks[role][j] = cells->marks[role][i];
            }
    }
    cells_destroy(cells);
    *cells = fine;
    return true;
}

/* --- Runs, line by line. --- */

/* Of what looks at cells that others change meanwhile, which may be seen as before or
 * after: both will do. */
#define RACES __attribute__((no_sanitize("thread")))

static size_t number_of(const struct cell_run *run)
{
    return run->first / CELL_LINE;
}

static bool is_spread(const struct cells *cells, unsigned role,
                      const struct cell_run *run)
{
    return (cells->spread[number_of(run)] & 1u << role) != 0;
}

/* As one that accesses the line as a whole. */
static void set_line(struct cells *cells, unsigned role, const struct cell_run *run)
{
    struct cell_line *const line = &cells->lines[number_of(run)];
    uint8_t *const spread = &cells->spread[number_of(run)];

    cell_line_set(line, role, run);
    /* release: who sees it sees the above */
    if (*spread & 1u << role)
        __atomic_store_n(spread, *spread & ~(1u << role), __ATOMIC_RELEASE);
}

static bool are_ordered(const struct cells *cells, unsigned role,
                        const struct order_view *order, size_t first)
{
    const uint32_t *const segments = cells->segments[role] + first;
    const struct order_view view = *order;
    bool all = true;

    /* mostly, the ends tell */
    if (!is_ordered(&view, segments[0] & CELL_SEGMENT) ||
        !is_ordered(&view, segments[CELL_LINE - 1] & CELL_SEGMENT))
        return false;
    for (uint32_t i = 0; i < CELL_LINE; i++)
        all &= is_ordered(&view, segments[i] & CELL_SEGMENT);
    return all;
}

/* The role's accesses are no race with the run, by what can be told at a glance. */
static bool is_clear(const struct cells *cells, unsigned role,
                     const struct order_view *view, const struct cell_run *run)
{
    const struct cell_line *const line = &cells->lines[number_of(run)];

    if (is_spread(cells, role, run))
        return are_ordered(cells, role, view, run->first);
    return cell_line_is_clear(line, role, view, run);
}

/* A read after one that stays, of the same segment or not. False: it has to be spread. */
static bool enter_second(struct cells *cells, const struct order_view *view,
                         const struct cell_run *run)
{
    struct cell_line *const line = &cells->lines[number_of(run)];
    const struct cell_reads reads = {&line->segment[CELL_READ], &line->mark[CELL_READ],
                                     &line->segment[CELL_READ2], &line->mark[CELL_READ2]};
    const uint32_t before = line->segment[CELL_READ2] & CELL_SEGMENT;

    if (is_spread(cells, CELL_READ2, run) ||
        (line->segment[CELL_READ] == run->segment &&
         line->lane_shift[CELL_READ] != run->lane_shift))
        return false;
    cell_enter_read(&reads, view, run->segment, run->mark);
    if ((line->segment[CELL_READ2] & CELL_SEGMENT) != before)
        line->lane_shift[CELL_READ2] = (uint8_t)run->lane_shift;
    return true;
}

static bool read_line(struct cells *cells, const struct order_view *view,
                      const struct cell_run *run)
{
    const struct cell_line *const line = &cells->lines[number_of(run)];

    if (!is_clear(cells, CELL_WRITE, view, run))
        return false;
    if (is_spread(cells, CELL_READ, run) ? are_ordered(cells, CELL_READ, view, run->first)
                                         : is_ordered(view, line->segment[CELL_READ])) {
        set_line(cells, CELL_READ, run);
        return true;
    }
    return !is_spread(cells, CELL_READ, run) &&
           (cell_line_is_mine(line, CELL_READ, run) || enter_second(cells, view, run));
}

static bool write_line(struct cells *cells, const struct order_view *view,
                       const struct cell_run *run)
{
    for (unsigned role = 0; role < CELL_ROLES; role++)
        if (!is_clear(cells, role, view, run))
            return false;
    set_line(cells, CELL_WRITE, run);
    return true;
}

RACES static bool are_spread(const struct cells *cells, const struct cell_run *run)
{
    const size_t last = (run->first + run->count - 1) / CELL_LINE;

    for (size_t number = run->first / CELL_LINE; number <= last; number++)
        if (__atomic_load_n(&cells->spread[number], __ATOMIC_ACQUIRE) != CELL_SPREAD)
            return false;
    return true;
}

enum what { KNOW, READ, WRITE };

/* Cells one by one, which may have to be spread. */
static bool each_cell(enum what what, struct cells *cells, const struct order_view *view,
                      const struct cell_run *run)
{
    if (what == KNOW)
        return are_spread(cells, run) && cells_each_know(cells, view, run);
    cells_spread(cells, run->first, run->first + run->count - 1);
    return (what == READ ? cells_each_read : cells_each_write)(cells, view, run);
}

static inline __attribute__((always_inline)) bool enter(enum what what,
                                                        struct cells *cells,
                                                        const struct order_view *view,
                                                        const struct cell_run *run)
{
    struct cell_run part;
    bool is_good = true;

    if (run->used || ((run->first | run->count) & (CELL_LINE - 1)) != 0)
        return each_cell(what, cells, view, run);
    part = *run;
    part.count = CELL_LINE;
    for (size_t i = 0; i < run->count && is_good; i += CELL_LINE) {
        part.first = run->first + i;
        part.mark = run->mark + (uint32_t)(i >> run->lane_shift);
        is_good = (what == KNOW   ? cells_line_knows(cells, number_of(&part), view, &part)
                   : what == READ ? read_line(cells, view, &part)
                                  : write_line(cells, view, &part)) ||
                  each_cell(what, cells, view, &part);
    }
    return is_good;
}

RACES bool cells_know(struct cells *cells, const struct order_view *view,
                      const struct cell_run *run)
{
    return enter(KNOW, cells, view, run);
}

bool cells_read(struct cells *cells, const struct order_view *view,
                const struct cell_run *run)
{
    return enter(READ, cells, view, run);
}

bool cells_write(struct cells *cells, const struct order_view *view,
                 const struct cell_run *run)
{
    return enter(WRITE, cells, view, run);
}
