/* SPDX-License-Identifier: MIT */
/* Rows that wait at barriers: what is live there is kept in the row's frame. */
#ifndef VGPU_CC_SUSPEND_H
#define VGPU_CC_SUSPEND_H

#include "lockstep/row.h"

struct vgpu_cc_frame {
    /* A multiple of VGPU_BASE_ALIGN: of each row of a group; of the row that runs, where
     * there are no barriers and its variables are too many for the stack. */
    uint64_t bytes;
    unsigned num_barriers; /* the row returns, and is resumed with, 1 to this */
};

/* vgpu_cc_suspend - makes the row's function return at its barriers and go on behind
 * them. `begin` is where its body starts. Call when slots have become registers. */
struct vgpu_cc_frame vgpu_cc_suspend(struct vgpu_cc_row *row);

#endif
