/* SPDX-License-Identifier: MIT */
/* Figures of a kernel or of one of its lines: sums over blocks and sites, and the JSON
 * that tells of them. */
#ifndef VGPU_OBSERVE_FIGURES_H
#define VGPU_OBSERVE_FIGURES_H

#include "counts.h"

#include <jansson.h>

struct vgpu_figures {
    uint64_t issues, items, places; /* places: items that the issues had room for */
    uint64_t branches, divergent, barriers;
    struct vgpu_memory_sums global_load, global_store, constant_load;
    uint64_t global_load_bytes, global_store_bytes, constant_load_bytes;
    struct vgpu_local_sums local_load, local_store;
    struct vgpu_atomic_sums atomics;
};

/* vgpu_figures_add_site - what was counted at a site. */
void vgpu_figures_add_site(struct vgpu_figures *figures,
                           const struct vgpu_site_counts *site);

/* vgpu_figures_add_local, vgpu_figures_add_memory, vgpu_figures_add_atomics - sums of
 * sums. */
void vgpu_local_add(struct vgpu_local_sums *sums, const struct vgpu_local_sums *more);
void vgpu_memory_add(struct vgpu_memory_sums *sums, const struct vgpu_memory_sums *more);
void vgpu_atomics_add(struct vgpu_atomic_sums *sums, const struct vgpu_atomic_sums *more);

/* vgpu_figures_tell - as members of the object: `all`, or only those that there is
 * something to say of. Ratios of nothing are what is best, 1. */
void vgpu_figures_tell(const struct vgpu_figures *figures, json_t *object, bool all);

/* vgpu_ratio - part / whole, or `otherwise` where whole is 0. */
double vgpu_ratio(uint64_t part, uint64_t whole, double otherwise);

#endif
