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
    if (site->space == VGPU_TRACED_LOCAL)
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

/* The addresses of the items, one behind the other, and the last one up to the end. */
static uint32_t gather(const uintptr_t *addresses, uint32_t items, uintptr_t *gathered)
{
    uint32_t count = 0;

    for (; items; items &= items - 1)
        gathered[count++] = addresses[first_item(items)];
    for (uint32_t i = count; i < VGPU_TRACED_ITEMS; i++)
        gathered[i] = gathered[count - 1];
    return count;
}

static void cost_outside(const struct vgpu_site_counts *site, uint32_t items,
                         const uintptr_t *addresses, struct vgpu_request *request)
{
    uintptr_t gathered[VGPU_TRACED_ITEMS];
    uint32_t count = VGPU_TRACED_ITEMS;

    if (items != UINT32_MAX) {
        count = gather(addresses, items, gathered);
        addresses = gathered;
    }
    vgpu_cost_outside(addresses, count, site->size, request);
}

static void cost_local(struct vgpu_traced_unit *unit, const struct vgpu_site_counts *site,
                       uint32_t items, const uintptr_t *addresses,
                       struct vgpu_request *request)
{
    uint32_t offsets[VGPU_TRACED_ITEMS];

    for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
        offsets[i] = (uint32_t)(addresses[i] - unit->local.first);
    vgpu_cost_local(&unit->words, offsets, items, site->size, request);
}

static void count_outside(struct vgpu_site_counts *site, uint32_t items,
                          const uintptr_t *addresses)
{
    struct vgpu_request request;

    cost_outside(site, items, addresses, &request);
    add_outside(site, &request, 1);
}

static void count_local(struct vgpu_traced_unit *unit, struct vgpu_site_counts *site,
                        uint32_t items, const uintptr_t *addresses)
{
    struct vgpu_request request;

    cost_local(unit, site, items, addresses, &request);
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

/* Makes the shape the one that is kept, but for its cost. */
static void keep(struct vgpu_site_counts *site, uint32_t items, uintptr_t first,
                 int64_t step)
{
    vgpu_site_settle(site);
    site->items = items;
    site->step = (uint64_t)step;
    site->phase = (uint32_t)first % VGPU_LINE_BYTES;
    site->repeats = 1;
}

/* Items side by side whose accesses leave no gap. */
static bool is_dense(const struct vgpu_site_counts *site, uint32_t items, int64_t step)
{
    const uint32_t shifted = items >> first_item(items);

    return (shifted & (shifted + 1)) == 0 && step <= (int64_t)site->size &&
           step >= -(int64_t)site->size;
}

static void cost_dense(struct vgpu_site_counts *site, uint32_t items, uintptr_t first,
                       int64_t step)
{
    const uint32_t count = count_items(items);
    const unsigned lowest =
        step >= 0 ? first_item(items) : first_item(items) + (count - 1);

    vgpu_cost_dense_outside(first + lowest * (uintptr_t)step, count,
                            (uint32_t)(step >= 0 ? step : -step), site->size,
                            &site->kept);
}

void vgpu_request_new_even(struct vgpu_row *row, uint32_t number, uint32_t items,
                           uintptr_t first, int64_t step)
{
    struct vgpu_site_counts *const site = &row->counts->sites[number];
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    if (site->kind == VGPU_TRACED_ATOMIC && site->space != VGPU_TRACED_GENERIC) {
        add_atomic(site, items, step == 0 ? count_items(items) : 1);
        return;
    }
    if ((site->space == VGPU_TRACED_GLOBAL || site->space == VGPU_TRACED_CONSTANT) &&
        is_dense(site, items, step)) {
        keep(site, items, first, step);
        cost_dense(site, items, first, step);
        return;
    }
    for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = first + i * (uintptr_t)step;
    if (site->space == VGPU_TRACED_GENERIC) {
        vgpu_request_any(row, number, items, addresses);
        return;
    }
    keep(site, items, first, step);
    if (site->space == VGPU_TRACED_LOCAL)
        cost_local(row->unit, site, items, addresses, &site->kept);
    else
        cost_outside(site, items, addresses, &site->kept);
}
