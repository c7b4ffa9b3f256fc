/* SPDX-License-Identifier: MIT */
/* Mistakes that a compiler must refuse; the test defines which one. */
#include <CL/cl_vgpu_kernel.h>

#if defined(BARRIER_IN_A_PLAIN_KERNEL)
VGPU_KERNEL(wrong, (__global int *, out))
{
    barrier(CLK_LOCAL_MEM_FENCE);
    out[0] = 1;
}
#elif defined(BARRIER_IN_A_GROUP_KERNEL)
VGPU_GROUP_KERNEL(wrong, (__global int *, out))
{
    work_group_barrier(CLK_LOCAL_MEM_FENCE);
    out[0] = 1;
}
#elif defined(ITEM_IN_A_GROUP_KERNEL)
VGPU_GROUP_KERNEL(wrong, (__global size_t *, out))
{
    out[0] = get_global_id(0);
}
#elif defined(ITEM_IN_A_HOST_FUNCTION)
size_t wrong(void);
size_t wrong(void)
{
    return get_local_id(0);
}
#elif defined(GROUP_IN_A_HOST_FUNCTION)
size_t wrong(void);
size_t wrong(void)
{
    return get_group_id(0);
}
#elif defined(PARAMETER_WITHOUT_PARENTHESES)
VGPU_KERNEL(wrong, __global int *out)
{
    out[0] = 1;
}
#endif
