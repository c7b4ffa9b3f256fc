/* SPDX-License-Identifier: MIT */
/* The kernels of a module, as clang's metadata and LLVM's types describe them. */
#ifndef VGPU_CC_KERNELS_H
#define VGPU_CC_KERNELS_H

#include "module.h"
#include "unit.h"

/* vgpu_cc_kernels_read - the declarations of all kernels that the module defines, in
 * order, as compiler-stub/declaration.h would read them from the source but that every
 * size is known; what concerns executables is 0. False, after a line in the log, where
 * memory is short or a kernel lacks its metadata. The caller frees with
 * vgpu_cc_kernels_free. */
bool vgpu_cc_kernels_read(struct vgpu_cc_module *module,
                          struct vgpu_unit_kernel **kernels_out, size_t *count_out);
void vgpu_cc_kernels_free(struct vgpu_unit_kernel *kernels, size_t count);

/* vgpu_cc_type_normalise - clang's spelling of a parameter's type as declarations have
 * it: "float __attribute__((ext_vector_type(4)))*" is "float4*", "int[4]*" is
 * "int(*)[4]". The caller frees; NULL: no memory. */
char *vgpu_cc_type_normalise(const char *type);

#endif
