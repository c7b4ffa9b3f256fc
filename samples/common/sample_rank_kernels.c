/* SPDX-License-Identifier: MIT */
/* The kernel of sample_rank.c as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(tell_address, (__global ulong *, address), (__global const uint *, data))
{
    *address = (ulong)data;
}
