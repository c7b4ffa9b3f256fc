/* SPDX-License-Identifier: MIT */
/* The environment variables that vgpu reads: one table, environment.def. */
#ifndef VGPU_BASE_ENVIRONMENT_H
#define VGPU_BASE_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

enum vgpu_environment {
#define VARIABLE(name, example, help) VGPU_ENV_##name,
#include "environment.def"
#undef VARIABLE
    VGPU_ENV_COUNT
};

struct vgpu_environment_row {
    const char *name; /* with its prefix: "VGPU_DEVICES" */
    const char *example;
    const char *help;
};

extern const struct vgpu_environment_row vgpu_environment_rows[VGPU_ENV_COUNT];

/* vgpu_environment - the variable's text, or NULL where it is unset or empty.
 * A set-user-ID program reads none of them. */
const char *vgpu_environment(enum vgpu_environment variable);

/* vgpu_size_parse - a number of bytes, with or without a unit: 4096, 64K, 512M, 2G. False
 * for other text. */
bool vgpu_size_parse(const char *text, size_t *size_out);

#endif
