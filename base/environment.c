/* SPDX-License-Identifier: MIT */
/* The environment variables that vgpu reads. */
#define _GNU_SOURCE
#include "environment.h"

#include "arithmetic.h"

#include <stdlib.h>
#include <string.h>

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

bool vgpu_size_parse(const char *text, size_t *size_out)
{
    static const char units[] = "KMGT";
    const char *unit;
    size_t size = 0;

    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (!vgpu_multiply(size, 10, &size) ||
            !vgpu_add(size, (size_t)(*text - '0'), &size))
            return false;
    }
    unit = *text ? strchr(units, *text) : NULL;
    for (ptrdiff_t i = 0; unit && i <= unit - units; i++) {
        if (!vgpu_multiply(size, 1024, &size))
            return false;
    }
    if (*text && (!unit || text[1] != '\0'))
        return false;
    *size_out = size;
    return true;
}
