/* SPDX-License-Identifier: MIT */
/* The kernel of bench_api, registered: a library for VGPU_KERNELS, so that bench_api
 * itself knows no implementation. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(nothing, (__global uchar *, data), (uint, value))
{
    (void)data;
    (void)value;
}
