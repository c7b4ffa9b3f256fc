/* SPDX-License-Identifier: MIT */
/* What debuggers find in a stopped process, whether or not the library has debugging
 * information. */
#ifndef VGPU_INSPECT_INSPECTION_H
#define VGPU_INSPECT_INSPECTION_H

#include <stdint.h>

#define VGPU_INSPECTION_VERSION 2u

struct vgpu_inspection_field {
    char name[32]; /* of layout.def */
    uint32_t offset, size;
};

/* Exported under its own name. tools/gdb/vgpu_gdb.py knows this struct; all others it
 * learns from the fields. */
struct vgpu_inspection {
    uint32_t version; /* VGPU_INSPECTION_VERSION */
    uint32_t num_fields;
    const struct vgpu_inspection_field *fields;
    const void *runs;     /* where the newest struct vgpu_item_run is found */
    const void *mems;     /* struct vgpu_handle_range */
    uint64_t fiber_bytes; /* from one struct vgpu_item_fiber to the next */
};

extern const struct vgpu_inspection vgpu_inspection;

#endif
