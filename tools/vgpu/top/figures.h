/* SPDX-License-Identifier: MIT */
/* What `vgpu top` shows of a device: counters, and what became of them between two
 * moments. */
#ifndef VGPU_TOP_FIGURES_H
#define VGPU_TOP_FIGURES_H

#include "top/scan.h"

enum top_order {
    TOP_BY_BUSY, /* what keeps units busy now */
    TOP_BY_TIME, /* what did since it started */
    TOP_BY_NAME,
    TOP_ORDERS
};

extern const char *const top_order_names[TOP_ORDERS];

struct top_kernel {
    cl_kernel_counters_vgpu total;
    cl_kernel_counters_vgpu recent; /* of the interval */
    double busy;                    /* share of all units' time, 0 to 1 */
    bool is_kernel;                 /* or one of the rows for what is none */
};

struct top_unit {
    cl_compute_unit_counters_vgpu total;
    double busy;
};

/* One device of a process, over an interval. */
struct top_figures {
    const struct vgpu_segment_device *device;
    double seconds; /* of the interval; more than 0 */
    cl_device_counters_vgpu total, recent;
    double busy; /* share of all units' time, 0 to 1 */
    uint32_t num_units, num_kernels;
    struct top_unit units[VGPU_SEGMENT_UNITS];
    struct top_kernel kernels[VGPU_COUNTER_KERNELS]; /* that ran; in order */
};

/* top_find - what was known of that process before, or NULL. */
const struct top_process *top_find(const struct top_list *before,
                                   const struct top_process *process);

/* top_figures - of a device of a process that has a segment; since `before`, or where
 * that is NULL or no older, since the process started. */
void top_figures(const struct top_process *process, const struct top_process *before,
                 uint32_t device, enum top_order order, struct top_figures *figures_out);

/* top_seconds_up - how long ago the process began to use vgpu. */
double top_seconds_up(const struct top_process *process);

/* top_sort - the list, in that order; stable. */
void top_sort(struct top_list *list, const struct top_list *before, enum top_order order);

/* top_plain_name - a name that another process wrote, as printable characters. */
struct top_name {
    char text[VGPU_COUNTER_NAME];
};
struct top_name top_plain_name(const char name[VGPU_COUNTER_NAME]);

#endif
