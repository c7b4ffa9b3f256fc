/* SPDX-License-Identifier: MIT */
/* Profiles that vgpu comes with. */
#include "profile/shipped.h"

#include "profile/profile_text.h"
#include "profile/shipped_texts.h"

#include <assert.h>
#include <string.h>

const struct vgpu_shipped vgpu_shipped[] = {
#define SHIPPED(name) {#name, vgpu_shipped_##name, &vgpu_shipped_##name##_size},
#include "profile/shipped.def"
#undef SHIPPED
    {NULL, NULL, NULL}};

const char *const vgpu_shipped_names[] = {
#define SHIPPED(name) #name,
#include "profile/shipped.def"
#undef SHIPPED
    NULL};

const struct vgpu_shipped *vgpu_shipped_find(const char *text, size_t length)
{
    for (const struct vgpu_shipped *profile = vgpu_shipped; profile->name; profile++)
        if (strlen(profile->name) == length && memcmp(profile->name, text, length) == 0)
            return profile;
    return NULL;
}

void vgpu_shipped_apply(const struct vgpu_shipped *profile, struct vgpu_device_spec *spec)
{
    char error[1024] = "";
    const int err = vgpu_profile_text_apply(profile->name, profile->name, profile->text,
                                            *profile->size, spec, error, sizeof error);

    assert(err == 0);
    (void)err;
}
