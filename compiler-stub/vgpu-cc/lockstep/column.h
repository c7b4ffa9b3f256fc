/* SPDX-License-Identifier: MIT */
/* Kernels whose neighbours along dimension 0 lie on different cache lines. */
#ifndef VGPU_CC_COLUMN_H
#define VGPU_CC_COLUMN_H

#include "lockstep/row.h"

/* Items along dimension 0 that walk down columns side by side: so many cache lines stay
 * in the nearest cache where they are a power of two apart, for it has eight ways. */
#define VGPU_CC_COLUMNS 8u

/* vgpu_cc_walks_columns - a small kernel without loops accesses memory in steps of a
 * cache line or more, or of a length that is not known before it runs. */
bool vgpu_cc_walks_columns(const struct vgpu_cc_row *row);

#endif
