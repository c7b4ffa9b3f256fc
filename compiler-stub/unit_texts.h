/* SPDX-License-Identifier: MIT */
/* The source texts in the tables of a unit's kernels, where the unit shall be small. */
#ifndef VGPU_UNIT_TEXTS_H
#define VGPU_UNIT_TEXTS_H

#include "unit.h"

/* vgpu_unit_texts_share - of the texts that several kernels' tables have of one file,
 * only the first stays; the others become "". What cannot be found again stays where it
 * is. */
void vgpu_unit_texts_share(struct vgpu_unit *unit);

/* vgpu_unit_texts_spread - undoes that. False: no memory; some texts are missing. */
bool vgpu_unit_texts_spread(struct vgpu_unit *unit);

#endif
