/* SPDX-License-Identifier: MIT */
/* Sums: each work-item adds up elements that lie a whole NDRange apart, then the work-items of a group
 * add their sums in a tree in local memory. Leaves one sum per work-group. */
__kernel void reduction(__global const uint *in, __global uint *sums, uint n, __local uint *part)
{
    size_t l = get_local_id(0);
    uint sum = 0;

    for (size_t i = get_global_id(0); i < n; i += get_global_size(0))
        sum += in[i];
    part[l] = sum;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (size_t k = get_local_size(0) / 2; k > 0; k /= 2) {
        if (l < k)
            part[l] += part[l + k];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (l == 0)
        sums[get_group_id(0)] = part[0];
}
