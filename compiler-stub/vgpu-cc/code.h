/* SPDX-License-Identifier: MIT */
/* From an executable unit's bitcode to code of one of its kernels. */
#ifndef VGPU_CC_CODE_H
#define VGPU_CC_CODE_H

#include "code_abi.h"
#include "module.h"

/* How far to go; what comes out. */
enum vgpu_cc_form {
    VGPU_CC_LLVM, /* the optimised module as text */
    VGPU_CC_OBJECT,
    VGPU_CC_SHARED
};

struct vgpu_cc_code_request {
    const char *kernel;
    size_t local_size[3];    /* 0 0 0: any */
    unsigned mode;           /* enum vgpu_code_mode, or 0: the fastest that fits */
    unsigned sub_group_size; /* one that vgpu_cc_is_sub_group_size, or 0: the largest */
    enum vgpu_cc_form form;
    const char *cpu; /* of cpu.def; NULL: this machine's */
};

/* vgpu_cc_is_sub_group_size - 8, 16 and 32 are. */
bool vgpu_cc_is_sub_group_size(unsigned items);

/* vgpu_cc_code_emit - makes the prepared module code of the request's kernel alone: with
 * the table and links of code_abi.h, not optimised. False after a line in the log. */
bool vgpu_cc_code_emit(struct vgpu_cc_module *module,
                       const struct vgpu_cc_code_request *request);

/* vgpu_cc_code_write - the optimised module. The caller frees the bytes. */
bool vgpu_cc_code_write(struct vgpu_cc_module *module, enum vgpu_cc_form form,
                        void **bytes_out, size_t *size_out);

/* vgpu_cc_code - of the prepared module that module->module is; it is changed. False
 * after a line in the log. The caller frees the bytes. */
bool vgpu_cc_code(struct vgpu_cc_module *module,
                  const struct vgpu_cc_code_request *request, void **bytes_out,
                  size_t *size_out);

#endif
