/* SPDX-License-Identifier: MIT */
/* mpi_halo_exchange.cl as registered C functions. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(spread, (__global uint *, next), (__global const uint *, tile), (uint, pitch))
{
    const size_t i = (get_global_id(1) + 1) * pitch + get_global_id(0) + 1;

    next[i] =
        (4 * tile[i] + tile[i - 1] + tile[i + 1] + tile[i - pitch] + tile[i + pitch]) / 8;
}
