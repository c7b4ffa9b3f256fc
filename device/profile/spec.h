/* SPDX-License-Identifier: MIT */
/* What a virtual GPU claims to be, and holds to. */
#ifndef VGPU_SPEC_H
#define VGPU_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VGPU_MAX_WORK_GROUP_SIZE 1024u
#define VGPU_BASE_ALIGN          128u /* bytes: device and local memory, argument values */
#define VGPU_MAX_COMPUTE_UNITS   256u /* per device */
#define VGPU_MAX_DEVICES         64u
#define VGPU_MIN_DEVICE_MEMORY   4096u

enum vgpu_spec_type { VGPU_TYPE_GPU, VGPU_TYPE_CPU, VGPU_TYPE_ACCELERATOR };
enum vgpu_spec_memory { VGPU_MEMORY_UNIFIED, VGPU_MEMORY_SEPARATE };
enum vgpu_spec_link { VGPU_LINK_INSTANT, VGPU_LINK_PACED };

/* What each number means, and may be: key.def. */
struct vgpu_device_spec {
    char profile[32]; /* that it was made from: "teaching", or a file's name */
    char name[64];
    unsigned type; /* enum vgpu_spec_type */

    unsigned compute_units;
    unsigned sub_group_size; /* work-items: 8, 16 or 32 */
    unsigned lanes;          /* float operations that a unit begins in a cycle */
    uint64_t clock_hz;
    size_t max_work_group_size;
    /* What a unit can hold at once; for occupancy. */
    unsigned unit_sub_groups, unit_work_groups, unit_work_items;
    size_t unit_local_memory, unit_private_memory; /* bytes */

    size_t global_memory;   /* bytes of capacity */
    size_t max_allocation;  /* bytes of one buffer; at most global_memory */
    size_t local_memory;    /* bytes per work-group; at most unit_local_memory */
    size_t constant_memory; /* bytes */
    size_t private_memory;  /* bytes per work-item */
    size_t cache_size;      /* bytes */
    size_t cache_line;      /* bytes */
    uint64_t bandwidth;     /* of global memory: bytes per second */
    uint64_t latency_ns;    /* of global memory */
    bool has_images;
    unsigned memory;         /* enum vgpu_spec_memory */
    unsigned link;           /* enum vgpu_spec_link */
    uint64_t link_bandwidth; /* bytes per second, each way */
    uint64_t link_delay_ns;  /* of each transfer */
    uint64_t watchdog_ns;    /* that a kernel may run; 0: as long as it takes */
};

#endif
