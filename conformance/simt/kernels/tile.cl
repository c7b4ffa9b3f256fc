// SPDX-License-Identifier: MIT
// RUN: global=32x32 local=32x32 in:4096 out:4096
__kernel void k(__global const float *in, __global float *out)
{
    __local float tile[32][32], padded[32][33];
    const size_t x = get_local_id(0), y = get_local_id(1);
    tile[y][x] = in[y * 32 + x];   //= local_store.conflict_degree=1
    padded[y][x] = in[y * 32 + x]; //= local_store.conflict_degree=1
    barrier(CLK_LOCAL_MEM_FENCE);  //= barriers=32
    float column = tile[x][y];     //= local_load.conflict_degree=32 local_load.max_conflict_degree=32 local_load.cycles=1024
    float smooth = padded[x][y];   //= local_load.conflict_degree=1 local_load.max_conflict_degree=1
    out[y * 32 + x] = column + smooth;
}
