/* SPDX-License-Identifier: MIT */
/* Estimated device time: how long a kernel would take a GPU that is as a profile says,
 * from what was counted of it. A roofline: the largest of the times that memory,
 * arithmetic and latency would need if each were all there is [Williams, Waterman,
 * Patterson, Roofline, CACM 52(4), 2009]. Never a measurement: docs/estimate.md has the
 * formulas, what they assume, and when they are wrong. */
#ifndef VGPU_ESTIMATE_H
#define VGPU_ESTIMATE_H

#include "counts.h"
#include "profile/spec.h"

/* What all launches of a kernel did together. Counts may be of a sample of groups. */
struct vgpu_estimate_work {
    uint64_t launches, groups, sub_groups;
    uint64_t counted_groups; /* that the counts below are of; 0: nothing was counted */
    uint32_t width;          /* work-items of a sub-group */
    uint64_t group_items;    /* of the largest group */
    uint64_t local_bytes, private_bytes; /* of a group; of a work-item */
    /* Of the buffers that launches had as arguments, each once for each launch; 0: not
     * known. */
    uint64_t buffer_bytes;

    uint64_t instructions[VGPU_TRACED_WORKS]; /* instructions that sub-groups issue */
    uint64_t read_sectors, write_sectors;     /* of VGPU_SECTOR_BYTES, outside the unit */
    uint64_t requests; /* to global memory, for whose answer sub-groups wait */
    uint64_t steps;    /* entries of sub-groups into blocks with such requests */
    uint64_t turns;    /* cycles beyond one that requests take of a unit */
    struct vgpu_atomic_sums atomics; /* on global memory */
};

/* vgpu_estimate_add - what was counted of a kernel, to the counts. */
void vgpu_estimate_add(struct vgpu_estimate_work *work,
                       const struct vgpu_traced_table *table,
                       const struct vgpu_traced_counts *counts);

enum vgpu_estimate_bound {
#define TERM(id, what) VGPU_BOUND_##id,
#include "estimate_term.def"
#undef TERM
    VGPU_BOUNDS
};

/* Nanoseconds: what is most likely, and within what it lies if the assumptions that are
 * best and worst hold. */
struct vgpu_estimate_term {
    double ns, low_ns, high_ns;
};

struct vgpu_estimate {
    struct vgpu_estimate_term terms[VGPU_BOUNDS];
    struct vgpu_estimate_term total;
    enum vgpu_estimate_bound bound; /* the largest of the terms */
    bool is_cached;  /* the buffers of a launch are taken to fit into the cache */
    bool is_sampled; /* counts of a sample were taken for those of all groups */
};

/* vgpu_estimate_of - all launches, one after the other, on the device that `spec`
 * describes. A faster device never takes longer: more bandwidth, units, lanes, cache,
 * room, a higher clock, less latency. False: nothing was counted. */
bool vgpu_estimate_of(const struct vgpu_device_spec *spec,
                      const struct vgpu_estimate_work *work,
                      struct vgpu_estimate *estimate_out);

/* vgpu_estimate_applies - native profiles are this machine, whose time is measured. */
bool vgpu_estimate_applies(const struct vgpu_device_spec *spec);

#endif
