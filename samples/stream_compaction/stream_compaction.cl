/* SPDX-License-Identifier: MIT */
/* Keeps the numbers below a limit, side by side. The work-items of a sub-group (warp) agree among
 * themselves who writes where, and count in global memory once for all of them. */
__kernel void stream_compaction(__global const uint *in, uint n, uint limit, __global uint *out,
                                __global uint *count)
{
    size_t i = get_global_id(0);
    uint x = i < n ? in[i] : limit;
    uint is_kept = x < limit;
    uint before = sub_group_scan_exclusive_add(is_kept);
    uint kept = sub_group_reduce_add(is_kept);
    uint first = 0;

    if (get_sub_group_local_id() == 0 && kept > 0)
        first = atomic_add(count, kept);
    first = sub_group_broadcast(first, 0);
    if (is_kept)
        out[first + before] = x;
}
