/* SPDX-License-Identifier: MIT */
/* What a kernel's instructions are to a GPU. */
#ifndef VGPU_CC_TRACED_WORK_H
#define VGPU_CC_TRACED_WORK_H

#include "module.h"
#include "traced_abi.h"

/* vgpu_cc_traced_work - adds the instruction to the `VGPU_TRACED_WORKS` counts, in its
 * class, for each element of a vector; what is no instruction of a GPU's, as phis and
 * casts of pointers, to none. */
void vgpu_cc_traced_work(LLVMValueRef instruction, uint32_t *work);

#endif
