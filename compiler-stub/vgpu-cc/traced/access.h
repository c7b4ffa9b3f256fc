/* SPDX-License-Identifier: MIT */
/* Accesses to memory, barriers and fences of a traced kernel. */
#ifndef VGPU_CC_TRACED_ACCESS_H
#define VGPU_CC_TRACED_ACCESS_H

#include "traced/pseudo.h"

/* vgpu_cc_copies_expand - what copies a struct to or from memory that others see becomes
 * loads and stores, as a processor would do it. */
void vgpu_cc_copies_expand(struct vgpu_cc_tracer *tracer);

/* vgpu_cc_trace_instruction - a call before it, where it is one of these. */
void vgpu_cc_trace_instruction(struct vgpu_cc_tracer *tracer, LLVMValueRef instruction);

#endif
