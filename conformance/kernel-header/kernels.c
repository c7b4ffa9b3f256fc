/* SPDX-License-Identifier: MIT */
/* Kernels that use every word of <CL/cl_vgpu_kernel.h>; compiled as C and, inside a
 * namespace, as C++. */
#include <CL/cl_vgpu_kernel.h>

#include "kernels.h"

#define ALL_DIMENSIONS(field, function) \
    for (unsigned d = 0; d < 4; d++)    \
        place->field[d] = function(d);  \
    place->field[4] = function(0xffffffffu);

static inline void note_group(VGPU_GROUP_PARAM, struct place *place)
{
    place->work_dim = get_work_dim();
    ALL_DIMENSIONS(global_size, get_global_size)
    ALL_DIMENSIONS(local_size, get_local_size)
    ALL_DIMENSIONS(enqueued_local_size, get_enqueued_local_size)
    ALL_DIMENSIONS(num_groups, get_num_groups)
    ALL_DIMENSIONS(group_id, get_group_id)
    ALL_DIMENSIONS(global_offset, get_global_offset)
}

static inline void note_item(VGPU_ITEM_PARAM, struct place *places)
{
    struct place *place = &places[get_global_linear_id()];

    note_group(VGPU_GROUP, place);
    ALL_DIMENSIONS(global_id, get_global_id)
    ALL_DIMENSIONS(local_id, get_local_id)
    place->global_linear_id = get_global_linear_id();
    place->local_linear_id = get_local_linear_id();
    place->visits++;
}

static inline void wait_twice(VGPU_BARRIER_ITEM_PARAM)
{
    barrier(CLK_LOCAL_MEM_FENCE);
    work_group_barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE,
                       memory_scope_work_group);
}

VGPU_KERNEL(plain_places, (__global struct place *, places))
{
    note_item(VGPU_ITEM, places);
}

VGPU_BARRIER_KERNEL(barrier_places, (__global struct place *, places))
{
    wait_twice(VGPU_BARRIER_ITEM);
    note_item(VGPU_ITEM, places);
    work_group_barrier(CLK_LOCAL_MEM_FENCE);
}

#define GLOBAL_ID_OF_I(d) vgpu_global_id(i, d)
#define LOCAL_ID_OF_I(d)  vgpu_local_id(i, d)

VGPU_GROUP_KERNEL(group_places, (__global struct place *, places))
{
    VGPU_FOR_EACH_ITEM (i) {
        struct place *place = &places[vgpu_global_linear_id(i)];

        if (vgpu_local_id(i, 0) == 1000)
            continue;
        note_group(VGPU_GROUP, place);
        ALL_DIMENSIONS(global_id, GLOBAL_ID_OF_I)
        ALL_DIMENSIONS(local_id, LOCAL_ID_OF_I)
        place->global_linear_id = vgpu_global_linear_id(i);
        place->local_linear_id = i;
        place->visits++;
    }
}

VGPU_KERNEL(last_id, (__global size_t *, id), (__global int *, count))
{
    id[0] = get_global_id(0);
    id[1] = get_global_id(1);
    count[0]++;
}

VGPU_KERNEL(nothing)
{
}

VGPU_BARRIER_KERNEL(nothing_with_barrier)
{
    barrier(0);
}

VGPU_GROUP_KERNEL(nothing_for_groups)
{
}

/* Names that libc has declared, or that this file uses for a function of its own. */
static int copy(int value)
{
    return value;
}

VGPU_KERNEL(copy, (__global int *, to), (__global const int *, from))
{
    to[get_global_id(0)] = copy(from[get_global_id(0)]);
}
VGPU_KERNEL(index, (__global int *, out))
{
    out[0] = 1;
}
VGPU_KERNEL(y0, (__global int *, out))
{
    out[0] = 2;
}
VGPU_KERNEL(remove, (__global int *, out))
{
    out[0] = 3;
}
VGPU_KERNEL(min, (__global int *, out))
{
    out[0] = min(4, 5);
}

VGPU_KERNEL(by_value, (__global double *, out), (struct couple, couple), (char, c),
            (uchar2, v2), (float3, v3), (int4, v4), (long8, v8), (double16, v16),
            (const float, f))
{
    out[0] = couple.first;
    out[1] = couple.second;
    out[2] = c;
    out[3] = v2[1];
    out[4] = v3[2];
    out[5] = v4[3];
    out[6] = (double)v8[7];
    out[7] = v16[15];
    out[8] = f;
}

VGPU_KERNEL(early_return, (__global int *, out), (int, limit))
{
    int i = get_global_id(0);
    if (i >= limit)
        return;
    out[i] = i;
}

/* An array of a work-item is its own, also where items advance together. */
VGPU_KERNEL(own_array, (__global const int *, in), (__global int *, out))
{
    size_t i = get_global_id(0);
    int own[8];

    own[in[i] & 7] = 100 + (int)i;
    own[(in[i] + 1) & 7] = 10 + (int)i;
    out[i] = own[in[i] & 7] + own[(in[i] + 1) & 7];
}

VGPU_BARRIER_KERNEL(reverse, (__global int *, data), (__local int *, given))
{
    VGPU_LOCAL int own[1024];
    size_t l = get_local_id(0), last = get_local_size(0) - 1;

    own[l] = data[get_global_id(0)];
    given[l] = own[l];
    barrier(CLK_LOCAL_MEM_FENCE);
    data[get_global_id(0)] = own[last - l] + 1000 * given[last - l];
}

VGPU_GROUP_KERNEL(local_shapes, (__global int *, out))
{
    VGPU_LOCAL float grid[3][5];
    VGPU_LOCAL struct tile tile;
    VGPU_LOCAL char byte;

    VGPU_FOR_EACH_ITEM (i) {
        grid[i % 3][i % 5] = (float)i;
        tile.cells[i % 4][i / 4 % 4] = (int)i;
    }
    byte = 1;
    out[0] = (size_t)grid % 16 == 0;
    out[1] = (size_t)&tile % 16 == 0;
    out[2] = (size_t)&byte % 16 == 0;
    out[3] = tile.cells[3][3];
    out[4] = (int)grid[2][4];
}

VGPU_KERNEL(mathematics, (__global double *, out), (float, x), (int, n))
{
#define X(name, expression, expected) out[MATH_##name] = (double)(expression);
    MATH_ROWS(X)
#undef X
    float whole, cosine;
    out[MATH_COUNT] = fract(-x, &whole);
    out[MATH_COUNT + 1] = whole;
    out[MATH_COUNT + 2] = sincos(0.0f, &cosine);
    out[MATH_COUNT + 3] = cosine;
}

VGPU_KERNEL(vectors, (__global float *, out), (__global const float *, in))
{
    float4 a = vload4(0, in), b = VGPU_SPLAT(float4, 2.0f);
    float3 up = VGPU_VECTOR(float3, 0, 0, 1), right = VGPU_VECTOR(float3, 1, 0, 0);
    double2 d = VGPU_VECTOR(double2, 3, 4);

    a = a * b + 1.0f;
    vstore4(a, 1, out);
    vstore3(vload3(1, in), 0, out);
    out[8] = dot(VGPU_VECTOR(float2, 1, 2), VGPU_VECTOR(float2, 3, 4));
    out[9] = (float)length(d);
    out[10] = cross(up, right)[1];
    out[11] = distance(up, right);
    out[12] = normalize(VGPU_VECTOR(float4, 0, 5, 0, 0))[1];
    out[13] = (float)convert_int4(a)[0];
    out[14] = (float)as_int4(VGPU_SPLAT(float4, 0.0f))[0];
    out[15] = (float)vload16(0, in)[15];
}

VGPU_KERNEL(mapped_vectors, (__global float *, out), (__global const float *, in))
{
    const float4 squares = vload4(0, in);

    vstore4(VGPU_MAP(float4, sqrt, squares), 0, out);
    vstore4(VGPU_MAP_2(float4, fmax, squares, VGPU_SPLAT(float4, 5)), 1, out);
    out[8] = VGPU_MAP(float3, rsqrt, vload3(0, in))[1];
    out[9] =
        (float)VGPU_MAP_2(int2, max, VGPU_VECTOR(int2, 1, 9), VGPU_VECTOR(int2, 5, 5))[1];
}

#define VECTOR_SIZES(T)                                                        \
    *out++ = sizeof(T##2), *out++ = sizeof(T##3), *out++ = sizeof(T##4);       \
    *out++ = sizeof(T##8), *out++ = sizeof(T##16), *out++ = __alignof__(T##3); \
    *out++ = sizeof(T);

VGPU_KERNEL(sizes, (__global size_t *, out)){
    VECTOR_SIZES(char) VECTOR_SIZES(uchar) VECTOR_SIZES(short) VECTOR_SIZES(ushort)
        VECTOR_SIZES(int) VECTOR_SIZES(uint) VECTOR_SIZES(long) VECTOR_SIZES(ulong)
            VECTOR_SIZES(float) VECTOR_SIZES(double)}

/* Each operation once per item, on cells that all items share; `old` gets what cmpxchg
 * saw. */
#define ATOMICS_KERNEL(T)                                                         \
    VGPU_KERNEL(atomics_##T, (__global T *, cell), (__global volatile T *, spin)) \
    {                                                                             \
        T i = (T)get_global_id(0), seen = 0, found;                               \
        atomic_add(&cell[0], 3);                                                  \
        atom_sub(&cell[1], 2);                                                    \
        atomic_inc(&cell[2]);                                                     \
        atom_dec(&cell[3]);                                                       \
        atomic_min(&cell[4], i);                                                  \
        atom_max(&cell[5], i);                                                    \
        atomic_or(&cell[6], (T)(1u << (i & 31)));                                 \
        atom_and(&cell[7], ~(T)(1u << (i & 31)));                                 \
        atomic_xor(&cell[8], i);                                                  \
        atom_add(&cell[9], atomic_xchg(&cell[10], i));                            \
        while ((found = atomic_cmpxchg(spin, seen, seen + 1)) != seen)            \
            seen = found;                                                         \
        mem_fence(CLK_GLOBAL_MEM_FENCE);                                          \
    }
ATOMICS_KERNEL(int) ATOMICS_KERNEL(uint) ATOMICS_KERNEL(long) ATOMICS_KERNEL(ulong)

    VGPU_KERNEL(atomic_float, (__global float *, cell), (__global float *, taken))
{
    size_t i = get_global_id(0);
    taken[i] = atomic_xchg(cell, (float)i + 1.0f);
    read_mem_fence(CLK_GLOBAL_MEM_FENCE);
    write_mem_fence(CLK_GLOBAL_MEM_FENCE);
}
