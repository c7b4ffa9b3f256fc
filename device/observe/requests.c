/* SPDX-License-Identifier: MIT */
/* Requests: accesses to memory that a sub-group's part makes at once. */
#include "requests.h"

#include "item_mask.h"
#include "unit.h"

#include <string.h>

static void add_outside(struct vgpu_site_counts *site, const struct vgpu_request *request,
                        uint64_t times)
{
    struct vgpu_memory_sums *const sums = &site->memory;

    sums->requests += times;
    sums->items += times * request->items;
    sums->sectors += times * request->sectors;
    sums->lines += times * request->lines;
    sums->unique_bytes += times * request->unique_bytes;
}

static void add_local(struct vgpu_site_counts *site, const struct vgpu_request *request,
                      uint64_t times)
{
    struct vgpu_local_sums *const sums = &site->local;

    if (times == 0)
        return;
    sums->requests += times;
    sums->items += times * request->items;
    sums->phases += times * request->phases;
    sums->cycles += times * request->cycles;
    if (request->max_cycles > sums->max_cycles)
        sums->max_cycles = request->max_cycles;
    for (unsigned i = 0; i < VGPU_LOCAL_BANKS; i++)
        sums->banks[i] += times * request->banks[i];
}

void vgpu_site_settle(struct vgpu_site_counts *site)
{
    if (site->kept_is_local)
        add_local(site, &site->kept, site->repeats);
    else
        add_outside(site, &site->kept, site->repeats);
    site->repeats = 0;
}

static void add_atomic(struct vgpu_site_counts *site, uint32_t items, uint32_t contention)
{
    struct vgpu_atomic_sums *const sums = &site->atomics;

    sums->requests++;
    sums->operations += count_items(items);
    sums->contention += contention;
    if (contention > sums->max_contention)
        sums->max_contention = contention;
}

/* The addresses of the items, one behind the other. */
static uint32_t gather(const uintptr_t *addresses, uint32_t items, uintptr_t *gathered)
{
    uint32_t count = 0;

    for (; items; items &= items - 1)
        gathered[count++] = addresses[first_item(items)];
    return count;
}

static void count_outside(struct vgpu_site_counts *site, uint32_t items,
                          const uintptr_t *addresses)
{
    uintptr_t gathered[VGPU_TRACED_ITEMS];
    struct vgpu_request request;
    uint32_t count = VGPU_TRACED_ITEMS;

    if (items != UINT32_MAX) {
        count = gather(addresses, items, gathered);
        addresses = gathered;
    }
    vgpu_cost_outside(addresses, count, site->size, &request);
    add_outside(site, &request, 1);
}

static void local_offsets(const struct vgpu_traced_unit *unit, const uintptr_t *addresses,
                          uint32_t *offsets)
{
    for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
        offsets[i] = (uint32_t)(addresses[i] - unit->local.first);
}

static void count_local(struct vgpu_traced_unit *unit, struct vgpu_site_counts *site,
                        uint32_t items, const uintptr_t *addresses)
{
    uint32_t offsets[VGPU_TRACED_ITEMS];
    struct vgpu_request request;

    local_offsets(unit, addresses, offsets);
    vgpu_cost_local(&unit->words, offsets, items, site->size, &request);
    add_local(site, &request, 1);
}

/* Those whose addresses are in local memory; and, in `private_out`, those whose are the
 * row's own. */
static uint32_t tell_apart(const struct vgpu_traced_unit *unit, uint32_t items,
                           const uintptr_t *addresses, uint32_t *private_out)
{
    uint32_t local = 0, private = 0;

    for (uint32_t left = items; left; left &= left - 1) {
        const uintptr_t address = addresses[first_item(left)];

        if (is_in_range(&unit->local, address))
            local |= left & -left;
        else if (is_in_range(&unit->frames, address) ||
                 is_in_range(&unit->stacks, address))
        private |= left & -left;
    }
    *private_out = private;
    return local;
}

static void count_generic(struct vgpu_traced_unit *unit, struct vgpu_site_counts *site,
                          uint32_t items, const uintptr_t *addresses)
{
    uint32_t private, local = tell_apart(unit, items, addresses, &private);

    items &= ~(local | private);
    if (local)
        count_local(unit, site, local, addresses);
    if (items)
        count_outside(site, items, addresses);
}

static void count_atomic(struct vgpu_traced_unit *unit, struct vgpu_site_counts *site,
                         uint32_t items, const uintptr_t *addresses)
{
    uintptr_t gathered[VGPU_TRACED_ITEMS];
    uint32_t private = 0, count;

    if (site->space == VGPU_TRACED_GENERIC)
        tell_apart(unit, items, addresses, &private);
    items &= ~private;
    if (!items)
        return;
    count = gather(addresses, items, gathered);
    add_atomic(site, items, vgpu_contention(gathered, count));
}

void vgpu_request_any(struct vgpu_row *row, uint32_t number, uint32_t items,
                      const uintptr_t *addresses)
{
    struct vgpu_site_counts *const site = &row->counts->sites[number];

    if (site->kind == VGPU_TRACED_ATOMIC)
        count_atomic(row->unit, site, items, addresses);
    else if (site->space == VGPU_TRACED_LOCAL)
        count_local(row->unit, site, items, addresses);
    else if (site->space == VGPU_TRACED_GENERIC)
        count_generic(row->unit, site, items, addresses);
    else
        count_outside(site, items, addresses);
}

/* Makes the shape the one that is kept. */
static void keep(struct vgpu_row *row, struct vgpu_site_counts *site, uint32_t items,
                 const uintptr_t *addresses, int64_t step, uint32_t phase)
{
    uintptr_t gathered[VGPU_TRACED_ITEMS];
    uint32_t offsets[VGPU_TRACED_ITEMS], count;

    vgpu_site_settle(site);
    site->kept_is_local = site->space == VGPU_TRACED_LOCAL;
    if (site->kept_is_local) {
        local_offsets(row->unit, addresses, offsets);
        vgpu_cost_local(&row->unit->words, offsets, items, site->size, &site->kept);
    } else {
        count = gather(addresses, items, gathered);
        vgpu_cost_outside(gathered, count, site->size, &site->kept);
    }
    site->items = items;
    site->step = (uint64_t)step;
    site->phase = phase;
    site->repeats = 1;
}

/* Items side by side whose accesses leave no gap. */
static bool is_dense(const struct vgpu_site_counts *site, uint32_t items, int64_t step)
{
    const uint32_t shifted = items >> first_item(items);

    return (shifted & (shifted + 1)) == 0 && step <= (int64_t)site->size &&
           step >= -(int64_t)site->size;
}

static void count_dense(struct vgpu_site_counts *site, uint32_t items, uintptr_t first,
                        int64_t step)
{
    const uint32_t count = count_items(items);
    const unsigned lowest =
        step >= 0 ? first_item(items) : first_item(items) + (count - 1);
    struct vgpu_request request;

    vgpu_cost_dense_outside(first + lowest * (uintptr_t)step, count,
                            (uint32_t)(step >= 0 ? step : -step), site->size, &request);
    add_outside(site, &request, 1);
}

/* A shape that is not the kept one. */
static void count_even(struct vgpu_row *row, uint32_t number, uint32_t items,
                       uintptr_t first, int64_t step, uint32_t phase)
{
    struct vgpu_site_counts *const site = &row->counts->sites[number];
    const bool has_costs = site->kind != VGPU_TRACED_ATOMIC;
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    if (!has_costs && site->space != VGPU_TRACED_GENERIC) {
        add_atomic(site, items, step == 0 ? count_items(items) : 1);
        return;
    }
    if (has_costs && is_dense(site, items, step) &&
        (site->space == VGPU_TRACED_GLOBAL || site->space == VGPU_TRACED_CONSTANT)) {
        count_dense(site, items, first, step);
        return;
    }
    for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = first + i * (uintptr_t)step;
    if (has_costs && site->space != VGPU_TRACED_GENERIC)
        keep(row, site, items, addresses, step, phase);
    else
        vgpu_request_any(row, number, items, addresses);
}

void vgpu_request_even(struct vgpu_row *row, uint32_t number, uint32_t items,
                       uintptr_t first, int64_t step)
{
    struct vgpu_site_counts *const site = &row->counts->sites[number];
    const uint32_t phase = (uint32_t)first % VGPU_LINE_BYTES;

    if (__builtin_expect(site->items == items && site->step == (uint64_t)step &&
                             site->phase == phase,
                         1))
        site->repeats++;
    else
        count_even(row, number, items, first, step, phase);
}
