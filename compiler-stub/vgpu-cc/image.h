/* SPDX-License-Identifier: MIT */
/* The bytes of constants. */
#ifndef VGPU_CC_IMAGE_H
#define VGPU_CC_IMAGE_H

#include "module.h"

struct vgpu_cc_image {
    struct vgpu_cc_module *module;
    unsigned char *bytes;
    /* Where a global lies among the bytes. False: it does not. */
    bool (*find)(const void *context, LLVMValueRef global, size_t *offset_out);
    const void *context;
    /* Where among the bytes an offset lies in the place of an address. The caller frees.
     */
    uint64_t *addresses;
    size_t num_addresses, capacity;
};

/* vgpu_cc_image_write - what the constant looks like in memory, to zeroed bytes from
 * `offset` on; undefined parts stay 0. False: it is not known before the program runs. */
bool vgpu_cc_image_write(struct vgpu_cc_image *image, LLVMValueRef constant,
                         size_t offset);

#endif
