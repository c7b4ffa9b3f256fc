/* SPDX-License-Identifier: MIT */
/* matrix_multiply_naive.cl as a registered C function. */
#include <CL/cl_vgpu_kernel.h>

VGPU_KERNEL(matrix_multiply_naive, (__global float *, c), (__global const float *, a),
            (__global const float *, b), (uint, n))
{
    size_t column = get_global_id(0);
    size_t row = get_global_id(1);
    float sum = 0;

    for (uint k = 0; k < n; k++)
        sum += a[row * n + k] * b[k * n + column];
    c[row * n + column] = sum;
}
