/* SPDX-License-Identifier: MIT */
/* Heat in three dimensions, in groups of 7x5x3 work-items. */
__kernel void heat_7x5x3(__global float *out, __global const float *in, int nx, int ny,
                         int nz)
{
    int x = get_global_id(0);
    int y = get_global_id(1);
    int z = get_global_id(2);
    int i = (z * ny + y) * nx + x;
    float here = in[i];
    float sum = (x > 0 ? in[i - 1] : here) + (x < nx - 1 ? in[i + 1] : here) +
                (y > 0 ? in[i - nx] : here) + (y < ny - 1 ? in[i + nx] : here) +
                (z > 0 ? in[i - nx * ny] : here) + (z < nz - 1 ? in[i + nx * ny] : here);

    out[i] = here + 0.1f * (sum - 6.0f * here);
}
