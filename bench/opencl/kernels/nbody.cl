/* SPDX-License-Identifier: MIT */
/* Gravity of all bodies on each, straight from global memory. The mass lies in w. */
__kernel void nbody(__global float4 *acceleration, __global const float4 *bodies, int n,
                    float softening)
{
    int i = get_global_id(0);
    float4 me = bodies[i];
    float4 sum = (float4)(0.0f);

    for (int j = 0; j < n; j++) {
        float4 other = bodies[j];
        float dx = other.x - me.x;
        float dy = other.y - me.y;
        float dz = other.z - me.z;
        float inverse = rsqrt(dx * dx + dy * dy + dz * dz + softening);
        float pull = other.w * inverse * inverse * inverse;
        sum.x += pull * dx;
        sum.y += pull * dy;
        sum.z += pull * dz;
    }
    acceleration[i] = sum;
}
