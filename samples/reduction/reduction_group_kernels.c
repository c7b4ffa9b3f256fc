/* SPDX-License-Identifier: MIT */
/* reduction.cl again, as a function that runs once per work-group: what stands between
 * two barriers in OpenCL C is one loop over the work-items here, and the barriers are
 * gone. */
#include <CL/cl_vgpu_kernel.h>

VGPU_GROUP_KERNEL(reduction, (__global const uint *, in), (__global uint *, sums),
                  (uint, n), (uint, share), (__local uint *, part))
{
    size_t end = min((get_group_id(0) + 1) * share, (size_t)n);

    VGPU_FOR_EACH_ITEM (l)
        part[l] = 0;
    for (size_t first = get_group_id(0) * share; first < end;
         first += get_local_size(0)) {
        VGPU_FOR_EACH_ITEM (l) {
            if (first + l < end)
                part[l] += in[first + l];
        }
    }
    for (size_t k = get_local_size(0) / 2; k > 0; k /= 2) {
        VGPU_FOR_EACH_ITEM (l) {
            if (l < k)
                part[l] += part[l + k];
        }
    }
    sums[get_group_id(0)] = part[0];
}
