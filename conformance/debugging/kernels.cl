/* SPDX-License-Identifier: MIT */
/* What gdb stops in. The tests find a line by the words that it alone has. */
float scaled(float x, float factor)
{
    float product = x * factor;

    return product;
}

__kernel void scale(__global float *data, float factor, uint n)
{
    size_t i = get_global_id(0);

    if (i < n) {
        float value = data[i];

        data[i] = scaled(value, factor);
    }
}

__kernel void turn(__global float *data, __local float *tile)
{
    size_t l = get_local_id(0);

    tile[l] = data[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    data[get_global_id(0)] = tile[get_local_size(0) - 1 - l];
}
