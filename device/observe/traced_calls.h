/* SPDX-License-Identifier: MIT */
/* What is plugged into the calls of traced code. */
#ifndef VGPU_TRACED_CALLS_H
#define VGPU_TRACED_CALLS_H

#include "traced.h"

/* vgpu_traced_checker - what looks at accesses, or NULL where nothing is checked. */
const struct vgpu_traced_checker *vgpu_traced_checker(void);

#endif
