/* SPDX-License-Identifier: MIT */
/* Addresses that step evenly from item to item but at borders. */
#ifndef VGPU_CC_EVEN_H
#define VGPU_CC_EVEN_H

#include "lockstep/row.h"

/* vgpu_cc_is_mostly_even - a varying address that is computed of strided numbers and of
 * such numbers' minima, maxima and choices: it may well step by `*stride_out` bytes
 * throughout a row. */
bool vgpu_cc_is_mostly_even(const struct vgpu_cc_row *row, LLVMValueRef address,
                            int64_t *stride_out);

#endif
