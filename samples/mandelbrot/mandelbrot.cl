/* SPDX-License-Identifier: MIT */
/* How many steps z = z * z + c takes to leave the circle of radius 2, for c in a grid of points. */

/* The point of the plane that this work-item looks at. */
float2 point_of_item(float2 corner, float step)
{
    return (float2)(corner.x + step * (float)get_global_id(0),
                    corner.y + step * (float)get_global_id(1));
}

__kernel void mandelbrot(__global uint *steps, float2 corner, float step, uint max_steps)
{
    float2 c = point_of_item(corner, step);
    float x = 0, y = 0, x2 = 0, y2 = 0;
    uint taken = 0;

    while (x2 + y2 <= 4 && taken < max_steps) {
        y = 2 * x * y + c.y;
        x = x2 - y2 + c.x;
        x2 = x * x;
        y2 = y * y;
        taken++;
    }
    steps[get_global_id(1) * get_global_size(0) + get_global_id(0)] = taken;
}
