/* SPDX-License-Identifier: MIT */
/* How the items of work-groups are laid out in rows, and the pseudo functions that ask
 * for an item's place (module.h). */
#ifndef VGPU_CC_GEOMETRY_H
#define VGPU_CC_GEOMETRY_H

#include "lockstep/lockstep.h"

enum vgpu_cc_layout {
    /* Without barriers and __local memory groups are of no account: a row runs along
     * dimension 0 through all the groups that lie side by side. */
    VGPU_CC_RUN,
    VGPU_CC_ROWS, /* a row lies along dimension 0 of one group; its last one may be short
                   */
    VGPU_CC_FLAT  /* a row is of items of one group with consecutive local linear ids */
};

struct vgpu_cc_geometry {
    enum vgpu_cc_layout layout;
    size_t local_size[3]; /* 0 0 0: any */
    unsigned width;
    bool may_be_short; /* a row may have less than `width` items */
    /* Items that lie side by side along dimension 0: all of a row, or a part of it that
     * begins with the row, lines being along dimension 1. 0: none of these. */
    unsigned line;
};

/* What rows may not pass over. */
enum vgpu_cc_bounds {
    VGPU_CC_NO_BOUNDS,
    VGPU_CC_GROUPS,    /* the kernel has barriers or __local memory */
    VGPU_CC_SUB_GROUPS /* the kernel knows sub-groups: each is a row */
};

struct vgpu_cc_geometry vgpu_cc_geometry_choose(const struct vgpu_cc_plan *plan,
                                                enum vgpu_cc_bounds bounds);

static inline bool vgpu_cc_has_lines(const struct vgpu_cc_geometry *geometry)
{
    return geometry->line != 0 && geometry->line < geometry->width;
}

enum vgpu_cc_pseudo {
    VGPU_CC_NOT_PSEUDO,
    VGPU_CC_LOCAL_ID,
    VGPU_CC_GLOBAL_ID,
    VGPU_CC_GROUP_ID,
    VGPU_CC_LOCAL_SIZE,
    VGPU_CC_ENQUEUED_LOCAL_SIZE,
    VGPU_CC_GLOBAL_SIZE,
    VGPU_CC_NUM_GROUPS,
    VGPU_CC_GLOBAL_OFFSET,
    VGPU_CC_WORK_DIM,
    VGPU_CC_SUB_GROUP_ID,
    VGPU_CC_SUB_GROUP_LOCAL_ID,
    VGPU_CC_LOCAL_MEMORY,
    VGPU_CC_VARIABLES,
    VGPU_CC_BARRIER, /* those before it are known from where the row begins */
    VGPU_CC_SUB_GROUP,
    VGPU_CC_SUB_GROUP_BARRIER,
    VGPU_CC_PRINTF
};

/* vgpu_cc_pseudo_of - what the instruction calls; *dimension_out for those that have one.
 */
enum vgpu_cc_pseudo vgpu_cc_pseudo_of(LLVMValueRef instruction, unsigned *dimension_out);

/* What is known of a pseudo function's value along a row. */
enum vgpu_cc_along { VGPU_CC_ALONG_SAME, VGPU_CC_ALONG_COUNTS, VGPU_CC_ALONG_VARIES };

enum vgpu_cc_along vgpu_cc_geometry_along(const struct vgpu_cc_geometry *geometry,
                                          enum vgpu_cc_pseudo pseudo, unsigned dimension);

#endif
