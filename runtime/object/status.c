/* SPDX-License-Identifier: MIT */
/* Where negative errno values become OpenCL's errors. */
#include "object/status.h"

#include <errno.h>

cl_int vgpu_status(int negative_errno)
{
    /* A kernel that went wrong ends as GPU drivers have it; the message says what
     * happened. */
    return negative_errno == -ENOMEM ? CL_MEM_OBJECT_ALLOCATION_FAILURE
                                     : CL_OUT_OF_RESOURCES;
}
