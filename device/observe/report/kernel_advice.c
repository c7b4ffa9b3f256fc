/* SPDX-License-Identifier: MIT */
/* The rules of advice about one kernel: what each measures, and what it says. */
#include "advice.h"

#include "sentence.h"

#include <math.h>

#define MEASURE(id) VGPU_ADVICE_MEASURE_kernel(id)
#define SAY(id)     VGPU_ADVICE_SAY_kernel(id)

/* Sites differ in how much they cost: the one to blame costs most, not the one whose
 * ratio is worst. */
typedef double cost_fn(const struct vgpu_site_figures *site);

static const struct vgpu_site_figures *dearest(const struct vgpu_kernel_figures *f,
                                               cost_fn *cost)
{
    const struct vgpu_site_figures *found = &f->total;
    double most = 0;

    for (size_t i = 0; i < f->site_count; i++) {
        const double here = cost(&f->sites[i]);

        if (here > most) {
            most = here;
            found = &f->sites[i];
        }
    }
    return found;
}

/* sector_ratio - sectors touched for each that would do. */
static double sector_ratio(const struct vgpu_access_figures *access)
{
    const double ideal = vgpu_ideal_sectors(access);

    return ideal > 0 && access->requests > 0 ? access->sectors_per_request / ideal : 0;
}

static double sectors_lost(const struct vgpu_access_figures *access)
{
    return access->requests *
           fmax(0, access->sectors_per_request - vgpu_ideal_sectors(access)) *
           (access->useful > 0);
}

static double load_cost(const struct vgpu_site_figures *site)
{
    return sectors_lost(&site->access[VGPU_ACCESS_GLOBAL_LOAD]);
}

static double store_cost(const struct vgpu_site_figures *site)
{
    return sectors_lost(&site->access[VGPU_ACCESS_GLOBAL_STORE]);
}

/* likely_stride - of the words that neighbours access, from their sectors or, where each
 * has a sector of its own, from their lines. What lies in one line tells no more. */
static double likely_stride(const struct vgpu_access_figures *access)
{
    const double ideal = fmax(1, vgpu_ideal_sectors(access));
    const double by_sectors = access->sectors_per_request / ideal;

    if (access->lines_per_request <= 1.25)
        return by_sectors;
    return fmax(by_sectors, 4 * access->lines_per_request / ideal);
}

/* say_sectors - "Stride 32: 32 sectors per request where 4 would do (12.5 % of ...)". A
 * stride can only be guessed: a scatter that spreads as far looks the same. */
static void say_sectors(FILE *out, const struct vgpu_access_figures *access)
{
    const double ideal = vgpu_ideal_sectors(access);
    const double stride = likely_stride(access);

    if (stride >= 1.9 && stride <= 31)
        fprintf(out, "As with stride %s: ", VGPU_NUMBER(round(stride)));
    else if (stride > 31)
        fprintf(out, "As with stride 32 or more: ");
    fprintf(out,
            "%s sectors per request where %s would do (%s of the bytes moved are used)",
            VGPU_NUMBER(access->sectors_per_request), VGPU_NUMBER(ceil(ideal - 1e-6)),
            VGPU_PERCENT(fmin(1, access->useful)));
}

MEASURE(scattered_load)
{
    *site_out = dearest(f, load_cost);
    return sector_ratio(&(*site_out)->access[VGPU_ACCESS_GLOBAL_LOAD]);
}

SAY(scattered_load)
{
    const struct vgpu_access_figures *access = &site->access[VGPU_ACCESS_GLOBAL_LOAD];

    (void)f;
    say_sectors(out, access);
    fprintf(out, "; let neighbours read neighbours. ");
    fprintf(out, access->lines_per_request < 16
                     ? "An array of structures becomes one array for each field."
                     : "Index with get_global_id(0) last, or bring a tile into local "
                       "memory row by row and read it there.");
}

MEASURE(scattered_store)
{
    *site_out = dearest(f, store_cost);
    return sector_ratio(&(*site_out)->access[VGPU_ACCESS_GLOBAL_STORE]);
}

SAY(scattered_store)
{
    (void)f;
    say_sectors(out, &site->access[VGPU_ACCESS_GLOBAL_STORE]);
    fprintf(out, "; let neighbours write neighbours. Gather the results in local memory "
                 "first, and write them out in rows after a barrier.");
}

static double constant_cost(const struct vgpu_site_figures *site)
{
    return site->access[VGPU_ACCESS_CONSTANT_LOAD].sectors_per_request;
}

MEASURE(constant_scatter)
{
    *site_out = dearest(f, constant_cost);
    return (*site_out)->access[VGPU_ACCESS_CONSTANT_LOAD].sectors_per_request;
}

SAY(constant_scatter)
{
    (void)f;
    fprintf(out,
            "A request to constant memory reaches %s sectors; constant memory gives one "
            "value at a time to all work-items of a sub-group, and others wait. A table "
            "that each work-item reads at its own place is better __global or __local.",
            VGPU_NUMBER(site->access[VGPU_ACCESS_CONSTANT_LOAD].sectors_per_request));
}

/* worse_local - of a site's accesses to local memory the one that conflicts more. */
static const struct vgpu_access_figures *worse_local(const struct vgpu_site_figures *site)
{
    const struct vgpu_access_figures *load = &site->access[VGPU_ACCESS_LOCAL_LOAD];
    const struct vgpu_access_figures *store = &site->access[VGPU_ACCESS_LOCAL_STORE];

    return store->conflict > load->conflict ? store : load;
}

static double bank_cost(const struct vgpu_site_figures *site)
{
    const struct vgpu_access_figures *access = worse_local(site);

    return access->requests * fmax(0, access->conflict - 1);
}

MEASURE(bank_conflict)
{
    *site_out = dearest(f, bank_cost);
    return worse_local(*site_out)->conflict;
}

SAY(bank_conflict)
{
    const struct vgpu_access_figures *access = worse_local(site);

    (void)f;
    fprintf(out, "A request to local memory takes %s turns where 1 would do",
            VGPU_NUMBER(access->conflict));
    if (access->max_conflict > access->conflict)
        fprintf(out, " (at worst %s)", VGPU_NUMBER(access->max_conflict));
    fprintf(out,
            ", since work-items of a sub-group want different words of one bank. Pad "
            "the tile by one column (tile[32][33] for tile[32][32]), or let "
            "neighbours use neighbouring words.");
}

static double divergence_cost(const struct vgpu_site_figures *site)
{
    return site->divergent_branches;
}

MEASURE(divergence)
{
    *site_out = dearest(f, divergence_cost);
    if (f->total.divergent_branches <= 0 || f->total.simt_efficiency <= 0)
        return 0;
    return 1 / f->total.simt_efficiency;
}

SAY(divergence)
{
    fprintf(out, "In an average step only %s of a sub-group's %s work-items take part: ",
            VGPU_NUMBER(f->total.simt_efficiency * f->sub_group_size),
            VGPU_NUMBER(f->sub_group_size));
    fprintf(out,
            "%s of %s branches here send them both ways, and the two ways run one after "
            "the other. Branch on what a whole sub-group has in common (a multiple of "
            "%s), or give each work-item the same amount of work.",
            VGPU_COUNT(site->divergent_branches), VGPU_COUNT(site->branches),
            VGPU_NUMBER(f->sub_group_size));
}

static double atomic_cost(const struct vgpu_site_figures *site)
{
    const struct vgpu_access_figures *access = &site->access[VGPU_ACCESS_ATOMICS];

    return access->requests * fmax(0, access->contention - 1);
}

MEASURE(atomic_contention)
{
    *site_out = dearest(f, atomic_cost);
    return (*site_out)->access[VGPU_ACCESS_ATOMICS].contention;
}

SAY(atomic_contention)
{
    const struct vgpu_access_figures *access = &site->access[VGPU_ACCESS_ATOMICS];

    (void)f;
    fprintf(out, "%s work-items of a sub-group meet at one address",
            VGPU_NUMBER(access->contention));
    if (access->max_contention > access->contention)
        fprintf(out, " (at most %s)", VGPU_NUMBER(access->max_contention));
    fprintf(out, " and take turns. Sum up in private variables, then in the sub-group or "
                 "in local memory, and leave one atomic operation to each work-group.");
}

MEASURE(partial_sub_groups)
{
    (void)site_out;
    if (f->work_items <= 0)
        return 0;
    return f->sub_groups * f->sub_group_size / f->work_items;
}

SAY(partial_sub_groups)
{
    (void)site;
    fprintf(
        out,
        "Of a sub-group's %s lanes %s are there at all: the local size (%s work-items "
        "on average) is no multiple of %s. Make it one, and let work-items past the "
        "end return early.",
        VGPU_NUMBER(f->sub_group_size), VGPU_NUMBER(f->work_items / f->sub_groups),
        VGPU_NUMBER(f->work_items / fmax(1, f->groups)), VGPU_NUMBER(f->sub_group_size));
}

MEASURE(few_groups)
{
    (void)site_out;
    if (f->groups <= 0 || f->launches <= 0)
        return 0;
    return f->compute_units * f->launches / f->groups;
}

SAY(few_groups)
{
    (void)site;
    fprintf(
        out,
        "A launch has %s work-group%s for %s compute units, so some have nothing to do. "
        "Use smaller work-groups or larger launches; a real GPU wants several "
        "work-groups for each unit.",
        VGPU_NUMBER(f->groups / f->launches), f->groups == f->launches ? "" : "s",
        VGPU_NUMBER(f->compute_units));
}

MEASURE(tiny_launches)
{
    (void)site_out;
    if (f->launches <= 0 ||
        f->work_items / f->launches >= f->compute_units * f->sub_group_size * 4)
        return 0;
    return f->launches;
}

SAY(tiny_launches)
{
    (void)site;
    fprintf(out,
            "%s launches have %s work-items each; starting one costs more than running "
            "it. Do the work of many launches in one, by a loop in the kernel or by one "
            "more dimension of the NDRange.",
            VGPU_COUNT(f->launches), VGPU_NUMBER(f->work_items / f->launches));
}

MEASURE(low_occupancy)
{
    (void)site_out;
    return f->occupancy > 0 ? 1 / f->occupancy : 0;
}

SAY(low_occupancy)
{
    (void)site;
    fprintf(out, "A compute unit holds %s of the sub-groups that it could",
            VGPU_PERCENT(f->occupancy));
    if (f->occupancy_limit)
        fprintf(out, "; what runs out first is %s", f->occupancy_limit);
    if (f->local_bytes > 0)
        fprintf(out, " (a work-group has %s of local memory)",
                VGPU_BYTES(f->local_bytes));
    fprintf(out, ". With few sub-groups a unit waits for memory: use less of it for each "
                 "work-group.");
}

MEASURE(private_memory)
{
    (void)site_out;
    return f->private_bytes;
}

SAY(private_memory)
{
    (void)site;
    fprintf(
        out,
        "Each work-item has %s of private memory in arrays and variables; what does "
        "not fit into registers goes to global memory on a GPU. Use smaller arrays, or "
        "local memory that the work-group shares.",
        VGPU_BYTES(f->private_bytes));
}

/* Accesses that are almost right: below what the rules of scattered ones want. Where
 * items do not take part, their bytes are missing, and alignment is not what is wrong. */
static double misalignment(const struct vgpu_site_figures *site,
                           const struct vgpu_access_figures *access)
{
    const double ratio = sector_ratio(access);
    const bool is_full = site->simt_efficiency <= 0 || site->simt_efficiency > 0.99;

    return ratio < 1.5 && is_full ? ratio : 0;
}

MEASURE(misaligned)
{
    const struct vgpu_site_figures *const load = dearest(f, load_cost);
    const struct vgpu_site_figures *const store = dearest(f, store_cost);
    const double loads = misalignment(load, &load->access[VGPU_ACCESS_GLOBAL_LOAD]);
    const double stores = misalignment(store, &store->access[VGPU_ACCESS_GLOBAL_STORE]);

    *site_out = loads >= stores ? load : store;
    return fmax(loads, stores);
}

SAY(misaligned)
{
    (void)f;
    (void)site;
    fprintf(out,
            "Requests touch a few more sectors than they must: rows begin in the "
            "middle of a sector of %d bytes. Pad rows to a multiple of 128 bytes, or "
            "shift the index so that a sub-group starts at one.",
            VGPU_SECTOR_BYTES);
}

MEASURE(lone_sub_group)
{
    (void)site_out;
    return f->barriers > 0 && f->groups > 0 && f->groups == f->sub_groups;
}

SAY(lone_sub_group)
{
    (void)f;
    (void)site;
    fprintf(out, "Each work-group is a single sub-group, whose work-items advance "
                 "together: sub_group_barrier costs less than barrier there, and larger "
                 "work-groups would share more.");
}
