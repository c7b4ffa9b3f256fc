/* SPDX-License-Identifier: MIT */
/* Each rank's vector, and how it adds what has come from another. */

__kernel void fill_vector(__global uint *vector, uint rank)
{
    const uint i = get_global_id(0);
    uint x = i * 0x9e3779b9u + rank * 0x85ebca6bu;

    x = (x ^ (x >> 15)) * 0x2c1b3c6du;
    vector[i] = x ^ (x >> 12);
}

/* The inbox has numbers of the vector from `first` on. */
__kernel void add_inbox(__global uint *vector, __global const uint *inbox, uint first)
{
    const size_t i = get_global_id(0);

    vector[first + i] += inbox[i];
}
