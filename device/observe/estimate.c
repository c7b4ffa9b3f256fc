/* SPDX-License-Identifier: MIT */
/* Estimated device time. */
#include "estimate.h"

#include "occupancy.h"

#include <math.h>
#include <string.h>

/* Cycles until what an instruction gives can be used, at worst. */
#define PIPELINE 4.0

/* ---- what was counted */

static bool is_outside(const struct vgpu_traced_site *site)
{
    return site->space != VGPU_TRACED_LOCAL && site->space != VGPU_TRACED_PRIVATE;
}

/* Requests of a site whose answers sub-groups wait for. Constants are at hand. */
static uint64_t waits_of(const struct vgpu_traced_site *site,
                         const struct vgpu_site_counts *counts)
{
    if (site->kind == VGPU_TRACED_ATOMIC)
        return is_outside(site) ? counts->atomics.requests : 0;
    return site->kind == VGPU_TRACED_LOAD && site->space != VGPU_TRACED_CONSTANT
               ? counts->memory.requests
               : 0;
}

static uint64_t beyond(uint64_t turns, uint64_t requests)
{
    return turns > requests ? turns - requests : 0;
}

static void add_site(struct vgpu_estimate_work *work, const struct vgpu_traced_site *site,
                     const struct vgpu_site_counts *counts)
{
    struct vgpu_atomic_sums *const atomics = &work->atomics;

    if (site->kind == VGPU_TRACED_STORE)
        work->write_sectors += counts->memory.sectors;
    else
        work->read_sectors += counts->memory.sectors;
    work->requests += waits_of(site, counts);
    work->turns += beyond(counts->memory.lines, counts->memory.requests) +
                   beyond(counts->local.cycles, counts->local.requests) +
                   beyond(counts->atomics.contention, counts->atomics.requests);
    if (!is_outside(site))
        return;
    atomics->requests += counts->atomics.requests;
    atomics->operations += counts->atomics.operations;
    atomics->contention += counts->atomics.contention;
}

/* The requests of one block may be under way together; those of the next wait. */
static void add_steps(struct vgpu_estimate_work *work,
                      const struct vgpu_traced_table *table,
                      const struct vgpu_traced_counts *counts)
{
    uint32_t last = UINT32_MAX;

    for (uint32_t i = 0; i < table->num_sites; i++) {
        const uint32_t block = table->sites[i].block;

        if (block == last || waits_of(&table->sites[i], &counts->sites[i]) == 0)
            continue;
        work->steps += counts->blocks[block].issues;
        last = block;
    }
}

void vgpu_estimate_add(struct vgpu_estimate_work *work,
                       const struct vgpu_traced_table *table,
                       const struct vgpu_traced_counts *counts)
{
    work->counted_groups += counts->groups;
    for (uint32_t i = 0; i < table->num_blocks; i++)
        for (unsigned w = 0; w < VGPU_TRACED_WORKS; w++)
            work->instructions[w] += counts->blocks[i].issues * table->blocks[i].work[w];
    for (uint32_t i = 0; i < table->num_sites; i++)
        add_site(work, &table->sites[i], &counts->sites[i]);
    add_steps(work, table, counts);
}

/* ---- what a device makes of it */

/* How the groups of an average launch lie on the units. */
struct spread {
    double scale;      /* from the counts to all groups */
    double groups;     /* of a launch */
    double busiest;    /* groups of the unit that has most of them */
    double held;       /* groups that a unit holds at once, at most as many as it has */
    double sub_groups; /* that it holds with them */
};

static struct spread spread_of(const struct vgpu_device_spec *spec,
                               const struct vgpu_estimate_work *work)
{
    const struct vgpu_occupancy_limits limits = vgpu_occupancy_limits_of(spec);
    const struct vgpu_occupancy_needs needs = {work->group_items, work->local_bytes,
                                               work->private_bytes, work->width};
    const double group_sub_groups =
        fmax(1, ceil((double)work->group_items / work->width));
    const double room = vgpu_occupancy_of(&limits, &needs).sub_groups / group_sub_groups;
    struct spread spread = {.scale = (double)work->groups / (double)work->counted_groups};

    spread.groups = (double)work->groups / (double)work->launches;
    spread.busiest = ceil(spread.groups / spec->compute_units);
    spread.held = fmin(fmax(1, room), spread.busiest);
    spread.sub_groups = spread.held * group_sub_groups;
    return spread;
}

struct range {
    double least, usual, most;
};

static const struct range weights[VGPU_TRACED_WORKS] = {
#define WORK(id, least, usual, most, what) {least, usual, most},
#include "traced_work.def"
#undef WORK
};

static struct range instructions_of(const struct vgpu_estimate_work *work)
{
    struct range sums = {0};

    for (unsigned w = 0; w < VGPU_TRACED_WORKS; w++) {
        const double count = (double)work->instructions[w];

        sums.least += count * weights[w].least;
        sums.usual += count * weights[w].usual;
        sums.most += count * weights[w].most;
    }
    return sums;
}

/* A sub-group begins at most one instruction in a cycle: few of them leave lanes idle,
 * and more so where each waits for the one before. Requests' turns are taken while others
 * compute, at best. */
static struct vgpu_estimate_term arithmetic_of(const struct vgpu_device_spec *spec,
                                               const struct vgpu_estimate_work *work,
                                               const struct spread *spread)
{
    const struct range sums = instructions_of(work);
    const double full = (double)work->width / spec->lanes;
    const double cycles = fmax(full, 1 / spread->sub_groups);
    const double waiting = fmax(full, PIPELINE / spread->sub_groups);
    const double turns = (double)work->turns;
    const double share = 1e9 * spread->scale / (double)spec->clock_hz;
    const double uneven = share * spread->busiest / spread->groups;
    const double even = share * fmax(1.0 / spec->compute_units, 1 / spread->groups);

    return (struct vgpu_estimate_term){.ns = uneven * (sums.usual * cycles + turns),
                                       .low_ns = even * fmax(sums.least * full, turns),
                                       .high_ns = uneven * (sums.most * waiting + turns)};
}

/* Sectors that atomics touch: at least one for each request, at most one for each
 * work-item; and usually as many as there are addresses. */
static struct range atomic_sectors_of(const struct vgpu_estimate_work *work)
{
    const double requests = (double)work->atomics.requests;
    const double operations = (double)work->atomics.operations;
    const double contention = fmax(requests, (double)work->atomics.contention);
    const double addresses = requests > 0 ? operations * requests / contention : 0;

    return (struct range){.least = requests,
                          .usual = fmin(operations, fmax(requests, addresses)),
                          .most = operations};
}

/* What is moved: reads, writes, and atomics, of each no more than `most`. */
static double bytes_of(const struct vgpu_estimate_work *work, double scale,
                       double atomic_sectors, double most)
{
    const double bytes = scale * VGPU_SECTOR_BYTES;

    return fmin(most, bytes * (double)work->read_sectors) +
           fmin(most, bytes * (double)work->write_sectors) +
           fmin(most, bytes * atomic_sectors);
}

/* At worst every sector comes from memory, and all atomics meet at one address; at best
 * there is a cache for all that launches have. */
static struct vgpu_estimate_term memory_of(const struct vgpu_device_spec *spec,
                                           const struct vgpu_estimate_work *work,
                                           const struct spread *spread, bool is_cached)
{
    const struct range atomics = atomic_sectors_of(work);
    const double scale = spread->scale, once = (double)work->buffer_bytes;
    const double second = 1e9 / (double)spec->bandwidth;
    const double one_by_one =
        1e9 * scale * (double)work->atomics.operations / (double)spec->clock_hz;

    return (struct vgpu_estimate_term){
        .ns = second * bytes_of(work, scale, atomics.usual, is_cached ? once : INFINITY),
        .low_ns = second * bytes_of(work, scale, atomics.least, once),
        .high_ns = second * bytes_of(work, scale, atomics.most, INFINITY) + one_by_one};
}

/* Little's law: as many requests are under way as the unit holds sub-groups, times those
 * that each makes together. So a wave of sub-groups takes the latency of as many requests
 * as one of them makes one after the other: at best one, at worst all. */
static struct vgpu_estimate_term latency_of(const struct vgpu_device_spec *spec,
                                            const struct vgpu_estimate_work *work,
                                            const struct spread *spread)
{
    const double waves = (double)work->launches * ceil(spread->busiest / spread->held);
    const double wait = waves * (double)spec->latency_ns;
    const double each = spread->scale / (double)work->sub_groups;
    const double steps = each * (double)work->steps,
                 requests = each * (double)work->requests;

    return (struct vgpu_estimate_term){.ns = wait * steps,
                                       .low_ns = wait * fmin(1, steps),
                                       .high_ns = wait * fmax(steps, requests)};
}

/* At worst nothing of it happens at the same time. */
static void add_up(struct vgpu_estimate *estimate)
{
    struct vgpu_estimate_term *const total = &estimate->total;

    *total = (struct vgpu_estimate_term){0};
    for (unsigned i = 0; i < VGPU_BOUNDS; i++) {
        const struct vgpu_estimate_term *const term = &estimate->terms[i];

        if (term->ns > estimate->terms[estimate->bound].ns)
            estimate->bound = (enum vgpu_estimate_bound)i;
        total->ns = fmax(total->ns, term->ns);
        total->low_ns = fmax(total->low_ns, term->low_ns);
        total->high_ns += term->high_ns;
    }
}

bool vgpu_estimate_of(const struct vgpu_device_spec *spec,
                      const struct vgpu_estimate_work *work,
                      struct vgpu_estimate *estimate_out)
{
    struct vgpu_estimate estimate = {.bound = VGPU_BOUND_memory};
    struct spread spread;

    if (work->counted_groups == 0 || work->groups == 0 || work->launches == 0 ||
        work->sub_groups == 0 || work->width == 0)
        return false;
    spread = spread_of(spec, work);
    estimate.is_sampled = work->counted_groups < work->groups;
    estimate.is_cached =
        work->buffer_bytes > 0 &&
        (double)work->buffer_bytes / (double)work->launches <= (double)spec->cache_size;
    estimate.terms[VGPU_BOUND_memory] =
        memory_of(spec, work, &spread, estimate.is_cached);
    estimate.terms[VGPU_BOUND_arithmetic] = arithmetic_of(spec, work, &spread);
    estimate.terms[VGPU_BOUND_latency] = latency_of(spec, work, &spread);
    add_up(&estimate);
    *estimate_out = estimate;
    return true;
}

bool vgpu_estimate_applies(const struct vgpu_device_spec *spec)
{
    return strcmp(spec->profile, "native") != 0;
}
