/* SPDX-License-Identifier: MIT */
/* What debuggers find in a stopped process. */
#include "inspect/inspection.h"

#include "export.h"   /* the room device/ */
#include "item_run.h" /* the room device/ */
#include "object/storage.h"
#include "observe/break.h"

static const struct vgpu_inspection_field fields[] = {
#define FIELD(name, type, member) \
    {name, (uint32_t)offsetof(type, member), (uint32_t)sizeof((type *)0)->member},
#include "inspect/layout.def"
#undef FIELD
};

VGPU_EXPORT const struct vgpu_inspection vgpu_inspection = {
    .version = VGPU_INSPECTION_VERSION,
    .num_fields = sizeof fields / sizeof *fields,
    .fields = fields,
    .runs = &vgpu_item_runs,
    .mems = &vgpu_handle_ranges[VGPU_KIND_mem],
    .fiber_bytes = sizeof(struct vgpu_item_fiber),
};
