/* SPDX-License-Identifier: MIT */
/* What one compute unit has counted of one traced kernel. */
#ifndef VGPU_TRACED_COUNTS_H
#define VGPU_TRACED_COUNTS_H

#include "traced.h"

#define VGPU_SECTOR_BYTES 32u
#define VGPU_LINE_BYTES   128u
#define VGPU_LOCAL_BANKS  32u
#define VGPU_BANK_BYTES   4u

/* What one request moves, or how long it takes. */
struct vgpu_request {
    uint32_t items;
    uint32_t sectors, lines, unique_bytes; /* of memory outside */
    /* Of local memory: a request goes in `phases` of at most 128 bytes; each takes as
     * many cycles as the most different words that it wants of one bank. */
    uint32_t phases, cycles, max_cycles;
    uint8_t banks[VGPU_LOCAL_BANKS]; /* words that each gave */
};

/* Sums over requests. */
struct vgpu_memory_sums {
    uint64_t requests, items, sectors, lines, unique_bytes;
};

struct vgpu_local_sums {
    uint64_t requests, items, phases, cycles, max_cycles;
    uint64_t banks[VGPU_LOCAL_BANKS];
};

struct vgpu_atomic_sums {
    uint64_t requests, operations, contention, max_contention;
};

/* Requests that look alike are only counted: where the items' addresses lie as far from
 * each other as before, a request costs what the one before did that began at the same
 * place within a line. */
#define VGPU_SHAPE_PLACES (VGPU_LINE_BYTES / 4)

struct vgpu_shape_place {
    uint64_t repeats;
    uint32_t phase; /* the first item's address within a line */
    struct vgpu_request request;
};

struct vgpu_shape {
    uintptr_t offsets[VGPU_TRACED_ITEMS]; /* of the items, from the first one's address */
    uint32_t items;
    uint32_t used;             /* a bit for each of `places` that has repeats */
    uintptr_t lowest, highest; /* offsets */
    uint8_t space;             /* local or global */
    uint32_t misses;           /* requests in a row that looked different */
    struct vgpu_shape_place places[VGPU_SHAPE_PLACES];
};

/* Where in the code memory is accessed. What is asked for on each request comes first. */
struct vgpu_site_counts {
    /* The newest pattern, the shape's; its repeats are pending. */
    struct vgpu_traced_shape *pattern;
    struct vgpu_shape *shape; /* NULL: none yet */
    uint8_t kind, space;      /* of struct vgpu_traced_site */
    uint32_t size;
    uint8_t places[VGPU_TRACED_PHASES]; /* in the shape, of the pattern's phases */
    struct vgpu_memory_sums memory;
    struct vgpu_local_sums local;
    struct vgpu_atomic_sums atomics;
    uint64_t barriers; /* sub-groups that came to it */
};

/* The first issues of a sub-group, as they came. */
#define VGPU_RECORDED_ROWS   4u
#define VGPU_RECORDED_ISSUES 512u

struct vgpu_recorded_issue {
    uint32_t block, items;
};

struct vgpu_recorded_row {
    size_t group[3];
    uint32_t row; /* in the group */
    uint32_t count, items;
    bool is_cut; /* there were more */
    struct vgpu_recorded_issue issues[VGPU_RECORDED_ISSUES];
};

struct vgpu_traced_counts {
    struct vgpu_traced_counts *next; /* of the kernel's, guarded by its lock */
    struct vgpu_traced_kernel *kernel;
    struct vgpu_traced_count *blocks;
    uint64_t *divergent; /* a count per block: of its branch */
    struct vgpu_site_counts *sites;
    struct vgpu_traced_shape *shapes; /* of the sites */
    uint64_t groups;
    bool has_recorded;  /* no more sub-groups of the kernel will be recorded */
    uint64_t cut_short; /* waits for items that were too far behind: see parts.h */
};

/* vgpu_traced_counts_create - all 0, entered in the kernel's list, where it stays for
 * good. NULL: no memory. Any thread. */
struct vgpu_traced_counts *vgpu_traced_counts_create(struct vgpu_traced_kernel *kernel);

/* vgpu_traced_counts_alone, vgpu_traced_counts_destroy - the same, in nobody's list. */
struct vgpu_traced_counts *vgpu_traced_counts_alone(struct vgpu_traced_kernel *kernel);
void vgpu_traced_counts_destroy(struct vgpu_traced_counts *counts);

/* vgpu_traced_record_row - a place to record a sub-group in; NULL: there are enough. */
struct vgpu_recorded_row *vgpu_traced_record_row(struct vgpu_traced_kernel *kernel);

const struct vgpu_traced_table *vgpu_traced_kernel_table(
    const struct vgpu_traced_kernel *kernel);
uint32_t vgpu_traced_kernel_width(const struct vgpu_traced_kernel *kernel);

#endif
