/* SPDX-License-Identifier: MIT */
/* Variables of each work-item in a traced kernel: are they accessed where they are, and
 * written before they are read? It is computed beside the kernel's own values, so that
 * what is known when the kernel is compiled costs nothing. */
#ifndef VGPU_CC_TRACED_PRIVATE_H
#define VGPU_CC_TRACED_PRIVATE_H

#include "traced/pseudo.h"

/* vgpu_cc_privates_shadow - where checks are asked for: beside each variable of all
 * kernels whose address stays in sight a shadow is made, of which a byte is set where the
 * variable's is written. Called when variables are all in memory yet. [Serebryany and
 * Stepanov, MemorySanitizer, CGO 2015, where values have shadows, too] */
void vgpu_cc_privates_shadow(struct vgpu_cc_tracer *tracer);

/* vgpu_cc_trace_private - a load or store of such a variable; outside of it, it goes to
 * the variable's start. The site is not in the table yet. */
void vgpu_cc_trace_private(struct vgpu_cc_tracer *tracer, LLVMValueRef instruction,
                           unsigned operand, const struct vgpu_traced_site *site);

/* vgpu_cc_private_offset - how far the address lies behind its variable's start, in units
 * of so many bytes, which all that getelementptr adds on the way are multiples of. Built
 * where the tracer is. */
LLVMValueRef vgpu_cc_private_offset(const struct vgpu_cc_tracer *tracer,
                                    LLVMValueRef pointer, uint64_t unit);

#endif
