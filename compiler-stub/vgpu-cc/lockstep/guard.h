/* SPDX-License-Identifier: MIT */
/* Whether code that perhaps no item needs is worth a branch around it. */
#ifndef VGPU_CC_GUARD_H
#define VGPU_CC_GUARD_H

#include "lockstep/row.h"

/* vgpu_cc_is_cheap - the nodes are one block that does little, and that does nothing at
 * all when its mask is empty. */
bool vgpu_cc_is_cheap(const struct vgpu_cc_row *row, const unsigned char *nodes);

#endif
