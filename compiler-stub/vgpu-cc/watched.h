/* SPDX-License-Identifier: MIT */
/* What observers need of kernels that a program is built with: a unit of them that is
 * prepared to be watched, to lie beside their code. Made by a process of its own, so that
 * whatever becomes of it, their code is what it would be without. */
#ifndef VGPU_CC_WATCHED_H
#define VGPU_CC_WATCHED_H

#include "front_end.h"

#include <stdbool.h>
#include <sys/types.h>

struct vgpu_cc_watched {
    pid_t process; /* not above 0: there is none */
    int file;      /* where it writes to */
    bool is_told;  /* whether reasons are said */
};

/* vgpu_cc_watched_start - begins with the unit of the source, which stays the caller's.
 * With `is_told`, standard error says which kernels are not traced, and why. To be called
 * while this process has one thread. */
void vgpu_cc_watched_start(const struct vgpu_cc_source *source, bool is_told,
                           struct vgpu_cc_watched *watched_out);

/* vgpu_cc_watched_finish - waits for it: a packed unit, for the caller to free. Kernels
 * that cannot be traced have no table in it. False: there is no unit. */
bool vgpu_cc_watched_finish(struct vgpu_cc_watched *watched, void **unit_out,
                            size_t *size_out);

#endif
