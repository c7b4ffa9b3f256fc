/* SPDX-License-Identifier: MIT */
/* A small ray tracer: the nearest of the spheres, a lamp, up to three mirrors. */
#define BOUNCES 3

typedef struct {
    float x, y, z, radius;
    float grey, mirror;
} Sphere;

/* Distance to the sphere along the ray; negative where it is missed. */
float hit(float3 from, float3 along, __constant const Sphere *s)
{
    float3 to = (float3)(s->x, s->y, s->z) - from;
    float middle = dot(to, along);
    float square = s->radius * s->radius - dot(to, to) + middle * middle;

    if (square < 0.0f)
        return -1.0f;
    return middle - sqrt(square);
}

__kernel void ray_sphere(__global float *image, int width, int height,
                         __constant Sphere *spheres, int num_spheres)
{
    int px = get_global_id(0);
    int py = get_global_id(1);
    float3 from = (float3)(0.0f, 0.0f, -4.0f);
    float3 along =
        normalize((float3)((float)px / width - 0.5f, (float)py / height - 0.5f, 1.0f));
    const float3 lamp = normalize((float3)(-1.0f, 1.5f, -1.0f));
    float light = 0.0f;
    float weight = 1.0f;

    for (int bounce = 0; bounce < BOUNCES; bounce++) {
        float nearest = 1e9f;
        int which = -1;
        for (int s = 0; s < num_spheres; s++) {
            float distance = hit(from, along, &spheres[s]);
            if (distance > 1e-3f && distance < nearest) {
                nearest = distance;
                which = s;
            }
        }
        if (which < 0) {
            light += weight * 0.1f;
            break;
        }
        float3 point = from + nearest * along;
        float3 centre = (float3)(spheres[which].x, spheres[which].y, spheres[which].z);
        float3 normal = (point - centre) / spheres[which].radius;
        light += weight * spheres[which].grey * fmax(0.0f, dot(normal, lamp));
        weight *= spheres[which].mirror;
        if (weight < 0.01f)
            break;
        from = point;
        along -= 2.0f * dot(along, normal) * normal;
    }
    image[py * width + px] = light;
}
