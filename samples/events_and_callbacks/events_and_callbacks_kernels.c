/* SPDX-License-Identifier: MIT */
/* events_and_callbacks.cl as registered C functions. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(square, (__global float *, out), (__global const float *, in))
{
    size_t i = get_global_id(0);

    out[i] = in[i] * in[i];
}

VGPU_KERNEL(add, (__global float *, out), (__global const float *, a),
            (__global const float *, b))
{
    size_t i = get_global_id(0);

    out[i] = a[i] + b[i];
}
