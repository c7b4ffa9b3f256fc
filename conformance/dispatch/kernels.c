/* SPDX-License-Identifier: MIT */
/* The kernel that these tests need a cl_kernel of. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(dispatch_negate, (__global int *, x))
{
    x[get_global_id(0)] = -x[get_global_id(0)];
}
