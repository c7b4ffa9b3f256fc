/* SPDX-License-Identifier: MIT */
/* Normals of triangles: packed float3 through vload3, cross and normalize. */
__kernel void float3_normals(__global float *normals, __global const float *corners)
{
    int i = get_global_id(0);
    float3 a = vload3(3 * i, corners);
    float3 b = vload3(3 * i + 1, corners);
    float3 c = vload3(3 * i + 2, corners);

    vstore3(normalize(cross(b - a, c - a)), i, normals);
}
