/* SPDX-License-Identifier: MIT */
/* Inclusive prefix sums of a group of 256, after Hillis and Steele. */
__kernel void scan_hillis_steele(__global int *out, __global const int *in)
{
    __local int buffer[2][256];
    int l = get_local_id(0);
    int side = 0;

    buffer[side][l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int step = 1; step < 256; step *= 2) {
        int sum = buffer[side][l];
        if (l >= step)
            sum += buffer[side][l - step];
        side = 1 - side;
        buffer[side][l] = sum;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    out[get_global_id(0)] = buffer[side][l];
}
