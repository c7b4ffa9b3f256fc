/* SPDX-License-Identifier: MIT */
/* Units: what vgpu-cc made of OpenCL C sources, as it passes between the program and the
 * library, lies in the cache, and is what an application gets as a program's binary.
 * Knows nothing of LLVM: the bitcode is bytes. */
#ifndef VGPU_UNIT_H
#define VGPU_UNIT_H

#include "declaration.h"
#include "traced_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vgpu_unit_kind {
    VGPU_UNIT_OBJECT = 1,    /* of one source, to be linked */
    VGPU_UNIT_LIBRARY = 2,   /* linked, to be linked again */
    VGPU_UNIT_EXECUTABLE = 3 /* its kernels can be turned into code */
};

struct vgpu_unit_kernel {
    struct vgpu_declaration declaration; /* every parameter's size is known, but those of
                                            opaque types */
    size_t local_bytes;   /* of __local variables; a multiple of VGPU_BASE_ALIGN.
                             Executables only, as are the next three */
    size_t private_bytes; /* per work-item, of variables that are kept in memory */
    bool has_barrier;     /* it, or a function it calls, waits at a barrier */
    bool sees_groups;     /* what it does may depend on how work-items are grouped */
    bool sees_sub_groups; /* and on how many of them a sub-group has */
    struct vgpu_traced_table *traced; /* of a build that is watched, else NULL */
};

struct vgpu_unit {
    enum vgpu_unit_kind kind;
    struct vgpu_unit_kernel *kernels;
    size_t num_kernels;
    void *variables; /* first contents of the program-scope variables that can be written,
                        or NULL. Executables only */
    size_t variables_size;
    uint64_t *addresses; /* where in `variables`, in rising order, the address of a
                            variable belongs: its offset from the first one's lies there,
                            which vgpu_unit_fill_variables makes an address */
    size_t num_addresses;
    void *bitcode;
    size_t bitcode_size;
    bool is_cached; /* it was made before; not part of what is packed */
};

/* vgpu_unit_pack - one block of bytes that says what format it is, of which version, and
 * ends with a checksum. The caller frees. 0 or -ENOMEM. */
int vgpu_unit_pack(const struct vgpu_unit *unit, void **bytes_out, size_t *size_out);

/* vgpu_unit_unpack - a copy that shares nothing with the bytes. 0, -ENOMEM, or -EINVAL:
 * another format or version, cut short, or a bit that is not as it was written. */
int vgpu_unit_unpack(const void *bytes, size_t size, struct vgpu_unit *unit_out);

/* vgpu_unit_fill_variables - the first contents, to `variables_size` bytes of memory
 * where the variables are to lie. */
void vgpu_unit_fill_variables(const struct vgpu_unit *unit, void *memory);

void vgpu_unit_fini(struct vgpu_unit *unit);

#endif
