/* SPDX-License-Identifier: MIT */
/* Exclusive prefix sums of 512 elements per group, after Blelloch. */
__kernel void scan_blelloch(__global uint *out, __global const uint *in)
{
    __local uint tree[512];
    uint l = get_local_id(0);
    uint base = get_group_id(0) * 512;
    uint stride = 1;

    tree[2 * l] = in[base + 2 * l];
    tree[2 * l + 1] = in[base + 2 * l + 1];
    for (uint count = 256; count > 0; count >>= 1) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (l < count)
            tree[stride * (2 * l + 2) - 1] += tree[stride * (2 * l + 1) - 1];
        stride *= 2;
    }
    if (l == 0)
        tree[511] = 0;
    for (uint count = 1; count <= 256; count *= 2) {
        stride >>= 1;
        barrier(CLK_LOCAL_MEM_FENCE);
        if (l < count) {
            uint left = stride * (2 * l + 1) - 1;
            uint right = stride * (2 * l + 2) - 1;
            uint kept = tree[left];
            tree[left] = tree[right];
            tree[right] += kept;
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    out[base + 2 * l] = tree[2 * l];
    out[base + 2 * l + 1] = tree[2 * l + 1];
}
