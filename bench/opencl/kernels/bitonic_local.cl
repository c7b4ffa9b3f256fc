/* SPDX-License-Identifier: MIT */
/* Sorts 512 keys per group by a bitonic network in local memory. */
__kernel void bitonic_local(__global uint *keys)
{
    __local uint part[512];
    const uint l = get_local_id(0);
    const uint base = get_group_id(0) * 512;

    part[l] = keys[base + l];
    part[l + 256] = keys[base + l + 256];
    for (uint size = 2; size <= 512; size <<= 1) {
        for (uint stride = size / 2; stride > 0; stride >>= 1) {
            barrier(CLK_LOCAL_MEM_FENCE);
            uint low = 2 * l - (l & (stride - 1));
            uint high = low + stride;
            bool ascending = (low & size) == 0;
            uint a = part[low];
            uint b = part[high];
            if ((a > b) == ascending) {
                part[low] = b;
                part[high] = a;
            }
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    keys[base + l] = part[l];
    keys[base + l + 256] = part[l + 256];
}
