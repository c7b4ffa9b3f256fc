/* SPDX-License-Identifier: MIT */
/* A table of a traced kernel while it grows. */
#ifndef VGPU_CC_TRACED_TABLE_MAKER_H
#define VGPU_CC_TRACED_TABLE_MAKER_H

#include "module.h"
#include "traced_abi.h"

/* vgpu_cc_traced_table_new - with so many blocks, all zero. Where there is no memory the
 * process ends, as in pool.h; so do the others. */
struct vgpu_traced_table *vgpu_cc_traced_table_new(int num_blocks);

/* vgpu_cc_traced_place - of an instruction, in the source. */
struct vgpu_traced_place vgpu_cc_traced_place(struct vgpu_traced_table *table,
                                              LLVMValueRef instruction);

/* vgpu_cc_traced_line - the block has code of the place's line. Blocks are filled one
 * after the other. */
void vgpu_cc_traced_line(struct vgpu_traced_table *table, struct vgpu_traced_block *block,
                         struct vgpu_traced_place place);

/* vgpu_cc_traced_name - the name's index; UINT32_MAX for NULL. */
uint32_t vgpu_cc_traced_name(struct vgpu_traced_table *table, const char *name);

/* vgpu_cc_traced_site - the new site's number. */
uint32_t vgpu_cc_traced_site(struct vgpu_traced_table *table,
                             const struct vgpu_traced_site *site);

#endif
