/* SPDX-License-Identifier: MIT */
/* Requests: accesses to memory that a sub-group's part makes at once. */
#include "requests.h"

#include "for_processors.h"
#include "item_mask.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

/* A site whose requests looked different so often is tried only now and then. */
#define MISSES_TO_WILD 32u
#define WILD_STEP      64u

static void add_outside(struct vgpu_memory_sums *sums, const struct vgpu_request *request,
                        uint64_t times)
{
    sums->requests += times;
    sums->items += times * request->items;
    sums->sectors += times * request->sectors;
    sums->lines += times * request->lines;
    sums->unique_bytes += times * request->unique_bytes;
}

FOR_PROCESSORS
static void add_banks(uint64_t *sums, const uint8_t *banks, uint64_t times)
{
    for (unsigned i = 0; i < VGPU_LOCAL_BANKS; i++)
        sums[i] += times * banks[i];
}

static void add_local(struct vgpu_local_sums *sums, const struct vgpu_request *request,
                      uint64_t times)
{
    sums->requests += times;
    sums->items += times * request->items;
    sums->phases += times * request->phases;
    sums->cycles += times * request->cycles;
    if (request->max_cycles > sums->max_cycles)
        sums->max_cycles = request->max_cycles;
    add_banks(sums->banks, request->banks, times);
}

static void add_request(struct vgpu_site_counts *site, uint8_t space,
                        const struct vgpu_request *request, uint64_t times)
{
    if (space == VGPU_TRACED_LOCAL)
        add_local(&site->local, request, times);
    else
        add_outside(&site->memory, request, times);
}

void vgpu_site_add_shape(const struct vgpu_site_counts *site, struct vgpu_site_counts *to)
{
    const struct vgpu_traced_shape *const pattern = site->pattern;
    const struct vgpu_shape *const shape = site->shape;

    if (!shape)
        return;
    for (uint32_t used = shape->used; used; used &= used - 1) {
        const struct vgpu_shape_place *const place = &shape->places[first_item(used)];

        if (place->repeats > 0)
            add_request(to, shape->space, &place->request, place->repeats);
    }
    for (uint32_t known = pattern->known; known; known &= known - 1) {
        const unsigned phase = first_item(known);

        if (pattern->repeats[phase] > 0)
            add_request(to, shape->space, &shape->places[site->places[phase]].request,
                        pattern->repeats[phase]);
    }
}

/* Repeats that are pending become the places'; no phase is known any more. */
static void settle(struct vgpu_site_counts *site)
{
    struct vgpu_traced_shape *const pattern = site->pattern;

    for (uint32_t known = pattern->known; known; known &= known - 1) {
        const unsigned phase = first_item(known);

        site->shape->places[site->places[phase]].repeats += pattern->repeats[phase];
        pattern->repeats[phase] = 0;
    }
    pattern->known = 0;
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

static void cost_of(struct vgpu_traced_unit *unit, const struct vgpu_site_counts *site,
                    uint8_t space, uint32_t items, const uintptr_t *addresses,
                    struct vgpu_request *request)
{
    if (space == VGPU_TRACED_LOCAL)
        cost_local(unit, site, items, addresses, request);
    else
        cost_outside(site, items, addresses, request);
}

static void count_once(struct vgpu_traced_unit *unit, struct vgpu_site_counts *site,
                       uint8_t space, uint32_t items, const uintptr_t *addresses)
{
    struct vgpu_request request;

    cost_of(unit, site, space, items, addresses, &request);
    add_request(site, space, &request, 1);
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

/* Some may be in local memory, some outside, and some private. */
static void count_mixed(struct vgpu_traced_unit *unit, struct vgpu_site_counts *site,
                        uint32_t items, const uintptr_t *addresses)
{
    uint32_t private, local = tell_apart(unit, items, addresses, &private);

    items &= ~(local | private);
    if (local)
        count_once(unit, site, VGPU_TRACED_LOCAL, local, addresses);
    if (items)
        count_once(unit, site, VGPU_TRACED_GLOBAL, items, addresses);
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

static bool is_apart(const struct vgpu_memory_range *range, uintptr_t lowest,
                     uintptr_t highest)
{
    return highest < range->first ||
           (lowest >= range->first && lowest - range->first >= range->size);
}

/* Where all accesses from `lowest` to `highest` are; GENERIC: not all in one space. */
static uint8_t space_of(const struct vgpu_traced_unit *unit,
                        const struct vgpu_site_counts *site, uintptr_t lowest,
                        uintptr_t highest)
{
    if (site->space != VGPU_TRACED_GENERIC)
        return site->space;
    if (is_in_range(&unit->local, lowest) && is_in_range(&unit->local, highest))
        return VGPU_TRACED_LOCAL;
    if (is_apart(&unit->local, lowest, highest) &&
        is_apart(&unit->frames, lowest, highest) &&
        is_apart(&unit->stacks, lowest, highest))
        return VGPU_TRACED_GLOBAL;
    return VGPU_TRACED_GENERIC;
}

/* The items' addresses lie as in the shape. */
FOR_PROCESSORS
static bool lie_alike(const uintptr_t *addresses, const uintptr_t *offsets,
                      uintptr_t base, uint32_t items)
{
    uintptr_t change = 0;

    if (items == UINT32_MAX)
        for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
            change |= (addresses[i] - base) ^ offsets[i];
    else
        for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
            change |= ((addresses[i] - base) ^ offsets[i]) & -(uintptr_t)(items >> i & 1);
    return change == 0;
}

/* The site's shape becomes that of the request; false: it looks different each time, and
 * is not worth it. */
static bool change_shape(struct vgpu_site_counts *site, uint32_t items,
                         const uintptr_t *addresses, uintptr_t base)
{
    struct vgpu_shape *shape = site->shape;

    if (!shape)
        shape = site->shape = calloc(1, sizeof *shape);
    if (!shape || (shape->misses++ > MISSES_TO_WILD && shape->misses % WILD_STEP != 0))
        return false;
    settle(site);
    vgpu_site_add_shape(site, site);
    shape->used = 0;
    site->pattern->items = 0;
    shape->items = items;
    shape->lowest = shape->highest = 0;
    for (; items; items &= items - 1) {
        const uintptr_t offset = addresses[first_item(items)] - base;

        shape->offsets[first_item(items)] = offset;
        if ((intptr_t)offset < (intptr_t)shape->lowest)
            shape->lowest = offset;
        if ((intptr_t)offset > (intptr_t)shape->highest)
            shape->highest = offset;
    }
    return true;
}

static struct vgpu_shape_place *place_at(struct vgpu_shape *shape, uintptr_t base)
{
    return &shape->places[base % VGPU_LINE_BYTES / (VGPU_LINE_BYTES / VGPU_SHAPE_PLACES)];
}

static bool is_known(const struct vgpu_shape *shape, const struct vgpu_shape_place *place,
                     uintptr_t base)
{
    return shape->used >> (place - shape->places) & 1 &&
           place->phase == (uint32_t)base % VGPU_LINE_BYTES;
}

/* The place of a request of the site's shape that begins at `base`. */
static struct vgpu_shape_place *find_place(struct vgpu_row *row,
                                           struct vgpu_site_counts *site, uintptr_t base,
                                           const uintptr_t *addresses)
{
    struct vgpu_shape *const shape = site->shape;
    struct vgpu_shape_place *const place = place_at(shape, base);
    const uint32_t bit = UINT32_C(1) << (place - shape->places);

    if (is_known(shape, place, base))
        return place;
    if (shape->used & bit) {
        settle(site);
        add_request(site, shape->space, &place->request, place->repeats);
    }
    cost_of(row->unit, site, shape->space, shape->items, addresses, &place->request);
    place->phase = (uint32_t)base % VGPU_LINE_BYTES;
    place->repeats = 0;
    shape->used |= bit;
    return place;
}

/* Of a request that is not of the shape. NULL: it was counted. */
static struct vgpu_shape_place *new_shape(struct vgpu_row *row,
                                          struct vgpu_site_counts *site, uint32_t items,
                                          const uintptr_t *addresses, uintptr_t base)
{
    struct vgpu_shape *shape;

    if (!change_shape(site, items, addresses, base)) {
        if (site->space == VGPU_TRACED_GENERIC)
            count_mixed(row->unit, site, items, addresses);
        else
            count_once(row->unit, site, site->space, items, addresses);
        return NULL;
    }
    shape = site->shape;
    shape->space = space_of(row->unit, site, base + shape->lowest, base + shape->highest);
    if (shape->space != VGPU_TRACED_GENERIC)
        return find_place(row, site, base, addresses);
    shape->items = 0;
    count_mixed(row->unit, site, items, addresses);
    return NULL;
}

static struct vgpu_shape_place *count_any(struct vgpu_row *row,
                                          struct vgpu_site_counts *site, uint32_t items,
                                          const uintptr_t *addresses)
{
    struct vgpu_shape *const shape = site->shape;
    const uintptr_t base = addresses[first_item(items)];
    struct vgpu_shape_place *place;

    if (shape && shape->items == items &&
        lie_alike(addresses, shape->offsets, base, items) &&
        (site->space != VGPU_TRACED_GENERIC ||
         space_of(row->unit, site, base + shape->lowest, base + shape->highest) ==
             shape->space)) {
        shape->misses = 0;
        place = find_place(row, site, base, addresses);
    } else {
        place = new_shape(row, site, items, addresses, base);
    }
    if (place)
        place->repeats++;
    return place;
}

void vgpu_request_any(struct vgpu_row *row, uint32_t number, uint32_t items,
                      const uintptr_t *addresses)
{
    struct vgpu_site_counts *const site = &row->counts->sites[number];

    if (site->kind == VGPU_TRACED_ATOMIC)
        count_atomic(row->unit, site, items, addresses);
    else
        count_any(row, site, items, addresses);
}

void vgpu_access_place(const struct vgpu_row_access *access, uintptr_t *addresses)
{
    uintptr_t start = access->first;

    for (unsigned i = 0; i < VGPU_TRACED_ITEMS; start += (uintptr_t)access->pitch)
        for (unsigned x = 0; x < access->line; x++)
            addresses[i++] = start + x * (uintptr_t)access->step;
}

static uintptr_t address_of(const struct vgpu_row_access *access, unsigned item)
{
    return access->first + item % access->line * (uintptr_t)access->step +
           item / access->line * (uintptr_t)access->pitch;
}

/* Items side by side whose accesses leave no gap. */
static bool is_dense(const struct vgpu_site_counts *site, uint32_t items, int64_t step)
{
    const uint32_t shifted = items >> first_item(items);

    return (shifted & (shifted + 1)) == 0 && step <= (int64_t)site->size &&
           step >= -(int64_t)site->size;
}

/* Those whose shape changes are quicker computed than compared. */
static void count_dense(struct vgpu_site_counts *site, uint32_t items,
                        const struct vgpu_row_access *access)
{
    const int64_t step = access->step;
    const uint32_t count = count_items(items);
    const unsigned lowest =
        step >= 0 ? first_item(items) : first_item(items) + (count - 1);
    struct vgpu_request request;

    vgpu_cost_dense_outside(address_of(access, lowest), count,
                            (uint32_t)(step >= 0 ? step : -step), site->size, &request);
    add_outside(&site->memory, &request, 1);
}

/* The bits of the first address that count. Outside of local memory, where banks are
 * counted, elements that are aligned lie in one sector wherever they are; it does not
 * matter where in it, as long as each line has one, on a line of memory of its own. */
static uint32_t bits_of(const struct vgpu_site_counts *site,
                        const struct vgpu_row_access *access)
{
    const uint32_t low = site->size - 1;
    const bool is_whole =
        site->space != VGPU_TRACED_LOCAL && site->size <= VGPU_SECTOR_BYTES &&
        (site->size & low) == 0 &&
        (((uint32_t)access->first | (uint32_t)access->pitch) & low) == 0;
    const bool is_apart = access->pitch == 0 || access->pitch >= VGPU_LINE_BYTES ||
                          access->pitch <= -(int64_t)VGPU_LINE_BYTES;

    return access->step == 0 && is_whole && is_apart ? low : VGPU_TRACED_PHASE;
}

static bool is_pattern(const struct vgpu_traced_shape *pattern, uint32_t items,
                       const struct vgpu_row_access *access)
{
    return pattern->items == items && pattern->step == access->step &&
           pattern->pitch == access->pitch && pattern->odd >> 2 == access->line;
}

/* The next requests of the pattern that begin at such a place are repeats of this one,
 * which has been counted. */
static void keep(struct vgpu_site_counts *site, uint32_t items,
                 const struct vgpu_row_access *access,
                 const struct vgpu_shape_place *place)
{
    struct vgpu_traced_shape *const pattern = site->pattern;
    const uint32_t bits = bits_of(site, access), phase = (uint32_t)access->first & bits;
    const uint32_t odd = access->line << 2 | (phase & 3);

    if (!is_pattern(pattern, items, access) || pattern->bits != bits ||
        pattern->odd != odd) {
        settle(site);
        pattern->step = access->step;
        pattern->pitch = access->pitch;
        pattern->items = items;
        pattern->bits = bits;
        pattern->odd = odd;
    }
    pattern->known |= UINT32_C(1) << (phase >> 2);
    site->places[phase >> 2] = (uint8_t)(place - site->shape->places);
}

/* Where only the place within a line is another, the cost may be known. */
static bool moves_only(struct vgpu_site_counts *site, uint32_t items,
                       const struct vgpu_row_access *access)
{
    const uintptr_t base = address_of(access, first_item(items));
    struct vgpu_shape_place *place;

    if (!is_pattern(site->pattern, items, access))
        return false;
    place = place_at(site->shape, base);
    if (!is_known(site->shape, place, base))
        return false;
    place->repeats++;
    keep(site, items, access, place);
    return true;
}

void vgpu_request_new_lines(struct vgpu_row *row, uint32_t number, uint32_t items,
                            const struct vgpu_row_access *access)
{
    struct vgpu_site_counts *const site = &row->counts->sites[number];
    const bool is_even = access->line == VGPU_TRACED_ITEMS;
    uintptr_t addresses[VGPU_TRACED_ITEMS];
    struct vgpu_shape_place *place;

    if (moves_only(site, items, access))
        return;
    if (is_even && site->kind == VGPU_TRACED_ATOMIC &&
        site->space != VGPU_TRACED_GENERIC) {
        add_atomic(site, items, access->step == 0 ? count_items(items) : 1);
        return;
    }
    if (is_even && site->pattern->items != 0 &&
        !is_pattern(site->pattern, items, access) && site->space == VGPU_TRACED_GLOBAL &&
        is_dense(site, items, access->step)) {
        count_dense(site, items, access);
        return;
    }
    vgpu_access_place(access, addresses);
    if (site->kind == VGPU_TRACED_ATOMIC) {
        count_atomic(row->unit, site, items, addresses);
        return;
    }
    place = count_any(row, site, items, addresses);
    if (place && site->space != VGPU_TRACED_GENERIC)
        keep(site, items, access, place);
}
