/* SPDX-License-Identifier: MIT */
/* Random numbers: a seed by hashing, then rounds of xorshift. */
uint hash(uint x)
{
    x = (x ^ 61u) ^ (x >> 16);
    x *= 9u;
    x ^= x >> 4;
    x *= 0x27d4eb2du;
    return x ^ (x >> 15);
}

__kernel void xorshift(__global uint *out, uint seed, int rounds)
{
    uint i = get_global_id(0);
    uint state = hash(i + seed) | 1u;
    uint sum = 0;

    for (int k = 0; k < rounds; k++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        sum += state >> 8;
    }
    out[i] = sum;
}
