/* SPDX-License-Identifier: MIT */
/* n_body.cl as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

#define SOFTENING 0.01f

VGPU_BARRIER_KERNEL(n_body, (__global const float4 *, bodies),
                    (__global float4 *, next_bodies), (__global float4 *, velocities),
                    (float, dt), (__local float4 *, tile))
{
    size_t i = get_global_id(0);
    size_t l = get_local_id(0);
    float4 body = bodies[i];
    float4 pull = (float4){0, 0, 0, 0};

    for (size_t first = 0; first < get_global_size(0); first += get_local_size(0)) {
        tile[l] = bodies[first + l];
        barrier(CLK_LOCAL_MEM_FENCE);
        for (size_t j = 0; j < get_local_size(0); j++) {
            float4 to = tile[j] - body;
            float inverse =
                rsqrt(to[0] * to[0] + to[1] * to[1] + to[2] * to[2] + SOFTENING);

            pull += tile[j][3] * inverse * inverse * inverse * to;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    pull[3] = 0;

    float4 velocity = velocities[i] + pull * dt;
    velocities[i] = velocity;
    next_bodies[i] = body + velocity * dt;
}
