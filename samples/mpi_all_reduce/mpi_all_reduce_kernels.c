/* SPDX-License-Identifier: MIT */
/* mpi_all_reduce.cl as registered C functions. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(fill_vector, (__global uint *, vector), (uint, rank))
{
    const uint i = (uint)get_global_id(0);
    uint x = i * 0x9e3779b9u + rank * 0x85ebca6bu;

    x = (x ^ (x >> 15)) * 0x2c1b3c6du;
    vector[i] = x ^ (x >> 12);
}

VGPU_KERNEL(add_inbox, (__global uint *, vector), (__global const uint *, inbox),
            (uint, first))
{
    const size_t i = get_global_id(0);

    vector[first + i] += inbox[i];
}
