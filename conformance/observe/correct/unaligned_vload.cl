// SPDX-License-Identifier: MIT
// RUN: global=60 local=60 in:256 out:960 in:512 new:512
// vload and vstore take any address of an element, packed structures any at all.
typedef struct __attribute__((packed)) {
    uchar tag;
    int value;
    float3 place;
} record;

__kernel void k(__global const float *in, __global float *out,
                __global const uchar *bytes, __global uchar *copy)
{
    __local float tile[60];
    const int i = get_global_id(0), third = i % 20;
    __global const record *records = (__global const record *)bytes;
    float4 sum = vload4(0, in + i);

    sum.xyz += vload3(third, in + 1);
    sum.x += records[third].value + records[third].place.y;
    tile[i] = sum.x;
    barrier(CLK_LOCAL_MEM_FENCE);
    sum.xyz += vload3(third, tile);
    vstore4(sum, i, out);
    copy[3 * i] = records[third].tag;
    vstore2((uchar2)(bytes[i], 1), 0, copy + 3 * i + 1);
}
