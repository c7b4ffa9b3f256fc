// SPDX-License-Identifier: MIT
// Answers of docs/lessons/04-coalescing.md.
// RUN: global=32 local=32 in0:4096 out:1024
__kernel void k(__global const uint *in, __global ulong *out)
{
    size_t i = get_global_id(0);
    ulong x = in[3 * i]; //= global_load.sectors_per_request=12
    x += in[i / 2]; //= global_load.sectors_per_request=2
    x += in[0]; //= global_load.sectors_per_request=1
    out[i] = x; //= global_store.sectors_per_request=8 global_store.useful_bytes_fraction=1
}
