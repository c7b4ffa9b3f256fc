/* SPDX-License-Identifier: MIT */
/* What emitted code shares with the process that loads it: compiler-stub/code_abi.h, as
 * LLVM sees it. */
#ifndef VGPU_CC_LINKS_H
#define VGPU_CC_LINKS_H

#include "code_abi.h"
#include "module.h"

/* vgpu_cc_links_global - `vgpu_code_links`, the exported pointer; declared when it is
 * not. */
LLVMValueRef vgpu_cc_links_global(struct vgpu_cc_module *module);

/* vgpu_cc_links_member - the member of struct vgpu_code_links at that offset, a pointer,
 * loaded at the builder's place. */
LLVMValueRef vgpu_cc_links_member(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                                  size_t offset);

/* vgpu_cc_load_at - the value of that type behind `base`, which never changes while the
 * code runs. */
LLVMValueRef vgpu_cc_load_at(struct vgpu_cc_module *module, LLVMBuilderRef builder,
                             LLVMTypeRef type, LLVMValueRef base, size_t offset);

struct vgpu_cc_table {
    enum vgpu_code_mode mode;
    unsigned width;
    size_t local_size[3];
    bool has_atomics;
    LLVMValueRef groups, group, traced_row, groups_alone; /* functions, or NULL */
    uint64_t scratch_bytes, scratch_bytes_per_row;
    unsigned sub_group_size; /* 0: it asks nothing of sub-groups */
};

/* vgpu_cc_table_emit - `vgpu_code_table`, and `vgpu_code_links`. Everything else that the
 * module defines becomes hidden. */
void vgpu_cc_table_emit(struct vgpu_cc_module *module, const struct vgpu_cc_table *table);

#endif
