/* SPDX-License-Identifier: MIT */
/* What an address in a kernel points into. */
#ifndef VGPU_CC_TRACED_OBJECT_H
#define VGPU_CC_TRACED_OBJECT_H

#include "module.h"
#include "traced_abi.h"

struct vgpu_cc_object {
    LLVMValueRef value; /* an argument, a variable, or an alloca; NULL: not known, or one
                           of several */
    enum vgpu_traced_space space;
    const char *name; /* the source's, as long as the module lives; or NULL */
    uint64_t bytes;   /* of a variable; 0: not known */
};

/* vgpu_cc_object_of - of a pointer in the kernel. */
struct vgpu_cc_object vgpu_cc_object_of(struct vgpu_cc_module *module,
                                        LLVMValueRef kernel, LLVMValueRef pointer);

#endif
