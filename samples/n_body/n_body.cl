/* SPDX-License-Identifier: MIT */
/* One time step of bodies that attract each other: x, y, z and the mass, one body per work-item. The
 * work-items of a group load a tile of bodies together and each looks at all of them. */
#define SOFTENING 0.01f

__kernel void n_body(__global const float4 *bodies, __global float4 *next_bodies,
                     __global float4 *velocities, float dt, __local float4 *tile)
{
    size_t i = get_global_id(0);
    size_t l = get_local_id(0);
    float4 body = bodies[i];
    float4 pull = (float4)(0, 0, 0, 0);

    for (size_t first = 0; first < get_global_size(0); first += get_local_size(0)) {
        tile[l] = bodies[first + l];
        barrier(CLK_LOCAL_MEM_FENCE);
        for (size_t j = 0; j < get_local_size(0); j++) {
            float4 to = tile[j] - body;
            float inverse = rsqrt(to.x * to.x + to.y * to.y + to.z * to.z + SOFTENING);

            pull += tile[j].w * inverse * inverse * inverse * to;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    pull.w = 0;

    float4 velocity = velocities[i] + pull * dt;
    velocities[i] = velocity;
    next_bodies[i] = body + velocity * dt;
}
