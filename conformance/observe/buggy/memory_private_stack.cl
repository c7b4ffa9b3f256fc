// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 in:256 out:256
// A stack of the item's own that grows too far.
__kernel void k(__global const int *in, __global int *out)
{
    int stack[4], top = 0;
    const int i = get_global_id(0);
    for (int j = 0; j <= i % 6; j++)
        stack[top++] = in[j]; // BUG: memory
    int sum = 0;
    while (top > 0 && top <= 4)
        sum += stack[--top];
    out[i] = sum;
}
