/* SPDX-License-Identifier: MIT */
/* The environment variables that vgpu reads. */
#define _GNU_SOURCE
#include "environment.h"

#include <stdlib.h>

const struct vgpu_environment_row vgpu_environment_rows[VGPU_ENV_COUNT] = {
#define VARIABLE(name, example, help) {"VGPU_" #name, example, help},
#include "environment.def"
#undef VARIABLE
};

const char *vgpu_environment(enum vgpu_environment variable)
{
    const char *text = secure_getenv(vgpu_environment_rows[variable].name);
    return text && *text ? text : NULL;
}
