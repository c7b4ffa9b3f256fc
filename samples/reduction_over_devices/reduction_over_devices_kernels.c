/* SPDX-License-Identifier: MIT */
/* reduction_over_devices.cl as registered C functions. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(contribute, (__global uint *, part), (uint, first), (uint, device))
{
    const uint i = (uint)get_global_id(0);
    uint x = (first + i) * 0x9e3779b9u + device * 0x85ebca6bu;

    x = (x ^ (x >> 15)) * 0x2c1b3c6du;
    part[i] = x ^ (x >> 12);
}

VGPU_KERNEL(add_other, (__global uint *, sum), (__global const uint *, other))
{
    const size_t i = get_global_id(0);

    sum[i] += other[i];
}
