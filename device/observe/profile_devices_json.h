/* SPDX-License-Identifier: MIT */
/* Devices as the profile has them. */
#ifndef VGPU_PROFILE_DEVICES_JSON_H
#define VGPU_PROFILE_DEVICES_JSON_H

#include <jansson.h>

/* vgpu_profile_devices_json - a fresh array, in the order of creation. Devices with a
 * memory of their own have "link": what went to them and from them, as their link is
 * modelled and as it was here. */
json_t *vgpu_profile_devices_json(void);

#endif
