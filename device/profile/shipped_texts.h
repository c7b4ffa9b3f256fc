/* SPDX-License-Identifier: MIT */
/* The shipped profiles' texts as the build makes them of *.profile: see
 * cmake/vgpu_embed.cmake. */
#ifndef VGPU_SHIPPED_TEXTS_H
#define VGPU_SHIPPED_TEXTS_H

#include <stddef.h>

#define SHIPPED(name)                        \
    extern const char vgpu_shipped_##name[]; \
    extern const size_t vgpu_shipped_##name##_size;
#include "profile/shipped.def"
#undef SHIPPED

#endif
