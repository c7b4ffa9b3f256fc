/* SPDX-License-Identifier: MIT */
/* Code for programs that are built with it: all kernels of a source, in one object that
 * registers them when it is loaded. */
#ifndef VGPU_CC_BUILT_H
#define VGPU_CC_BUILT_H

#include "code.h"
#include "front_end.h"

struct vgpu_cc_build {
    const char *cpu;         /* a name that vgpu_cc_cpu_is_known */
    unsigned mode;           /* enum vgpu_code_mode, or 0: the fastest that fits */
    unsigned sub_group_size; /* as in struct vgpu_cc_code_request */
    /* Every kernel gets code for any local size, for the one it requires, and for
     * these. */
    const size_t (*local_sizes)[3];
    size_t num_local_sizes;
    enum vgpu_cc_form form; /* VGPU_CC_OBJECT or VGPU_CC_LLVM */
    bool is_untraced;       /* leaves out what observers need */
    bool is_told;           /* says which kernels are not traced, and why */
};

/* vgpu_cc_built - of what clang made of the source, which module->module is and does not
 * stay; `unit` is the packed unit of watched.h that goes with it, or NULL. False after a
 * line in the log. The caller frees the bytes. */
bool vgpu_cc_built(struct vgpu_cc_module *module, const struct vgpu_cc_source *source,
                   const struct vgpu_cc_build *build, const void *unit, size_t unit_size,
                   void **bytes_out, size_t *size_out);

#endif
