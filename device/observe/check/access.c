/* SPDX-License-Identifier: MIT */
/* The calls of traced code at accesses: bounds first, then what was written, then races.
 */
#include "finding.h"
#include "lanes.h"
#include "target.h"

#include <stdio.h>
#include <string.h>

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

/* Structs may have gaps, vectors of three are read as four, and the compiler reads what
 * lies together at once: so it is no mistake unless all of it was never written. */
static bool was_written(const uint8_t *written, uint32_t size)
{
    uint32_t word;

    if (size != sizeof word)
        return memchr(written, 1, size) != NULL;
    memcpy(&word, written, sizeof word);
    return word != 0;
}

static void report_unwritten(const struct vgpu_check_row *row,
                             const struct check_target *target,
                             const struct check_access *access)
{
    const struct vgpu_traced_site *s = site_of(row, access->site);
    char text[300];

    snprintf(text, sizeof text,
             "%u bytes at offset %zu of %s are read, which nobody wrote", s->size,
             (size_t)(access->address - target->first),
             target_name(row, access->site, target));
    check_report_access(target->is_local ? REGION_LOCAL : REGION_BUFFER,
                        target->is_local ? VGPU_FINDING_UNINIT_LOCAL
                                         : VGPU_FINDING_UNINIT,
                        row, access, target->region, text);
}

/* Where an item of the group writes later what was read too early, that is told as a
 * race; so reads have to wait for the group's end. */
static void check_written(struct vgpu_check_row *row, const struct check_target *target,
                          const struct check_access *access)
{
    const struct vgpu_traced_site *s = site_of(row, access->site);
    struct vgpu_check_group *group = row->group;

    if (was_written(target->region->written + (access->address - target->region->first),
                    s->size))
        return;
    if (!group->launch->record || group->num_unwritten == CHECK_UNWRITTEN)
        report_unwritten(row, target, access);
    else
        group->unwritten[group->num_unwritten++] =
            (struct check_unwritten){*access, *target, row->index};
}

void check_unwritten_forget(struct vgpu_check_group *group, uintptr_t address,
                            uint32_t size)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < group->num_unwritten; i++) {
        const struct check_access *access = &group->unwritten[i].access;
        const uint32_t bytes = group->launch->table->sites[access->site].size;

        if (access->address >= address + size || address >= access->address + bytes)
            group->unwritten[kept++] = group->unwritten[i];
    }
    group->num_unwritten = kept;
}

void check_unwritten_report(struct vgpu_check_group *group)
{
    for (uint32_t i = 0; i < group->num_unwritten; i++)
        report_unwritten(&group->rows[group->unwritten[i].row],
                         &group->unwritten[i].target, &group->unwritten[i].access);
    group->num_unwritten = 0;
}

static void set_written(const struct check_target *target, uintptr_t address, size_t size)
{
    memset(target->region->written + (address - target->region->first), 1, size);
}

/* --- All of it, for lanes side by side, and for one. --- */

static bool is_plain(const struct check_target *target, const struct vgpu_traced_site *s)
{
    return (target->may_read || !reads(s)) && (target->may_write || !writes(s)) &&
           !target->is_mapped;
}

/* Of items at any addresses, all of which may. */
static void look_at_items(struct vgpu_check_row *row, uint32_t site,
                          const struct check_target *target, uint32_t items,
                          const uintptr_t *addresses)
{
    const struct vgpu_traced_site *s = site_of(row, site);

    if (target->is_hidden || items == 0)
        return;
    for (uint32_t rest = is_plain(target, s) ? 0 : items; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);
        const struct check_access access = {site, lane, addresses[lane]};

        check_access_flags(row, target, &access);
    }
    for (uint32_t rest = target->region->written ? items : 0; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);
        const struct check_access access = {site, lane, addresses[lane]};

        if (reads(s))
            check_written(row, target, &access);
        if (writes(s))
            set_written(target, addresses[lane], s->size);
    }
    if (row->group->launch->record)
        race_items(row, site, target, items, addresses);
}

static void look_at_even(struct vgpu_check_row *row, uint32_t site,
                         const struct check_target *target, uint32_t items,
                         uintptr_t first, int64_t step)
{
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = first + (uintptr_t)(i * (uint64_t)step);
    look_at_items(row, site, target, items, addresses);
}

/* Lanes from `lane` on, side by side, all of which may. */
static void look_at_run(struct vgpu_check_row *row, uint32_t site,
                        const struct check_target *target, uintptr_t first, uint32_t lane,
                        uint32_t lanes)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    const size_t bytes = (size_t)lanes * s->size;

    if (target->region->written) {
        if (s->kind == VGPU_TRACED_STORE) {
            set_written(target, first, bytes);
        } else if (memchr(target->region->written + (first - target->region->first), 0,
                          bytes)) {
            for (uint32_t i = 0; i < lanes; i++) {
                const struct check_access access = {site, lane + i,
                                                    first + (uintptr_t)i * s->size};
                check_written(row, target, &access);
            }
        }
    }
    if (row->group->launch->record)
        race_run(row, site, target, first, lane, lanes);
}

/* Loads of one place by the lanes from `low` to `high`, all of which may: two tell as
 * much as all. */
static void look_at_place(struct vgpu_check_row *row, uint32_t site,
                          const struct check_target *target, uintptr_t address,
                          uint32_t low, uint32_t high)
{
    if (target->region->written) {
        const struct check_access access = {site, low, address};

        check_written(row, target, &access);
    }
    if (row->group->launch->record)
        race_place(row, site, target, address, low, high);
}

static void look_at_runs(struct vgpu_check_row *row, uint32_t site,
                         const struct check_target *target, uintptr_t first,
                         uint32_t items)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    const uint32_t size = s->size;

    if (!is_plain(target, s) || s->kind == VGPU_TRACED_ATOMIC) {
        look_at_even(row, site, target, items, first, size);
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

static uint32_t even_apart(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                           uintptr_t first, int64_t step, const void *object)
{
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = first + (uintptr_t)(i * (uint64_t)step);
    return vgpu_check_any(row, site, items, addresses, object);
}

/* All items lie within what the site accessed last, in the usual way. */
static bool is_all_within(const struct check_target *target, uint32_t items,
                          uintptr_t first, int64_t step, uint32_t size)
{
    const uint64_t low = (uint64_t)__builtin_ctz(items),
                   high = 31u - (uint64_t)__builtin_clz(items);
    const uintptr_t a = first + low * (uint64_t)step, b = first + high * (uint64_t)step;
    const uintptr_t least = step >= 0 ? a : b, most = step >= 0 ? b : a;

    return least <= most && least >= target->first && most < target->end &&
           size <= target->end - most;
}

uint32_t vgpu_check_even(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                         uintptr_t first, int64_t step, const void *object)
{
    struct check_target *target = &row->group->targets[site];
    const struct vgpu_traced_site *s;

    if (items == 0)
        return 0;
    s = site_of(row, site);
    if ((target->end == 0 || target->object != object) &&
        !target_aim(row, site, target,
                    first + (uint64_t)__builtin_ctz(items) * (uint64_t)step, object))
        target->end = 0;
    if (target->end == 0 || step > INT32_MAX || step < INT32_MIN ||
        !is_all_within(target, items, first, step, s->size))
        return even_apart(row, site, items, first, step, object);
    if (((first | (uintptr_t)step) & s->alignment_bits) != 0)
        return even_apart(row, site, items, first, step, object);
    if (target->is_hidden)
        return items;
    if (step == (int64_t)s->size)
        look_at_runs(row, site, target, first, items);
    else if (step == 0 && s->kind == VGPU_TRACED_LOAD &&
             !(s->flags & VGPU_TRACED_VOLATILE) && is_plain(target, s))
        look_at_place(row, site, target, first, (uint32_t)__builtin_ctz(items),
                      31 - (uint32_t)__builtin_clz(items));
    else
        look_at_even(row, site, target, items, first, step);
    return items;
}

uint32_t vgpu_check_lines(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                          uintptr_t first, int64_t step, int64_t pitch, uint32_t line,
                          const void *object)
{
    const uint32_t all = (UINT32_C(1) << line) - 1;
    uint32_t good = 0;

    for (uint32_t start = 0; start < VGPU_TRACED_ITEMS; start += line) {
        good |= vgpu_check_even(row, site, items & all << start,
                                first - start * (uintptr_t)step, step, object);
        first += (uintptr_t)pitch;
    }
    return good;
}

static uint32_t count_ones(uint32_t bits)
{
    return ~bits ? (uint32_t)__builtin_ctz(~bits) : 32;
}

/* Plain accesses at any addresses. Rows of a group of two dimensions often are a few
 * lines, each of which reads places side by side, or one place. */
static void look_at_plain(struct vgpu_check_row *row, uint32_t site,
                          const struct check_target *target, uint32_t items,
                          const uintptr_t *addresses, const struct lanes_shape *shape)
{
    enum { SHORT = 3 }; /* steps that are not worth the while */
    const bool loads = site_of(row, site)->kind == VGPU_TRACED_LOAD;
    const uint32_t pairs = items & items >> 1;
    const uint32_t beside = shape->beside & pairs, same = loads ? shape->same & pairs : 0;
    uint32_t alone = 0;

    for (uint32_t lane = 0; lane < VGPU_TRACED_ITEMS && items >> lane;) {
        const uint32_t run = count_ones(beside >> lane), stay = count_ones(same >> lane);

        if (run >= SHORT)
            look_at_run(row, site, target, addresses[lane], lane, run + 1);
        else if (stay >= SHORT)
            look_at_place(row, site, target, addresses[lane], lane, lane + stay);
        else
            alone |= 1u << lane & items;
        lane += (run >= SHORT ? run : stay >= SHORT ? stay : 0) + 1;
    }
    look_at_items(row, site, target, alone, addresses);
}

/* All items, none outside of what the site accessed last. */
static void look_at_any(struct vgpu_check_row *row, uint32_t site,
                        const struct check_target *target, uint32_t items,
                        const uintptr_t *addresses, const struct lanes_shape *shape)
{
    const struct vgpu_traced_site *s = site_of(row, site);

    if (s->kind != VGPU_TRACED_ATOMIC && !(s->flags & VGPU_TRACED_VOLATILE) &&
        !target->is_hidden && is_plain(target, s))
        look_at_plain(row, site, target, items, addresses, shape);
    else
        look_at_items(row, site, target, items, addresses);
}

/* Those within bounds. */
static uint32_t look_within(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                            const uintptr_t *addresses, const void *object)
{
    struct check_target *target = &row->group->targets[site];
    const uint32_t size = site_of(row, site)->size;
    uint32_t good = 0;

    if (target->end != 0 && target->object == object &&
        target->end - target->first >= size) {
        const struct lanes_shape shape =
            lanes_shape_of(addresses, size, target->first, target->end - target->first);

        if ((shape.outside & items) == 0) {
            look_at_any(row, site, target, items, addresses, &shape);
            return items;
        }
    }
    for (uint32_t rest = items; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);

        if (!target_item_may(row, site, lane, addresses[lane], object, target))
            continue;
        good |= 1u << lane;
        look_at_items(row, site, target, 1u << lane, addresses);
    }
    return good;
}

uint32_t vgpu_check_any(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                        const uintptr_t *addresses, const void *object)
{
    if (items == 0)
        return 0;
    return align_items(row, site, look_within(row, site, items, addresses, object),
                       addresses);
}

void vgpu_check_private(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                        uint32_t outside, uint32_t unwritten, const int64_t *offsets)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    const char *name = target_name(row, site, NULL);
    struct check_access access = {site, 0, 0};
    char text[300];

    if ((outside & items) && vgpu_check_is_on(VGPU_CHECK_memory)) {
        access.lane = (uint32_t)__builtin_ctz(outside & items);
        snprintf(text, sizeof text,
                 "%u bytes are accessed at offset %lld of %s, which has %llu bytes, in "
                 "private memory",
                 s->size, (long long)offsets[access.lane], name,
                 (unsigned long long)s->object_bytes);
        check_report_access(REGION_VARIABLE, VGPU_FINDING_PRIVATE_OUTSIDE, row, &access,
                            NULL, text);
    }
    if ((unwritten & items) && vgpu_check_is_on(VGPU_CHECK_uninit)) {
        access.lane = (uint32_t)__builtin_ctz(unwritten & items);
        snprintf(text, sizeof text,
                 "%u bytes at offset %lld of %s, in private memory, are read, which the "
                 "work-item never wrote",
                 s->size, (long long)offsets[access.lane], name);
        check_report_access(REGION_VARIABLE, VGPU_FINDING_UNINIT_PRIVATE, row, &access,
                            NULL, text);
    }
}
