/* SPDX-License-Identifier: MIT */
/* The calls of traced code at accesses: bounds first, then what is to be looked at. */
#include "finding.h"
#include "lanes.h"
#include "look.h"

#include <stdio.h>

/* What the row is about to access comes while it is being looked at. Any address will do.
 */
static void fetch(uintptr_t first, uintptr_t last)
{
    __builtin_prefetch((const void *)first);
    __builtin_prefetch((const void *)((first + last) / 2));
    __builtin_prefetch((const void *)last);
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

/* Of one lane alone; as an access of many that step. */
static void look_at_one(struct vgpu_check_row *row, uint32_t site,
                        const struct check_target *target, uint32_t item, uintptr_t first,
                        int64_t step)
{
    const unsigned lane = (unsigned)__builtin_ctz(item);
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    addresses[lane] = first + lane * (uintptr_t)step;
    look_at_items(row, site, target, item, addresses);
}

uint32_t vgpu_check_even(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                         uintptr_t first, int64_t step, const void *object)
{
    struct check_target *target = &row->group->targets[site];
    const struct vgpu_traced_site *s;

    if (items == 0)
        return 0;
    fetch(first, first + (VGPU_TRACED_ITEMS - 1) * (uintptr_t)step);
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
    if ((items & (items - 1)) == 0)
        look_at_one(row, site, target, items, first, step);
    else if (step == (int64_t)s->size && target->is_simple && !target->is_local)
        look_at_runs(row, site, target, first, items);
    else if ((step == 0 || step == (int64_t)s->size) && target->is_simple)
        look_at_lines(row, site, target, items,
                      &(struct check_lines){first, step, 0, VGPU_TRACED_ITEMS});
    else
        look_at_even(row, site, target, items, first, step);
    return items;
}

/* All items from the first line that has any to the last one, and those between that are
 * not there, lie within what the site accessed last, in the usual way. */
static bool are_lines_within(const struct check_target *target, uint32_t items,
                             const struct check_lines *lines, uint32_t size)
{
    const int64_t most = INT64_C(1) << 40; /* so that nothing overflows */
    const uint64_t room = target->end - target->first;
    const int shift = __builtin_ctz(lines->line);
    const int64_t low = __builtin_ctz(items) >> shift;
    const int64_t high = (31 - __builtin_clz(items)) >> shift;
    int64_t least, last, across, down;

    if (lines->step > INT32_MAX || lines->step < INT32_MIN || lines->pitch > most ||
        lines->pitch < -most)
        return false;
    least = (int64_t)(lines->first - target->first);
    if ((uint64_t)(least + low * lines->pitch) >= room)
        return false;
    across = lines->step * (int64_t)(lines->line - 1);
    down = lines->pitch * (high - low);
    least += low * lines->pitch;
    last = least + (across > 0 ? across : 0) + (down > 0 ? down : 0);
    least += (across < 0 ? across : 0) + (down < 0 ? down : 0);
    return least >= 0 && size <= room && (uint64_t)last <= room - size;
}

static uint32_t lines_apart(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                            const struct check_lines *lines, const void *object)
{
    uintptr_t first = lines->first;
    uint32_t good = 0;

    for (uint32_t lane = 0; lane < VGPU_TRACED_ITEMS; lane += lines->line) {
        good |=
            vgpu_check_even(row, site, items & check_line(lines, lane),
                            first - lane * (uintptr_t)lines->step, lines->step, object);
        first += (uintptr_t)lines->pitch;
    }
    return good;
}

uint32_t vgpu_check_lines(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                          uintptr_t first, int64_t step, int64_t pitch, uint32_t line,
                          const void *object)
{
    const struct check_lines lines = {first, step, pitch, line};
    struct check_target *const target = &row->group->targets[site];
    const struct vgpu_traced_site *const s = site_of(row, site);

    if (items == 0)
        return 0;
    if (pitch == step * (int64_t)line)
        return vgpu_check_even(row, site, items, first, step, object);
    if (target->end == 0 || target->object != object || !target->is_simple ||
        !are_lines_within(target, items, &lines, s->size) ||
        ((first | (uintptr_t)step | (uintptr_t)pitch) & s->alignment_bits) != 0)
        return lines_apart(row, site, items, &lines, object);
    if (!target->is_hidden)
        look_at_lines(row, site, target, items, &lines);
    return items;
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
        !target->is_hidden && target_is_plain(target, s))
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
    fetch(addresses[0], addresses[VGPU_TRACED_ITEMS - 1]);
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
