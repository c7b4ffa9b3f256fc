/* SPDX-License-Identifier: MIT */
/* What a profile says of a program, a kernel or a source line, as plain numbers: what
 * advice and words are made from. */
#ifndef VGPU_REPORT_FIGURES_H
#define VGPU_REPORT_FIGURES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define VGPU_SECTOR_BYTES 32

/* One kind of access. What a profile does not say is 0. */
struct vgpu_access_figures {
    double requests; /* of sub-groups, each up to one address per work-item */
    double sectors_per_request;
    double lines_per_request;
    double useful;   /* share of the moved bytes that were asked for; 0 where not known */
    double conflict; /* cycles that a request to local memory takes */
    double max_conflict;
    double contention; /* work-items of one request that meet at one address */
    double max_contention;
};

enum vgpu_access {
    VGPU_ACCESS_GLOBAL_LOAD,
    VGPU_ACCESS_GLOBAL_STORE,
    VGPU_ACCESS_CONSTANT_LOAD,
    VGPU_ACCESS_LOCAL_LOAD,
    VGPU_ACCESS_LOCAL_STORE,
    VGPU_ACCESS_ATOMICS,
    VGPU_ACCESS_COUNT
};

/* A source line, or a whole kernel (line 0). Texts belong to the document. */
struct vgpu_site_figures {
    const char *file;
    long line;
    double issues; /* steps of sub-groups */
    double simt_efficiency;
    double branches, divergent_branches;
    struct vgpu_access_figures access[VGPU_ACCESS_COUNT];
};

/* Of a kernel's time on a GPU as a profile says: no measurement. */
struct vgpu_estimate_figures {
    const char *profile, *bound; /* "" where there is no estimate */
    double us, low_us, high_us;
    double memory_us, arithmetic_us, latency_us;
    bool is_sampled;
};

struct vgpu_kernel_figures {
    const char *name;
    bool traced, sampled;
    double launches, groups, sub_groups, work_items;
    double sampled_groups, sampled_of;
    double barriers, private_bytes, local_bytes;
    double occupancy;                     /* 0 to 1; 0 where not known */
    const char *occupancy_limit;          /* "local memory" and the like, or NULL */
    double compute_units, sub_group_size; /* of the first device */
    double time_us;                       /* on the timeline, 0 where not known */
    struct vgpu_estimate_figures estimate;
    bool is_native; /* the first device is this machine */
    struct vgpu_site_figures total;
    struct vgpu_site_figures *sites; /* by line; NULL where there are none */
    size_t site_count;
};

struct vgpu_program_figures {
    double kernel_us, transfer_us; /* sums over commands */
    double busy_us, span_us;       /* any command ran; from the first to the last */
    double built_us;               /* of that, programs and code were built in between */
    double commands;
    double transfers, transfer_bytes;
    double units, unit_busy_max_us, unit_busy_sum_us;
    double untraced_kernels;
    double link_us, estimated_us; /* of transfers over links, and of kernels: estimates */
    /* Of the buffer that returned most often to where it had come from: */
    const char *bouncing; /* its name; NULL: none did */
    double bounces, bounced_pieces, bounced_bytes;
};

/* vgpu_kernel_figures_init - what `kernel`, a member of the document's "kernels", says.
 * The document must outlive the figures. Returns 0 or -ENOMEM. */
int vgpu_kernel_figures_init(struct vgpu_kernel_figures *figures, const json_t *document,
                             const json_t *kernel);
void vgpu_kernel_figures_fini(struct vgpu_kernel_figures *figures);

/* vgpu_program_figures_of - what the document says, which must outlive them. */
struct vgpu_program_figures vgpu_program_figures_of(const json_t *document);

/* vgpu_ideal_sectors - sectors a request would touch if what was asked for lay side by
 * side; at least 1. 0 where not known. */
double vgpu_ideal_sectors(const struct vgpu_access_figures *access);

/* vgpu_json_number, vgpu_json_text - a member; 0 or "" where it is absent or of another
 * type. */
double vgpu_json_number(const json_t *object, const char *key);
const char *vgpu_json_text(const json_t *object, const char *key);

#endif
