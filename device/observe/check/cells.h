/* SPDX-License-Identifier: MIT */
/* Shadow of memory for races: for each cell of 4, 2 or 1 bytes the last write and two
 * reads by different work-items, of different work-groups where two groups read it: then
 * whatever order groups come in, a race between two is seen.
 *
 * An access is remembered by its *segment*, a stretch of one row's execution between two
 * points that order it with others, and by its *mark*: the item's lane, how it accessed,
 * and the site. Segments are numbered in the order in which they begin, through the whole
 * process; 0: there was no access. */
#ifndef VGPU_CHECK_CELLS_H
#define VGPU_CHECK_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CELL_LANE     0x1fu
#define CELL_ATOMIC   0x20u
#define CELL_VOLATILE 0x40u
#define CELL_WRITES   0x80u
#define CELL_SITE     8u /* the site's number stands from this bit on */
#define CELL_SITES    (1u << (32 - CELL_SITE))

/* Who is remembered. */
enum { CELL_WRITE, CELL_READ, CELL_READ2, CELL_ROLES };

/* Beside CELL_READ2's segments: that read is of another group than CELL_READ's, so a
 * write of whatever group of these launches races with one of them, and further readers
 * of these add nothing. */
#define CELL_SETTLED 0x80000000u
#define CELL_SEGMENT 0x7fffffffu

/* A line of cells: as most are accessed by a row's items side by side, one access tells
 * for all of them, and the cells themselves are touched only where it does not. */
#define CELL_LINE 32u
struct cell_line {
    uint32_t segment[CELL_ROLES], mark[CELL_ROLES]; /* the mark of the first cell */
    uint8_t lane_shift[CELL_ROLES];                 /* as that of a cell_run */
};
#define CELL_SPREAD 7u /* all roles */

struct cells {
    uint32_t *segments[CELL_ROLES], *marks[CELL_ROLES]; /* of what is spread */
    struct cell_line *lines;
    uint8_t *spread; /* of each line, 1 << role: see the cells themselves for it */
    size_t count;
    unsigned shift; /* log2 of a cell's bytes: 2, 1 or 0 */
    void *block;
    size_t block_bytes;
};

/* Which segments happen before the current row, as far as barriers and launches tell:
 * those below floor, and the `ordered` ones from `group` on. The group's own are
 * `num_own` from `own` on, and its launch's are from `launch` on, perhaps with those of
 * other launches among them. */
struct order_view {
    uint32_t floor, group, ordered;
    uint32_t own, num_own;
    uint32_t launch;
};

static inline bool is_ordered(const struct order_view *view, uint32_t segment)
{
    return segment < view->floor || segment - view->group < view->ordered;
}

static inline bool is_of_group(const struct order_view *view, uint32_t segment)
{
    return segment - view->own < view->num_own;
}

/* are_of_other_launches - neither is of the view's launch. What comes after their
 * launches need not come after this one. */
static inline bool are_of_other_launches(const struct order_view *view, uint32_t first,
                                         uint32_t second)
{
    return first < view->launch && (second & CELL_SEGMENT) < view->launch;
}

/* cells_spread - lets the cells themselves tell what they hold. `spread`: the cells'. */
void cells_spread_slowly(struct cells *cells, size_t first, size_t last);
static inline void cells_spread_of(struct cells *cells, const uint8_t *spread,
                                   size_t first, size_t last)
{
    if (__builtin_expect((spread[first / CELL_LINE] & spread[last / CELL_LINE]) !=
                                 CELL_SPREAD ||
                             last - first > CELL_LINE,
                         false))
        cells_spread_slowly(cells, first, last);
}
static inline void cells_spread(struct cells *cells, size_t first, size_t last)
{
    cells_spread_of(cells, cells->spread, first, last);
}

/* cells_segments - a cell's, spread or not; also while others change the cells. */
struct cell_segments {
    uint32_t of[CELL_ROLES];
};
__attribute__((no_sanitize("thread"))) static inline struct cell_segments cells_segments(
    const struct cells *cells, size_t cell)
{
    const struct cell_line *const line = &cells->lines[cell / CELL_LINE];
    /* acquire: the cells are seen as they were when they were spread */
    const uint32_t spread =
        __atomic_load_n(&cells->spread[cell / CELL_LINE], __ATOMIC_ACQUIRE);
    struct cell_segments seen;

    for (unsigned role = 0; role < CELL_ROLES; role++)
        seen.of[role] =
            spread & 1u << role ? cells->segments[role][cell] : line->segment[role];
    return seen;
}

__attribute__((no_sanitize("thread"))) static inline uint32_t cells_segment(
    const struct cells *cells, unsigned role, size_t cell)
{
    return cells_segments(cells, cell).of[role];
}

/* A cell's reads, which are spread. */
struct cell_reads {
    uint32_t *first, *first_mark, *second, *second_mark;
};

static inline struct cell_reads cell_reads_of(const struct cells *cells, size_t cell)
{
    return (struct cell_reads){
        &cells->segments[CELL_READ][cell], &cells->marks[CELL_READ][cell],
        &cells->segments[CELL_READ2][cell], &cells->marks[CELL_READ2][cell]};
}

/* is_read_known - a read by the view's group adds nothing to those. */
static inline bool is_read_known(const struct order_view *view, uint32_t first,
                                 uint32_t second)
{
    return !is_ordered(view, first) && !is_ordered(view, second & CELL_SEGMENT) &&
           ((second & CELL_SETTLED) || is_of_group(view, second)) &&
           !are_of_other_launches(view, first, second);
}

/* cell_enter_read - in the place of a read that is ordered before it, or of one of two
 * by one group, which is not its own, or of one of two by other launches. */
static inline void cell_enter_read(const struct cell_reads *reads,
                                   const struct order_view *view, uint32_t segment,
                                   uint32_t mark)
{
    const uint32_t first = *reads->first, second = *reads->second & CELL_SEGMENT;
    const uint32_t settled = is_of_group(view, first) ? 0 : CELL_SETTLED;

    if (is_ordered(view, first)) {
        *reads->first = segment;
        *reads->first_mark = mark;
    } else if (first == segment && ((*reads->first_mark ^ mark) & CELL_LANE) == 0) {
        return;
    } else if (is_ordered(view, second) || are_of_other_launches(view, first, second) ||
               (settled && !(*reads->second & CELL_SETTLED) &&
                !is_of_group(view, second))) {
        *reads->second = segment | settled;
        *reads->second_mark = mark;
    } else if (!is_of_group(view, second)) {
        *reads->second |= CELL_SETTLED;
    }
}

/* cells_create - for `bytes` of memory, in cells of 1 << shift bytes. False: no memory.
 */
bool cells_create(struct cells *cells, size_t bytes, unsigned shift);
void cells_destroy(struct cells *cells);

/* cells_refine - makes them smaller, keeping what they hold. False: no memory; then they
 * are as before. */
bool cells_refine(struct cells *cells, unsigned shift);

/* A plain access of lanes from `lane` on, which lie side by side, 1 << lane_shift cells
 * each; of these the first `used`. 0: all. */
struct cell_run {
    size_t first, count;    /* cells */
    uint32_t segment, mark; /* the mark of the first lane */
    unsigned lane_shift;    /* at most 4, where not all are used */
    unsigned used;
};

/* --- One line, accessed as a whole: what a glance tells. `run`: of that line. --- */

/* The items of the run did it, since the segment began. */
__attribute__((no_sanitize("thread"))) static inline bool cell_line_is_mine(
    const struct cell_line *line, unsigned role, const struct cell_run *run)
{
    return (line->segment[role] & CELL_SEGMENT) == run->segment &&
           line->lane_shift[role] == run->lane_shift &&
           ((line->mark[role] ^ run->mark) & CELL_LANE) == 0;
}

__attribute__((no_sanitize("thread"))) static inline bool cell_line_is_clear(
    const struct cell_line *line, unsigned role, const struct order_view *view,
    const struct cell_run *run)
{
    return is_ordered(view, line->segment[role] & CELL_SEGMENT) ||
           cell_line_is_mine(line, role, run);
}

static inline void cell_line_set(struct cell_line *line, unsigned role,
                                 const struct cell_run *run)
{
    line->segment[role] = run->segment;
    line->mark[role] = run->mark;
    line->lane_shift[role] = (uint8_t)run->lane_shift;
}

/* cells_line_knows - reading the line adds nothing to what it holds, and is no race. Also
 * while others change the cells. */
__attribute__((no_sanitize("thread"))) static inline bool cells_line_knows(
    const struct cells *cells, size_t number, const struct order_view *view,
    const struct cell_run *run)
{
    const struct cell_line *const line = &cells->lines[number];

    /* acquire: what it tells was there before it */
    if (__atomic_load_n(&cells->spread[number], __ATOMIC_ACQUIRE) != 0 ||
        !cell_line_is_clear(line, CELL_WRITE, view, run))
        return false;
    return cell_line_is_mine(line, CELL_READ, run) ||
           is_read_known(view, line->segment[CELL_READ], line->segment[CELL_READ2]);
}

/* cells_line_read, cells_line_write - enter the run. False: they did not. */
static inline bool cells_line_read(struct cells *cells, size_t number,
                                   const struct order_view *view,
                                   const struct cell_run *run)
{
    struct cell_line *const line = &cells->lines[number];

    if (cells->spread[number] != 0 || !cell_line_is_clear(line, CELL_WRITE, view, run))
        return false;
    if (is_ordered(view, line->segment[CELL_READ]))
        cell_line_set(line, CELL_READ, run);
    else if (!cell_line_is_mine(line, CELL_READ, run))
        return false;
    return true;
}

static inline bool cells_line_write(struct cells *cells, size_t number,
                                    const struct order_view *view,
                                    const struct cell_run *run)
{
    struct cell_line *const line = &cells->lines[number];

    if (cells->spread[number] != 0)
        return false;
    for (unsigned role = 0; role < CELL_ROLES; role++)
        if (!cell_line_is_clear(line, role, view, run))
            return false;
    cell_line_set(line, CELL_WRITE, run);
    return true;
}

/* --- Runs. --- */

/* Lines that are accessed as a whole stay so; others are spread.
 *
 * cells_know - reading the run adds nothing to what the cells hold, and is no race. Also
 * while others change the cells. */
bool cells_know(struct cells *cells, const struct order_view *view,
                const struct cell_run *run);

/* cells_read, cells_write - enter the run. False: an earlier access may not be ordered
 * with it; then part of it may have been entered. Or cells are left out, and this
 * processor is not one that enters such runs. */
bool cells_read(struct cells *cells, const struct order_view *view,
                const struct cell_run *run);
bool cells_write(struct cells *cells, const struct order_view *view,
                 const struct cell_run *run);

/* cells_each_know, cells_each_read, cells_each_write - those, of cells that are spread.
 */
bool cells_each_know(struct cells *cells, const struct order_view *view,
                     const struct cell_run *run);
bool cells_each_read(struct cells *cells, const struct order_view *view,
                     const struct cell_run *run);
bool cells_each_write(struct cells *cells, const struct order_view *view,
                      const struct cell_run *run);

/* cells_way - these, as they are for one kind of processor: 0
 * is for any, and higher ones are for newer ones. NULL: this processor cannot, or there
 * are no more. cells_best_way - for this one. */
typedef bool cells_fn(struct cells *cells, const struct order_view *view,
                      const struct cell_run *run);
struct cells_way {
    cells_fn *know, *read, *write;
};
const struct cells_way *cells_way(unsigned number);

#endif
