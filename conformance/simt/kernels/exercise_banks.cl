// SPDX-License-Identifier: MIT
// Answers of docs/lessons/05-bank-conflicts.md.
// RUN: global=16x16 local=16x16 out:1024
__kernel void k(__global uint *out)
{
    __local uint tile[16][16], line[1280], wide[32 * 34];
    size_t x = get_local_id(0), y = get_local_id(1), l = 16 * y + x;

    for (size_t i = l; i < 1280; i += 256)
        line[i] = i;
    for (size_t i = l; i < 32 * 34; i += 256)
        wide[i] = i;
    tile[y][x] = l; //= local_store.conflict_degree=1
    barrier(CLK_LOCAL_MEM_FENCE);
    uint sum = tile[x][y]; //= local_load.conflict_degree=8
    sum += line[4 * l]; //= local_load.conflict_degree=4
    sum += line[5 * l]; //= local_load.conflict_degree=1
    sum += wide[34 * (l % 32)]; //= local_load.conflict_degree=2
    out[l] = sum;
}
