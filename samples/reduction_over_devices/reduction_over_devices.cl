/* SPDX-License-Identifier: MIT */
/* What a device contributes, and how it adds what another one has. */

/* Some numbers of the device's own; a part of its vector begins at `first`. */
__kernel void contribute(__global uint *part, uint first, uint device)
{
    const uint i = get_global_id(0);
    uint x = (first + i) * 0x9e3779b9u + device * 0x85ebca6bu;

    x = (x ^ (x >> 15)) * 0x2c1b3c6du;
    part[i] = x ^ (x >> 12);
}

__kernel void add_other(__global uint *sum, __global const uint *other)
{
    const size_t i = get_global_id(0);

    sum[i] += other[i];
}
