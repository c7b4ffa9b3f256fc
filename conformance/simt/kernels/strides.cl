// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:65536 out:512
__kernel void k(__global const float *in, __global float *out)
{
    const size_t i = get_global_id(0);
    out[i] = in[i];       //= global_load.sectors_per_request=4 global_load.lines=4 global_load.useful_bytes_fraction=1
    out[i] += in[2 * i];  //= global_store.sectors_per_request=4
    float a = in[2 * i];  //= global_load.sectors_per_request=8 global_load.lines=8 global_load.useful_bytes_fraction=0.5
    float b = in[8 * i];  //= global_load.sectors_per_request=32 global_load.lines=32 global_load.useful_bytes_fraction=0.125
    float c = in[32 * i]; //= global_load.sectors_per_request=32 global_load.lines=128 global_load.requests=4
    float d = in[i / 32]; //= global_load.sectors_per_request=1 global_load.useful_bytes_fraction=0.125
    float e = in[127 - i]; //= global_load.sectors_per_request=4
    out[i] = a + b + c + d + e; //= global_store.bytes=512
}
