/* SPDX-License-Identifier: MIT */
/* Sums: each work-group takes a share of the elements, each work-item every local-size-th of them, so
 * that neighbours read neighbours. Then they add their sums in a tree in local memory. Leaves one sum
 * per work-group. */
__kernel void reduction(__global const uint *in, __global uint *sums, uint n, uint share,
                        __local uint *part)
{
    size_t l = get_local_id(0);
    size_t end = min((get_group_id(0) + 1) * share, (size_t)n);
    uint sum = 0;

    for (size_t i = get_group_id(0) * share + l; i < end; i += get_local_size(0))
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
