/* SPDX-License-Identifier: MIT */
/* Groups of 63 work-items that reverse their part through local memory. */
__kernel void local_63(__global float *out, __global const float *in)
{
    __local float part[63];
    int l = get_local_id(0);

    part[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    out[get_global_id(0)] = part[62 - l] * 2.0f;
}
