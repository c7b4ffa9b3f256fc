/* SPDX-License-Identifier: MIT */
/* pipeline_of_devices.cl as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(mix_round, (__global uint *, out), (__global const uint *, in), (uint, round))
{
    const size_t i = get_global_id(0), n = get_global_size(0);
    const uint left = in[i == 0 ? n - 1 : i - 1], right = in[i + 1 == n ? 0 : i + 1];

    out[i] = in[i] * 3 + (left ^ (right >> 7)) + round;
}
