/* SPDX-License-Identifier: MIT */
/* The traced kernels of the process, for who writes of them. */
#ifndef VGPU_TRACED_KERNEL_H
#define VGPU_TRACED_KERNEL_H

#include "counts.h"
#include "profile_state.h"

#include <pthread.h>

/* All that is counted of one kernel. Kernels of one name may differ: each has its own. */
struct vgpu_traced_kernel {
    struct vgpu_traced_kernel *next; /* in the order in which they became known */
    char *name;
    struct vgpu_traced_table *table;
    struct vgpu_device_spec spec; /* of its devices; all 0: of any */
    uint32_t width;
    uint64_t private_bytes, local_bytes;
    struct vgpu_traced_source *sources;
    uint32_t num_sources;
    pthread_mutex_t lock;
    struct vgpu_traced_counts *counts;  /* guarded by lock: of each unit */
    struct vgpu_launch_sums sums;       /* guarded by the profile's lock */
    struct vgpu_recorded_row *recorded; /* VGPU_RECORDED_ROWS of them, or NULL */
    uint32_t
        num_recorded; /* guarded by lock; read without: VGPU_RECORDED_ROWS is final */
};

/* vgpu_traced_kernels - the first of all; the list only grows, at its end. */
struct vgpu_traced_kernel *vgpu_traced_kernels(void);

#endif
