/* SPDX-License-Identifier: MIT */
/* mandelbrot.cl as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

/* The point of the plane that this work-item looks at. */
static inline float2 point_of_item(VGPU_ITEM_PARAM, float2 corner, float step)
{
    return (float2){corner[0] + step * (float)get_global_id(0),
                    corner[1] + step * (float)get_global_id(1)};
}

VGPU_KERNEL(mandelbrot, (__global uint *, steps), (float2, corner), (float, step),
            (uint, max_steps))
{
    float2 c = point_of_item(VGPU_ITEM, corner, step);
    float x = 0, y = 0, x2 = 0, y2 = 0;
    uint taken = 0;

    while (x2 + y2 <= 4 && taken < max_steps) {
        y = 2 * x * y + c[1];
        x = x2 - y2 + c[0];
        x2 = x * x;
        y2 = y * y;
        taken++;
    }
    steps[get_global_id(1) * get_global_size(0) + get_global_id(0)] = taken;
}
