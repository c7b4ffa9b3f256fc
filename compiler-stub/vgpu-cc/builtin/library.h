/* SPDX-License-Identifier: MIT */
/* Our library of built-in functions: bitcode that was compiled together with vgpu-cc, in
 * modules of which a program gets those it needs. */
#ifndef VGPU_CC_LIBRARY_H
#define VGPU_CC_LIBRARY_H

#include "module.h"

#include <stdbool.h>

#define VGPU_CC_LIBRARY_PREFIX "vgpu."

/* Which parts are linked into one module. */
struct vgpu_cc_library {
    struct vgpu_cc_module *module;
    bool *is_linked;
};

/* False: no memory. */
bool vgpu_cc_library_init(struct vgpu_cc_library *library, struct vgpu_cc_module *module);

/* vgpu_cc_library_function - of its mangled name; linked into the module when needed.
 * NULL: the library has none. */
LLVMValueRef vgpu_cc_library_function(struct vgpu_cc_library *library,
                                      const char *mangled);

/* vgpu_cc_library_fini - deletes functions of the library that nothing calls. */
void vgpu_cc_library_fini(struct vgpu_cc_library *library);

/* What the build makes of library/ (pack.c). */
struct vgpu_cc_library_part {
    const unsigned char *bitcode;
    size_t size;
};
struct vgpu_cc_library_entry {
    const char *name; /* mangled; entries are sorted */
    unsigned part;
};
extern const struct vgpu_cc_library_part vgpu_cc_library_parts[];
extern const unsigned vgpu_cc_library_num_parts;
extern const struct vgpu_cc_library_entry vgpu_cc_library_entries[];
extern const unsigned vgpu_cc_library_num_entries;

#endif
