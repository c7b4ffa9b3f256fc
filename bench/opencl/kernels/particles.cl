/* SPDX-License-Identifier: MIT */
/* Moves particles, an array of structures; they bounce off the walls. */
typedef struct {
    float4 position;
    float4 velocity;
} Particle;

__kernel void particles(__global Particle *all, float4 gravity, float step, uint n)
{
    uint i = get_global_id(0);
    if (i >= n)
        return;

    Particle p = all[i];
    p.velocity += gravity * step;
    p.position += p.velocity * step;
    if (fabs(p.position.x) > 1.0f)
        p.velocity.x = -p.velocity.x;
    if (fabs(p.position.y) > 1.0f)
        p.velocity.y = -p.velocity.y;
    if (fabs(p.position.z) > 1.0f)
        p.velocity.z = -p.velocity.z;
    all[i] = p;
}
