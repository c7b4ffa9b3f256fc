/* SPDX-License-Identifier: MIT */
/* The registered kernels that the tests of the entry points launch. */
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl_platform.h>
#include <CL/cl_vgpu_kernel.h>
#include <sched.h>

VGPU_KERNEL(api_nothing)
{
}

VGPU_KERNEL(api_add_one, (__global int *, x))
{
    x[get_global_id(0)] += 1;
}

VGPU_KERNEL(api_scale_add, (__global int *, y), (__global const int *, x), (int, a))
{
    size_t i = get_global_id(0);

    y[i] = a * x[i] + y[i];
}

/* Twelve words for each work-item: what it knows of its place. */
VGPU_KERNEL(api_place, (__global ulong *, out))
{
    size_t row = (get_global_id(2) - get_global_offset(2)) * get_global_size(1) +
                 (get_global_id(1) - get_global_offset(1));
    size_t at = row * get_global_size(0) + (get_global_id(0) - get_global_offset(0));
    __global ulong *place = out + 12 * at;

    for (uint d = 0; d < 3; d++) {
        place[d] = get_global_id(d);
        place[3 + d] = get_local_id(d);
        place[6 + d] = get_group_id(d);
        place[9 + d] = get_local_size(d);
    }
}

/* The shape of the launch, told by its first work-item. */
VGPU_KERNEL(api_shape, (__global ulong *, out))
{
    if (get_global_linear_id() != 0)
        return;
    out[0] = get_work_dim();
    for (uint d = 0; d < 3; d++) {
        out[1 + d] = get_global_size(d);
        out[4 + d] = get_enqueued_local_size(d);
        out[7 + d] = get_num_groups(d);
        out[10 + d] = get_global_offset(d);
    }
}

VGPU_BARRIER_KERNEL(api_reverse, (__global int *, data), (__local int *, part))
{
    size_t l = get_local_id(0), n = get_local_size(0);

    part[l] = data[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    data[get_global_id(0)] = part[n - 1 - l];
}

VGPU_BARRIER_KERNEL(api_uneven_barrier, (__global int *, data))
{
    if (get_local_id(0) == 0)
        barrier(CLK_LOCAL_MEM_FENCE);
    data[get_global_id(0)] = 1;
}

VGPU_KERNEL(api_constant, (__global int *, out), (__constant int *, table))
{
    out[get_global_id(0)] = table[get_global_id(0) % 4];
}

struct api_pair {
    int first;
    double second;
};

VGPU_KERNEL(api_values, (__global double *, out), (char, c), (ushort, s), (int, i),
            (ulong, l), (float, f), (double, d), (cl_float4, v), (struct api_pair, pair))
{
    out[0] = c;
    out[1] = s;
    out[2] = i;
    out[3] = (double)l;
    out[4] = f;
    out[5] = d;
    for (int k = 0; k < 4; k++)
        out[6 + k] = v.s[k];
    out[10] = pair.first;
    out[11] = pair.second;
}

/* Goes from `expected` to `expected` + 1, or counts an error: shows commands out of
 * order. */
VGPU_KERNEL(api_step, (__global int *, cell), (int, expected))
{
    if (cell[0] != expected)
        cell[1] += 1;
    cell[0] = expected + 1;
}

/* Raises cell[out] to one more than the largest of its inputs: a node of a graph of
 * dependencies. */
VGPU_KERNEL(api_join, (__global int *, cell), (int, out), (int, left), (int, right))
{
    int larger = cell[left] > cell[right] ? cell[left] : cell[right];

    cell[out] = larger + 1;
}

/* Runs until the host writes to flag[0]; tells by flag[1] that it runs. */
VGPU_KERNEL(api_wait, (__global volatile int *, flag))
{
    __atomic_store_n(&flag[1], 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&flag[0], __ATOMIC_SEQ_CST) == 0)
        sched_yield();
}

VGPU_KERNEL(api_count, (__global int *, counter))
{
    atomic_inc(counter);
}
