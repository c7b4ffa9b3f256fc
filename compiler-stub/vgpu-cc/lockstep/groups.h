/* SPDX-License-Identifier: MIT */
/* The function that runs groups: it calls rows. */
#ifndef VGPU_CC_GROUPS_H
#define VGPU_CC_GROUPS_H

#include "lockstep/suspend.h"

/* What runs a row. */
struct vgpu_cc_rows {
    struct vgpu_cc_module *module;
    struct vgpu_cc_geometry geometry;
    LLVMValueRef full;          /* of `width` items; NULL: there are none */
    LLVMValueRef short_;        /* of at most that; NULL: no row is short */
    struct vgpu_cc_frame frame; /* the larger of both */
    LLVMValueRef kernel;        /* what the rows were made of */
    bool is_small;              /* worth a copy of the row for each barrier */
    unsigned block; /* items along dimension 0 that go through the others together */
};

/* vgpu_cc_mark_readable - the parameter points at so many bytes, aligned to 8, that can
 * be read at any time. */
void vgpu_cc_mark_readable(struct vgpu_cc_module *module, LLVMValueRef function,
                           unsigned parameter, uint64_t bytes);

/* vgpu_cc_traced_row_emit - a vgpu_traced_row_fn of that name. */
LLVMValueRef vgpu_cc_traced_row_emit(const struct vgpu_cc_rows *rows, const char *name);

/* vgpu_cc_groups_emit - a vgpu_groups_fn of that name. */
LLVMValueRef vgpu_cc_groups_emit(const struct vgpu_cc_rows *rows, const char *name);

#endif
