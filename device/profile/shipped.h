/* SPDX-License-Identifier: MIT */
/* Profiles: texts of one `key = value` per line, those that vgpu comes with and files. */
#ifndef VGPU_SHIPPED_H
#define VGPU_SHIPPED_H

#include "profile/spec.h"

struct vgpu_shipped {
    const char *name;
    const char *text; /* its first line is "# ", and a sentence on what it is */
    const size_t *size;
};

/* By shipped.def, then a row whose name is NULL. */
extern const struct vgpu_shipped vgpu_shipped[];
extern const char *const vgpu_shipped_names[]; /* of all of them, then NULL */

/* vgpu_shipped_find - the profile of that name, or NULL. */
const struct vgpu_shipped *vgpu_shipped_find(const char *text, size_t length);

/* vgpu_shipped_apply - changes the spec by a profile that vgpu comes with. */
void vgpu_shipped_apply(const struct vgpu_shipped *profile,
                        struct vgpu_device_spec *spec);

#endif
