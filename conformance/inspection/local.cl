/* SPDX-License-Identifier: MIT */
/* The kernels of debugging/kernels.cl, of which one has __local variables. */
__kernel void scale(__global float *data, float factor, uint n)
{
    size_t i = get_global_id(0);

    if (i < n)
        data[i] *= factor;
}

typedef struct {
    int items;
    float last[2];
} summary;

__kernel void turn(__global float *data, __local float *tile)
{
    __local float row[16];
    __local summary whole;
    size_t l = get_local_id(0);

    if (l == 0) {
        whole.items = (int)get_local_size(0);
        whole.last[1] = 0.5f;
    }
    row[l] = data[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    tile[l] = row[whole.items - 1 - (int)l];
    data[get_global_id(0)] = tile[l]; /* all is there */
}
