/* SPDX-License-Identifier: MIT */
/* Answers to clGet*Info. */
#include "object/info.h"

cl_int vgpu_answer_bytes(const struct vgpu_answer *answer, const void *bytes, size_t size)
{
    if (answer->value && answer->size < size)
        return CL_INVALID_VALUE;
    if (answer->value && size > 0)
        memcpy(answer->value, bytes, size);
    if (answer->size_ret)
        *answer->size_ret = size;
    return CL_SUCCESS;
}
