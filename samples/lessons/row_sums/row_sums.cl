/* SPDX-License-Identifier: MIT */
/* Sums of a matrix's rows: as first written, with the mistake taken out, and made for a GPU. */
#define SIDE 256

__kernel void first(__global uint *sums, __global const uint *in)
{
    size_t row = get_global_id(0);
    uint sum = 0;

    for (uint k = 0; k <= SIDE; k++)
        sum += in[row * SIDE + k];
    sums[row] = sum;
}

__kernel void second(__global uint *sums, __global const uint *in)
{
    size_t row = get_global_id(0);
    uint sum = 0;

    for (uint k = 0; k < SIDE; k++)
        sum += in[row * SIDE + k];
    sums[row] = sum;
}

/* A work-group for each row, a work-item for each column. */
__kernel void third(__global uint *sums, __global const uint *in)
{
    __local uint part[SIDE];
    uint l = (uint)get_local_id(0);
    size_t row = get_group_id(0);

    part[l] = in[row * SIDE + l];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = SIDE / 2; k > 0; k /= 2) {
        if (l < k)
            part[l] += part[l + k];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        sums[row] = part[0];
}
