/* SPDX-License-Identifier: MIT */
/* Gravity with the bodies staged in local memory, and vector arithmetic. */
__kernel void nbody_tiled(__global float4 *acceleration, __global const float4 *bodies,
                          __local float4 *tile, uint n, float softening)
{
    const uint i = get_global_id(0);
    const uint l = get_local_id(0);
    const uint tile_size = get_local_size(0);
    const float4 me = bodies[i];
    float4 sum = (float4)(0.0f);

    for (uint start = 0; start < n; start += tile_size) {
        tile[l] = bodies[start + l];
        barrier(CLK_LOCAL_MEM_FENCE);
        for (uint j = 0; j < tile_size; j++) {
            float4 d = tile[j] - me;
            float mass = tile[j].w;
            d.w = 0.0f;
            float inverse = rsqrt(dot(d, d) + softening);
            sum += (mass * inverse * inverse * inverse) * d;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    acceleration[i] = sum;
}
