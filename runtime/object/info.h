/* SPDX-License-Identifier: MIT */
/* Answers to clGet*Info: one way to hand out a value, whatever its shape.
 *
 * A query is a row in a .def table, expanded inside a switch over param_name:
 *     VALUE(CL_CONTEXT_NUM_DEVICES, cl_uint, context->num_devices)
 *     STRING(CL_PLATFORM_NAME, "Virtual GPU")
 *     ARRAY(CL_CONTEXT_DEVICES, context->devices, context->num_devices)
 *     ANSWER(CL_PROGRAM_BINARIES, answer_binaries(program, answer)) where it takes a
 * function */
#ifndef VGPU_OBJECT_INFO_H
#define VGPU_OBJECT_INFO_H

#include "object/handle.h"

#include <string.h>

/* Where an answer goes: the last three parameters of every clGet*Info. */
struct vgpu_answer {
    size_t size;
    void *value;
    size_t *size_ret;
};

/* vgpu_answer_bytes - CL_INVALID_VALUE where `value` is too small; value or size_ret may
 * be NULL. */
cl_int vgpu_answer_bytes(const struct vgpu_answer *answer, const void *bytes,
                         size_t size);

#define VALUE(name, type, expression)                                     \
    case name: {                                                          \
        const type vgpu_value = (type)(expression);                       \
        return vgpu_answer_bytes(answer, &vgpu_value, sizeof vgpu_value); \
    }
#define STRING(name, expression)                                            \
    case name: {                                                            \
        const char *const vgpu_text = (expression);                         \
        return vgpu_answer_bytes(answer, vgpu_text, strlen(vgpu_text) + 1); \
    }
#define ARRAY(name, pointer, count) \
    case name:                      \
        return vgpu_answer_bytes(answer, (pointer), (count) * sizeof *(pointer));
#define ANSWER(name, call) \
    case name:             \
        return (call);

/* vgpu_store_errcode - for `cl_int *errcode_ret`, which may be NULL. */
static inline void vgpu_store_errcode(cl_int *errcode_ret, cl_int err)
{
    if (errcode_ret)
        *errcode_ret = err;
}

#endif
