/* SPDX-License-Identifier: MIT */
/* Sum of each group's elements by halving, in local memory given by the host. */
__kernel void reduce_256(__global const float *in, __global float *partial,
                         __local float *scratch)
{
    size_t l = get_local_id(0);

    scratch[l] = in[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    for (size_t half_size = get_local_size(0) / 2; half_size > 0; half_size >>= 1) {
        if (l < half_size)
            scratch[l] += scratch[l + half_size];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        partial[get_group_id(0)] = scratch[0];
}
