// SPDX-License-Identifier: MIT
// RUN: global=128 local=64 in:512 in0:4
__kernel void k(__global const float *in, volatile __global int *most)
{
    const float x = in[get_global_id(0)];
    int old = *most;
    while (x > as_float(old)) {
        const int seen = atomic_cmpxchg(most, old, as_int(x));
        if (seen == old)
            break;
        old = seen;
    }
}
