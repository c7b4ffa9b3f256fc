/* SPDX-License-Identifier: MIT */
/* Addresses of traced rows that step evenly within each line of the group, a line being
 * the items of a row that lie side by side along dimension 0; and evenly from line to
 * line. */
#ifndef VGPU_CC_PLANE_H
#define VGPU_CC_PLANE_H

#include "lockstep/row.h"

struct vgpu_cc_plane {
    unsigned line, count; /* items of a line, lines of a row */
    bool is_known;        /* the step is; else only that there is one */
    int64_t step;         /* bytes from item to item within a line */
};

/* vgpu_cc_plane_of - of an address that varies: how it steps, where that is seen and the
 * address of a single item is cheaply computed in that block of the kernel. False: it is
 * not. Items that are not there count as if they were. */
bool vgpu_cc_plane_of(struct vgpu_cc_row *row, LLVMValueRef address,
                      LLVMBasicBlockRef here, struct vgpu_cc_plane *plane_out);

/* vgpu_cc_plane_at - such an address, of one item, computed for it alone. */
LLVMValueRef vgpu_cc_plane_at(struct vgpu_cc_row *row, LLVMValueRef address,
                              unsigned item);

#endif
