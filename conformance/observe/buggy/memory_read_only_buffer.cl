// SPDX-License-Identifier: MIT
// RUN: global=64 local=64 ro:256
// The host created the buffer with CL_MEM_READ_ONLY.
__kernel void k(__global int *a)
{
    a[get_global_id(0)] = 1; // BUG: memory
}
