/* SPDX-License-Identifier: MIT */
/* What one text says of one device: key=value pairs, and what follows from them. */
#ifndef VGPU_SETTINGS_H
#define VGPU_SETTINGS_H

#include "profile/key.h"
#include "profile/text.h"

struct vgpu_settings {
    struct vgpu_device_spec *spec; /* what it was before, and becomes */
    uint64_t given;                /* a bit for each key that the text gave */
    size_t at[VGPU_KEYS];          /* where it gave it */
};

/* vgpu_settings_take - reads one key=value. 0; or -EINVAL, with the message in the text's
 * error: no such key, given twice, no such value. */
int vgpu_settings_take(const struct vgpu_text *text, struct vgpu_span pair,
                       struct vgpu_settings *settings);

/* vgpu_settings_end - after the text's last pair: makes what it did not give fit what it
 * gave. -EINVAL: what it gave contradicts itself. */
int vgpu_settings_end(const struct vgpu_text *text, struct vgpu_settings *settings);

#endif
