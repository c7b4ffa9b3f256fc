/* SPDX-License-Identifier: MIT */
/* vector_add.cl as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(vector_add, (__global const float *, a), (__global const float *, b),
            (__global float *, c), (uint, n))
{
    size_t i = get_global_id(0);

    if (i < n)
        c[i] = a[i] + b[i];
}
