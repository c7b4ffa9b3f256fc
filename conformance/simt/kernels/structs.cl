// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:768 out:256
struct point { float x, y, z; };
__kernel void k(__global const struct point *in, __global float *out)
{
    const size_t i = get_global_id(0);
    out[i] = in[i].y; //= global_load.sectors_per_request=12 global_load.lines=6
}
