// SPDX-License-Identifier: MIT
// RUN: global=40 local=40 in:256 out:256
__kernel void k(__global const float *in, __global float *out)
{
    const uint l = get_local_id(0);
    out[l] = in[l]; //= issues=2 simt_efficiency=0.625 global_load.requests=2 global_load.sectors=5
}
