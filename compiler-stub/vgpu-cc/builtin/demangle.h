/* SPDX-License-Identifier: MIT */
/* What the mangled name of an OpenCL C function says: its name and its parameters' types.
 * Of the Itanium C++ ABI, what clang uses for OpenCL C's overloaded functions. */
#ifndef VGPU_CC_DEMANGLE_H
#define VGPU_CC_DEMANGLE_H

#include <stdbool.h>
#include <stddef.h>

enum vgpu_cc_scalar {
    VGPU_CC_OTHER = 0, /* an opaque or user-defined type */
#define SCALAR(identifier, name, code, bits, kind) VGPU_CC_##identifier,
#include "scalar.def"
#undef SCALAR
};

enum vgpu_cc_space {
    VGPU_CC_NO_SPACE = 0, /* not said */
    VGPU_CC_PRIVATE,
    VGPU_CC_GLOBAL,
    VGPU_CC_CONSTANT,
    VGPU_CC_LOCAL,
    VGPU_CC_GENERIC
};

/* A parameter's type: a scalar or a vector, or a pointer to one. */
struct vgpu_cc_type {
    enum vgpu_cc_scalar scalar;
    unsigned lanes; /* 1: no vector */
    bool is_pointer;
    bool is_const, is_volatile, is_atomic; /* what it points at */
    enum vgpu_cc_space space;              /* of what it points at */
    char other[24];                        /* VGPU_CC_OTHER: its name, or a part of it */
};

#define VGPU_CC_MAX_PARAMETERS 16

struct vgpu_cc_signature {
    char name[64];
    unsigned num_parameters;
    struct vgpu_cc_type parameters[VGPU_CC_MAX_PARAMETERS];
};

/* vgpu_cc_demangle - false where the name is not mangled, says what no built-in function
 * has (pointers to pointers, functions), or is too long. */
bool vgpu_cc_demangle(const char *mangled, struct vgpu_cc_signature *signature_out);

/* vgpu_cc_mangle - the other direction, for parameters that are scalars or pointers to
 * scalars, all pointers to the same. False: they are others, or it does not fit. */
bool vgpu_cc_mangle(const struct vgpu_cc_signature *signature, char *out, size_t size);

/* vgpu_cc_signature_print - as a programmer would write it: "fmin(float4, float)". Cut
 * where it does not fit. */
void vgpu_cc_signature_print(const struct vgpu_cc_signature *signature, char *out,
                             size_t size);

/* vgpu_cc_scalar_named - of a type's name, "uchar"; VGPU_CC_OTHER: none. */
enum vgpu_cc_scalar vgpu_cc_scalar_named(const char *name, size_t length);
const char *vgpu_cc_scalar_name(enum vgpu_cc_scalar scalar);
unsigned vgpu_cc_scalar_bits(enum vgpu_cc_scalar scalar);

bool vgpu_cc_is_float(enum vgpu_cc_scalar scalar);
bool vgpu_cc_is_signed(enum vgpu_cc_scalar scalar); /* an integer with a sign */

#endif
