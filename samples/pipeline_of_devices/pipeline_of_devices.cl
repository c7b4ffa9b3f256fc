/* SPDX-License-Identifier: MIT */
/* One round of what is done to a frame: each number is mixed with its neighbours in the ring. */
__kernel void mix_round(__global uint *out, __global const uint *in, uint round)
{
    const size_t i = get_global_id(0), n = get_global_size(0);
    const uint left = in[i == 0 ? n - 1 : i - 1], right = in[i + 1 == n ? 0 : i + 1];

    out[i] = in[i] * 3 + (left ^ (right >> 7)) + round;
}
