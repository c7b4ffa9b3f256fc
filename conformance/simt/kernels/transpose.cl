// SPDX-License-Identifier: MIT
// RUN: global=64x64 local=32x8 in:16384 out:16384
__kernel void k(__global const float *in, __global float *out)
{
    const size_t x = get_global_id(0), y = get_global_id(1);
    const float value = in[y * 64 + x]; //= global_load.sectors_per_request=4
    out[x * 64 + y] = value; //= global_store.sectors_per_request=32 global_store.useful_bytes_fraction=0.125
}
