/* SPDX-License-Identifier: MIT */
/* Where negative errno values become OpenCL's errors. */
#include "object/status.h"

#include <errno.h>

cl_int vgpu_status(int negative_errno)
{
    switch (-negative_errno) {
    case ENOMEM:
        return CL_MEM_OBJECT_ALLOCATION_FAILURE;
    case EDEADLK: /* a barrier that not all items reached */
        return CL_INVALID_OPERATION;
    default:
        return CL_OUT_OF_RESOURCES;
    }
}
