/* SPDX-License-Identifier: MIT */
/* The faults that OpenCL C can have; numbers as in faults_test.h. */
#define WILD 1
#define NULL_POINTER 2
#define LOOP 9
#define PRINT 10

static void err(__global int *data, int kind, int size)
{
    if (kind == WILD)
        *(volatile __global int *)(data + size + 2) = 1;
    if (kind == NULL_POINTER)
        data[0] = *(volatile __global int *)(ulong)(kind - NULL_POINTER);
    if (kind == LOOP)
        while (*(volatile __global int *)data != 12345678)
            ;
    if (kind == PRINT)
        printf("%s", (__constant char *)(ulong)kind);
}

__kernel void compiled_fault(__global int *data, int kind, int size, int item)
{
    const int i = get_global_id(0);

    if (kind == 0 && i < size)
        data[i] += 1;
    if (kind != 0 && i == item)
        err(data, kind, size);
}

__kernel void compiled_barrier_fault(__global int *data, int kind, int size, int item)
{
    __local int part[1024];
    const int i = get_global_id(0);

    part[get_local_id(0)] = 1;
    barrier(CLK_LOCAL_MEM_FENCE);
    if (kind == 0 && i < size)
        data[i] += part[(get_local_id(0) + 1) % get_local_size(0)];
    if (kind != 0 && i == item)
        err(data, kind, size);
    barrier(CLK_LOCAL_MEM_FENCE);
}
