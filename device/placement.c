/* SPDX-License-Identifier: MIT */
/* Where compute units live: decided from a topology and the numbers of units alone.
 *
 * Processors are dealt in tiers: first one of every core, then the second of every core
 * that has one, and so on; when all are dealt, the deal begins again. No device looks at
 * a tier before all of the tiers above it together have less room than it needs, so that
 * tiers fill up in order, and all devices together go over them once. */
#include "placement.h"

#include "topology.h"

#include <errno.h>
#include <stdlib.h>

#define ANY UINT_MAX

struct deal {
    const struct vgpu_places *places;
    unsigned *loads; /* units on each place */
    size_t *rooms;   /* of each domain of a kind, while one is chosen */
    unsigned tier;   /* the last that a device has needed */
};

/* A device's domain of each kind, or ANY. */
struct scope {
    unsigned domains[VGPU_DOMAINS];
};

/* The outermost data cache above the processor; NULL: unknown. */
static hwloc_obj_t outer_cache(hwloc_obj_t processor)
{
    hwloc_obj_t cache = NULL;

    for (hwloc_obj_t object = processor; object; object = object->parent)
        if (hwloc_obj_type_is_dcache(object->type))
            cache = object;
    return cache;
}

/* The operating system's number; 0 where no node is known. */
static unsigned node_of(hwloc_obj_t processor)
{
    const int node = processor->nodeset ? hwloc_bitmap_first(processor->nodeset) : -1;

    return node >= 0 ? (unsigned)node : 0;
}

/* What the last place was in, while they are listed. */
struct lister {
    struct vgpu_places *places;
    hwloc_topology_t topology;
    const void *last[VGPU_DOMAINS];
};

static void add_place(struct lister *lister, unsigned cpu, unsigned rank)
{
    struct vgpu_places *const places = lister->places;
    struct vgpu_place *const place = &places->all[places->count];
    const hwloc_obj_t processor = hwloc_get_pu_obj_by_os_index(lister->topology, cpu);
    const void *const now[VGPU_DOMAINS] = {
        [VGPU_DOMAIN_PACKAGE] = hwloc_get_ancestor_obj_by_type(
            lister->topology, HWLOC_OBJ_PACKAGE, processor),
        [VGPU_DOMAIN_NODE] =
            hwloc_get_numanode_obj_by_os_index(lister->topology, node_of(processor)),
        [VGPU_DOMAIN_CACHE] = outer_cache(processor)};

    place->cpu = cpu;
    place->numa_node = node_of(processor);
    place->rank = rank;
    for (unsigned kind = 0; kind < VGPU_DOMAINS; kind++) {
        if (places->count > 0)
            place->domains[kind] =
                place[-1].domains[kind] + (now[kind] != lister->last[kind]);
        lister->last[kind] = now[kind];
    }
    places->count++;
    if (rank >= places->ranks)
        places->ranks = rank + 1;
}

int vgpu_places_init(struct vgpu_places *places, hwloc_topology_t topology,
                     hwloc_const_bitmap_t usable)
{
    const hwloc_obj_type_t type = vgpu_topology_core_type(topology);
    const int weight = hwloc_bitmap_weight(usable);
    struct lister lister = {.places = places, .topology = topology};
    hwloc_obj_t core = NULL;

    *places = (struct vgpu_places){.ranks = 1};
    places->all = calloc(weight > 0 ? (size_t)weight : 1, sizeof *places->all);
    if (!places->all)
        return -ENOMEM;
    while ((core = hwloc_get_next_obj_by_type(topology, type, core)) != NULL) {
        unsigned rank = 0;

        for (int cpu = hwloc_bitmap_first(core->cpuset); cpu >= 0;
             cpu = hwloc_bitmap_next(core->cpuset, cpu))
            if (hwloc_bitmap_isset(usable, (unsigned)cpu))
                add_place(&lister, (unsigned)cpu, rank++);
    }
    if (places->count == 0)
        places->count = 1;
    return 0;
}

void vgpu_places_fini(struct vgpu_places *places)
{
    free(places->all);
}

/* Tiers up to the given one that the place belongs to. */
static unsigned rounds(const struct deal *deal, const struct vgpu_place *place,
                       unsigned tier)
{
    const unsigned ranks = deal->places->ranks;

    return tier / ranks + (place->rank <= tier % ranks ? 1 : 0);
}

/* Units that the place has room for, up to the tier. */
static unsigned room(const struct deal *deal, unsigned place, unsigned tier)
{
    const unsigned most = rounds(deal, &deal->places->all[place], tier);

    return most > deal->loads[place] ? most - deal->loads[place] : 0;
}

static bool is_within(const struct vgpu_place *place, const struct scope *scope)
{
    for (unsigned kind = 0; kind < VGPU_DOMAINS; kind++)
        if (scope->domains[kind] != ANY && scope->domains[kind] != place->domains[kind])
            return false;
    return true;
}

/* Goes on to the tier with which there is room for so many units. */
static void reach_tier(struct deal *deal, size_t units)
{
    for (;; deal->tier++) {
        size_t all = 0;

        for (unsigned i = 0; i < deal->places->count; i++)
            all += room(deal, i, deal->tier);
        if (all >= units)
            return;
    }
}

/* Narrows the scope to that domain of a kind that has most room, if it is enough. */
static bool narrow(struct deal *deal, enum vgpu_domain kind, size_t units,
                   struct scope *scope)
{
    const struct vgpu_places *const places = deal->places;
    unsigned best = 0;

    for (unsigned i = 0; i < places->count; i++)
        deal->rooms[i] = 0;
    for (unsigned i = 0; i < places->count; i++)
        if (is_within(&places->all[i], scope))
            deal->rooms[places->all[i].domains[kind]] += room(deal, i, deal->tier);
    for (unsigned i = 1; i < places->count; i++)
        best = deal->rooms[i] > deal->rooms[best] ? i : best;
    if (deal->rooms[best] < units)
        return false;
    scope->domains[kind] = best;
    return true;
}

static struct scope choose_scope(struct deal *deal, size_t units)
{
    struct scope scope = {{ANY, ANY, ANY}};

    if (!narrow(deal, VGPU_DOMAIN_NODE, units, &scope))
        narrow(deal, VGPU_DOMAIN_PACKAGE, units, &scope);
    narrow(deal, VGPU_DOMAIN_CACHE, units, &scope);
    return scope;
}

/* The first tier in which the scope has any room. */
static unsigned first_tier(const struct deal *deal, const struct scope *scope)
{
    unsigned first = deal->tier;

    for (unsigned i = 0; i < deal->places->count; i++) {
        const struct vgpu_place *const place = &deal->places->all[i];
        const unsigned tier = deal->loads[i] * deal->places->ranks + place->rank;

        if (is_within(place, scope) && tier < first)
            first = tier;
    }
    return first;
}

/* The scope has room for all units up to the deal's tier. */
static void place_device(struct deal *deal, unsigned units,
                         struct vgpu_unit_placement *placements)
{
    const struct scope scope = choose_scope(deal, units);
    unsigned placed = 0;

    for (unsigned tier = first_tier(deal, &scope); placed < units; tier++)
        for (unsigned i = 0; i < deal->places->count && placed < units; i++) {
            const struct vgpu_place *const place = &deal->places->all[i];

            if (!is_within(place, &scope) || room(deal, i, tier) == 0)
                continue;
            deal->loads[i]++;
            placements[placed++] = (struct vgpu_unit_placement){
                .cpu = place->cpu, .numa_node = place->numa_node};
        }
}

/* The devices' numbers, most units first; of as many, the first first. */
static void sort_devices(const unsigned *units, unsigned count, unsigned *order)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned at = i;

        for (; at > 0 && units[order[at - 1]] < units[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

int vgpu_place_units(const struct vgpu_places *places, const unsigned *units,
                     unsigned num_devices, struct vgpu_unit_placement *const *placements)
{
    struct deal deal = {.places = places};
    unsigned order[VGPU_MAX_DEVICES];
    int err = -ENOMEM;

    deal.loads = calloc(places->count, sizeof *deal.loads);
    deal.rooms = calloc(places->count, sizeof *deal.rooms);
    if (!deal.loads || !deal.rooms)
        goto out;
    sort_devices(units, num_devices, order);
    for (unsigned i = 0; i < num_devices; i++) {
        reach_tier(&deal, units[order[i]]);
        place_device(&deal, units[order[i]], placements[order[i]]);
    }
    err = 0;
out:
    free(deal.rooms);
    free(deal.loads);
    return err;
}

hwloc_nodeset_t vgpu_placement_nodes(hwloc_topology_t topology,
                                     const struct vgpu_unit_placement *placements,
                                     unsigned units)
{
    const hwloc_nodeset_t nodes = hwloc_bitmap_alloc();

    if (!nodes || hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE) < 2)
        return nodes;
    for (unsigned i = 0; i < units; i++)
        hwloc_bitmap_set(nodes, placements[i].numa_node);
    return nodes;
}
