// SPDX-License-Identifier: MIT
// RUN: std=CL3.0 global=2 local=1 in0:4 in0:4 new:4
// One item hands over to another, in OpenCL 3.0's words.
__kernel void k(__global int *data, __global atomic_int *flag, __global int *out)
{
    if (get_global_id(0) == 0) {
        data[0] = 42;
        atomic_store_explicit(flag, 1, memory_order_release, memory_scope_device);
    } else if (atomic_load_explicit(flag, memory_order_acquire, memory_scope_device) == 1) {
        out[0] = data[0];
    }
}
