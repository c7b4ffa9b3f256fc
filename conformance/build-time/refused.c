/* SPDX-License-Identifier: MIT */
/* What vgpu-cc must refuse, and say why: one case for each definition. */
#include <CL/cl_vgpu_kernel.h>

#ifdef RECURSION
static int sum(int n)
{
    return n > 0 ? n + sum(n - 1) : 0;
}

VGPU_KERNEL(refused, (__global int *, out))
{
    out[0] = sum(out[0]);
}
#endif

#ifdef FUNCTION_POINTER
typedef int (*function)(int);

VGPU_KERNEL(refused, (__global int *, out), (function, f))
{
    out[0] = f(out[0]);
}
#endif

#ifdef NAME_OF_A_CALLED_FUNCTION
extern int refused(int x);

VGPU_KERNEL(refused, (__global int *, out))
{
    out[0] = refused(out[0]);
}
#endif

#ifdef POINTER_WITHOUT_SPACE
VGPU_KERNEL(refused, (int *, out))
{
    out[0] = 1;
}
#endif

#ifdef BARRIER_IN_A_PLAIN_KERNEL
VGPU_KERNEL(refused, (__global int *, out))
{
    barrier(CLK_LOCAL_MEM_FENCE);
    out[0] = 1;
}
#endif
