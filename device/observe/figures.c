/* SPDX-License-Identifier: MIT */
/* Figures of a kernel or of one of its lines. */
#include "figures.h"

double vgpu_ratio(uint64_t part, uint64_t whole, double otherwise)
{
    return whole > 0 ? (double)part / (double)whole : otherwise;
}

void vgpu_memory_add(struct vgpu_memory_sums *sums, const struct vgpu_memory_sums *more)
{
    sums->requests += more->requests;
    sums->items += more->items;
    sums->sectors += more->sectors;
    sums->lines += more->lines;
    sums->unique_bytes += more->unique_bytes;
}

void vgpu_local_add(struct vgpu_local_sums *sums, const struct vgpu_local_sums *more)
{
    sums->requests += more->requests;
    sums->items += more->items;
    sums->phases += more->phases;
    sums->cycles += more->cycles;
    if (more->max_cycles > sums->max_cycles)
        sums->max_cycles = more->max_cycles;
    for (unsigned i = 0; i < VGPU_LOCAL_BANKS; i++)
        sums->banks[i] += more->banks[i];
}

void vgpu_atomics_add(struct vgpu_atomic_sums *sums, const struct vgpu_atomic_sums *more)
{
    sums->requests += more->requests;
    sums->operations += more->operations;
    sums->contention += more->contention;
    if (more->max_contention > sums->max_contention)
        sums->max_contention = more->max_contention;
}

void vgpu_figures_add_site(struct vgpu_figures *figures,
                           const struct vgpu_site_counts *site)
{
    const uint64_t bytes = site->memory.items * site->size;

    figures->barriers += site->barriers;
    vgpu_atomics_add(&figures->atomics, &site->atomics);
    if (site->kind == VGPU_TRACED_STORE) {
        vgpu_local_add(&figures->local_store, &site->local);
        vgpu_memory_add(&figures->global_store, &site->memory);
        figures->global_store_bytes += bytes;
        return;
    }
    vgpu_local_add(&figures->local_load, &site->local);
    if (site->space == VGPU_TRACED_CONSTANT) {
        vgpu_memory_add(&figures->constant_load, &site->memory);
        figures->constant_load_bytes += bytes;
    } else {
        vgpu_memory_add(&figures->global_load, &site->memory);
        figures->global_load_bytes += bytes;
    }
}

static json_t *integer(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static void tell_memory(json_t *object, const char *name,
                        const struct vgpu_memory_sums *sums, uint64_t bytes, bool all)
{
    if (sums->requests == 0 && !all)
        return;
    json_object_set_new(
        object, name,
        json_pack("{s:o, s:o, s:f, s:o, s:o, s:f}", "requests", integer(sums->requests),
                  "sectors", integer(sums->sectors), "sectors_per_request",
                  vgpu_ratio(sums->sectors, sums->requests, 0), "lines",
                  integer(sums->lines), "bytes", integer(bytes), "useful_bytes_fraction",
                  vgpu_ratio(sums->unique_bytes, sums->sectors * VGPU_SECTOR_BYTES, 1)));
}

static void tell_local(json_t *object, const char *name,
                       const struct vgpu_local_sums *sums, bool all)
{
    if (sums->requests == 0 && !all)
        return;
    json_object_set_new(
        object, name,
        json_pack("{s:o, s:o, s:f, s:o}", "requests", integer(sums->requests), "cycles",
                  integer(sums->cycles), "conflict_degree",
                  vgpu_ratio(sums->cycles, sums->phases, 1), "max_conflict_degree",
                  integer(sums->max_cycles ? sums->max_cycles : 1)));
}

static void tell_atomics(json_t *object, const struct vgpu_atomic_sums *sums, bool all)
{
    if (sums->requests == 0 && !all)
        return;
    json_object_set_new(
        object, "atomics",
        json_pack("{s:o, s:o, s:f, s:o}", "requests", integer(sums->requests),
                  "operations", integer(sums->operations), "contention",
                  vgpu_ratio(sums->contention, sums->requests, 1), "max_contention",
                  integer(sums->max_contention ? sums->max_contention : 1)));
}

void vgpu_figures_tell(const struct vgpu_figures *f, json_t *object, bool all)
{
    json_object_set_new(object, "issues", integer(f->issues));
    json_object_set_new(object, "simt_efficiency",
                        json_real(vgpu_ratio(f->items, f->places, 1)));
    json_object_set_new(object, "branches", integer(f->branches));
    json_object_set_new(object, "divergent_branches", integer(f->divergent));
    if (all || f->barriers > 0)
        json_object_set_new(object, "barriers", integer(f->barriers));
    tell_memory(object, "global_load", &f->global_load, f->global_load_bytes, all);
    tell_memory(object, "global_store", &f->global_store, f->global_store_bytes, all);
    tell_memory(object, "constant_load", &f->constant_load, f->constant_load_bytes, all);
    tell_local(object, "local_load", &f->local_load, all);
    tell_local(object, "local_store", &f->local_store, all);
    tell_atomics(object, &f->atomics, all);
}
