/* SPDX-License-Identifier: MIT */
/* Programs that ran under VGPU_PROFILE, and what it says of them. */
#ifndef SIMT_PROFILED_H
#define SIMT_PROFILED_H

#include <jansson.h>

/* profiled_run - runs the file's kernel under a profile; what it wrote, or NULL after a
 * failure that is noted. `more`: a further variable of the environment, or NULL. */
json_t *profiled_run(const char *path, const char *more);

/* profiled_program - the same for any program. */
json_t *profiled_program(const char *const argv[], const char *more);

/* profiled_kernel - the profile's object of kernel `name`, or NULL after a failure. */
const json_t *profiled_kernel(const json_t *profile, const char *name);

/* profiled_line - of the kernel's line, or NULL: there is none. */
const json_t *profiled_line(const json_t *kernel, long line);

/* profiled_number - at a path of members, as "global_load.sectors"; 0 where there is
 * none. */
double profiled_number(const json_t *object, const char *path);

#endif
