/* SPDX-License-Identifier: MIT */
/* What is looked at in accesses that lie within bounds: what was written, then races. */
#include "look.h"

#include "finding.h"
#include "unwritten.h"
#include "wait.h"
#include "written.h"

/* --- What else may be wrong with a buffer. --- */

static void check_access_flags(const struct vgpu_check_row *row,
                               const struct check_target *target,
                               const struct check_access *access)
{
    const struct vgpu_traced_site *s = site_of(row, access->site);
    const bool by_write = writes(s);

    if (by_write && !target->may_write)
        check_report_access(REGION_BUFFER, VGPU_FINDING_READ_ONLY, row, access,
                            target->region,
                            "a buffer that was created with CL_MEM_READ_ONLY is written");
    if (reads(s) && !target->may_read)
        check_report_access(REGION_BUFFER, VGPU_FINDING_WRITE_ONLY, row, access,
                            target->region,
                            "a buffer that was created with CL_MEM_WRITE_ONLY is read");
    if (target->is_mapped && region_is_mapped(target->region, access->address,
                                              access->address + s->size, by_write))
        check_report_access(
            REGION_BUFFER, VGPU_FINDING_MAPPED, row, access, target->region,
            by_write ? "a buffer is written that the host has mapped"
                     : "a buffer is read that the host has mapped to write it");
}

/* --- Reads of what was never written. --- */

static void check_written(struct vgpu_check_row *row, const struct check_target *target,
                          const struct check_access *access)
{
    if (!unwritten_is_written(target->region, access->address,
                              site_of(row, access->site)->size))
        unwritten_read(row, target, access);
}

static void set_written(const struct check_target *target, uintptr_t address, size_t size)
{
    written_set(target->region->written + (address - target->region->first), size);
}

/* --- All of it, for lanes side by side, and for one. --- */

static bool races_matter(const struct vgpu_check_row *row)
{
    return row->group->has_races;
}

/* Before an access is entered into the cells. */
static void end_wait(const struct vgpu_check_row *row, const struct check_target *target,
                     const struct vgpu_traced_site *s)
{
    if (target->is_local && !row->group->has_changed_local &&
        (s->kind != VGPU_TRACED_LOAD || (s->flags & VGPU_TRACED_VOLATILE)))
        wait_end(row->group);
}

/* Of items at any addresses, all of which may. */
void look_at_items(struct vgpu_check_row *row, uint32_t site,
                   const struct check_target *target, uint32_t items,
                   const uintptr_t *addresses)
{
    const struct vgpu_traced_site *s = site_of(row, site);

    if (target->is_hidden || items == 0)
        return;
    for (uint32_t rest = target_is_plain(target, s) ? 0 : items; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);
        const struct check_access access = {site, lane, addresses[lane]};

        check_access_flags(row, target, &access);
    }
    for (uint32_t rest = region_is_written(target->region) ? 0 : items; rest;
         rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);
        const struct check_access access = {site, lane, addresses[lane]};

        if (reads(s))
            check_written(row, target, &access);
        if (writes(s))
            set_written(target, addresses[lane], s->size);
    }
    if (races_matter(row)) {
        end_wait(row, target, s);
        race_items(row, site, target, items, addresses);
    }
}

/* Structures of many: items that all step over a little, and write what is known to have
 * been written. */
static bool is_near(const struct vgpu_check_row *row, uint32_t site,
                    const struct check_target *target, uint32_t items, int64_t step)
{
    const int64_t size = (int64_t)site_of(row, site)->size;

    return items == ~0u && target->is_simple && (step == 2 * size || step == 4 * size) &&
           size >= 4 && step <= 64 && races_matter(row) &&
           region_is_written(target->region);
}

void look_at_even(struct vgpu_check_row *row, uint32_t site,
                  const struct check_target *target, uint32_t items, uintptr_t first,
                  int64_t step)
{
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    if (is_near(row, site, target, items, step)) {
        end_wait(row, target, site_of(row, site));
        race_steps(row, site, target, first, (uint32_t)step, 0, VGPU_TRACED_ITEMS);
        return;
    }
    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = first + (uintptr_t)(i * (uint64_t)step);
    look_at_items(row, site, target, items, addresses);
}

/* Lanes from `lane` on, side by side: what was written. */
static void look_at_bytes(struct vgpu_check_row *row, uint32_t site,
                          const struct check_target *target, uintptr_t first,
                          uint32_t lane, uint32_t lanes)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    const size_t bytes = (size_t)lanes * s->size;

    if (region_is_written(target->region))
        return;
    if (s->kind == VGPU_TRACED_STORE) {
        set_written(target, first, bytes);
        return;
    }
    if (!written_has(target->region->written + (first - target->region->first), 0, bytes))
        return;
    for (uint32_t i = 0; i < lanes; i++) {
        const struct check_access access = {site, lane + i,
                                            first + (uintptr_t)i * s->size};

        check_written(row, target, &access);
    }
}

static void look_at_byte(struct vgpu_check_row *row, uint32_t site,
                         const struct check_target *target, uintptr_t address,
                         uint32_t lane)
{
    const struct check_access access = {site, lane, address};

    if (!region_is_written(target->region))
        check_written(row, target, &access);
}

void look_at_run(struct vgpu_check_row *row, uint32_t site,
                 const struct check_target *target, uintptr_t first, uint32_t lane,
                 uint32_t lanes)
{
    look_at_bytes(row, site, target, first, lane, lanes);
    if (!races_matter(row))
        return;
    end_wait(row, target, site_of(row, site));
    race_run(row, site, target, first, lane, lanes);
}

void look_at_place(struct vgpu_check_row *row, uint32_t site,
                   const struct check_target *target, uintptr_t address, uint32_t low,
                   uint32_t high)
{
    look_at_byte(row, site, target, address, low);
    if (races_matter(row))
        race_place(row, site, target, address, low, high);
}

void look_at_runs(struct vgpu_check_row *row, uint32_t site,
                  const struct check_target *target, uintptr_t first, uint32_t items)
{
    const uint32_t size = site_of(row, site)->size;

    if (items == ~0u) {
        look_at_run(row, site, target, first, 0, VGPU_TRACED_ITEMS);
        return;
    }
    while (items) {
        const uint32_t lane = (uint32_t)__builtin_ctz(items);
        const uint32_t ones = ~(items >> lane);
        const uint32_t lanes = ones ? (uint32_t)__builtin_ctz(ones) : 32;

        look_at_run(row, site, target, first + (uintptr_t)lane * size, lane, lanes);
        if (lane + lanes >= 32)
            return;
        items &= ~0u << (lane + lanes);
    }
}

/* What waits is entered later, but was it written? */
static void look_at_waiting(struct vgpu_check_row *row, uint32_t site,
                            const struct check_target *target, uint32_t items,
                            const struct check_lines *lines)
{
    uintptr_t first = lines->first;

    for (uint32_t lane = 0; lane < VGPU_TRACED_ITEMS; lane += lines->line) {
        const uint32_t here = items & check_line(lines, lane);

        if (here && lines->step == 0)
            look_at_byte(row, site, target, first, (uint32_t)__builtin_ctz(here));
        else if (here)
            look_at_bytes(row, site, target, first, lane, lines->line);
        first += (uintptr_t)lines->pitch;
    }
}

/* Reads of whole lines, or of one place by each. */
static bool may_wait(const struct vgpu_check_row *row, uint32_t site,
                     const struct check_target *target, uint32_t items,
                     const struct check_lines *lines)
{
    const struct vgpu_traced_site *s = site_of(row, site);

    return target->is_local && s->kind == VGPU_TRACED_LOAD &&
           (lines->step == 0 || (items == ~0u && lines->step == (int64_t)s->size)) &&
           races_matter(row) && wait_read(row, site, items, lines);
}

void look_at_lines(struct vgpu_check_row *row, uint32_t site,
                   const struct check_target *target, uint32_t items,
                   const struct check_lines *lines)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    uintptr_t first = lines->first;

    if (may_wait(row, site, target, items, lines)) {
        look_at_waiting(row, site, target, items, lines);
        return;
    }
    for (uint32_t lane = 0; lane < VGPU_TRACED_ITEMS; lane += lines->line) {
        const uint32_t here = items & check_line(lines, lane);

        if (here && lines->step == (int64_t)s->size)
            look_at_runs(row, site, target, first - lane * (uintptr_t)s->size, here);
        else if (here && lines->step == 0 && s->kind == VGPU_TRACED_LOAD)
            look_at_place(row, site, target, first, (uint32_t)__builtin_ctz(here),
                          31 - (uint32_t)__builtin_clz(here));
        else if (here)
            look_at_even(row, site, target, here, first - lane * (uintptr_t)lines->step,
                         lines->step);
        first += (uintptr_t)lines->pitch;
    }
}
