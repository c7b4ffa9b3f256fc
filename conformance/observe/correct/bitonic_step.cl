// SPDX-License-Identifier: MIT
// RUN: global=128 local=128 in:512
__kernel void k(__global int *a)
{
    __local int t[128];
    const int l = get_local_id(0);
    t[l] = a[l];
    for (int size = 2; size <= 128; size *= 2)
        for (int d = size / 2; d > 0; d /= 2) {
            barrier(CLK_LOCAL_MEM_FENCE);
            const int other = l ^ d;
            if (other > l && (t[l] > t[other]) == ((l & size) == 0)) {
                const int x = t[l];
                t[l] = t[other];
                t[other] = x;
            }
        }
    barrier(CLK_LOCAL_MEM_FENCE);
    a[l] = t[l];
}
