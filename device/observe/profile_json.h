/* SPDX-License-Identifier: MIT */
/* The profile as a JSON object. */
#ifndef VGPU_PROFILE_JSON_H
#define VGPU_PROFILE_JSON_H

#include <jansson.h>

/* vgpu_profile_json - all that has been counted up to now, as a new object; NULL: no
 * memory. What units count meanwhile may be told in part. Any thread. */
json_t *vgpu_profile_json(void);

#endif
