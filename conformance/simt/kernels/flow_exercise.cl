// SPDX-License-Identifier: MIT
// Answers of docs/lessons/02-lock-step.md and 06-divergence.md.
// RUN: global=32 local=32 out:128
__kernel void k(__global uint *out)
{
    const uint i = get_global_id(0);
    uint x = i;

    for (uint round = 0; round < 1 + i % 2 * 31; round++)
        x = 3 * x + 1; //= issues=32 simt_efficiency=0.515625
    if (i % 32 < 8)
        x = x / 2; //= issues=1 simt_efficiency=0.25
    switch (i % 8) {
    case 0: x += 3; break; //= issues=1 simt_efficiency=0.125
    case 1: x -= 3; break; //= issues=1 simt_efficiency=0.125
    case 2: x *= 3; break; //= issues=1 simt_efficiency=0.125
    case 3: x /= 3; break; //= issues=1 simt_efficiency=0.125
    case 4: x ^= 3; break; //= issues=1 simt_efficiency=0.125
    case 5: x |= 3; break; //= issues=1 simt_efficiency=0.125
    case 6: x %= 3; break; //= issues=1 simt_efficiency=0.125
    default: x <<= 3; break; //= issues=1 simt_efficiency=0.125
    }
    out[i] = x; //= issues=1 simt_efficiency=1
}
