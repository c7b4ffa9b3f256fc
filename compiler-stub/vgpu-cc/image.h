/* SPDX-License-Identifier: MIT */
/* The bytes of constants. */
#ifndef VGPU_CC_IMAGE_H
#define VGPU_CC_IMAGE_H

#include "module.h"

/* vgpu_cc_image_write - what the constant looks like in memory, to zeroed bytes;
 * undefined parts stay 0. False: it holds an address. */
bool vgpu_cc_image_write(struct vgpu_cc_module *module, LLVMValueRef constant,
                         unsigned char *bytes);

#endif
