/* SPDX-License-Identifier: MIT */
/* A kernel of each number of parameters from 1 to 32: out[0] = 1 * a1 + 2 * a2 + ... */
#include <CL/cl_vgpu_kernel.h>

/* clang-format off */
VGPU_KERNEL(parameters_1, (__global int *, out))
{
    out[0] = 0;
}
VGPU_KERNEL(parameters_2, (__global int *, out), (int, a1))
{
    out[0] = 0 + 1 * a1;
}
VGPU_KERNEL(parameters_3, (__global int *, out), (int, a1), (int, a2))
{
    out[0] = 0 + 1 * a1 + 2 * a2;
}
VGPU_KERNEL(parameters_4, (__global int *, out), (int, a1), (int, a2), (int, a3))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3;
}
VGPU_KERNEL(parameters_5, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4;
}
VGPU_KERNEL(parameters_6, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5;
}
VGPU_KERNEL(parameters_7, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6;
}
VGPU_KERNEL(parameters_8, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7;
}
VGPU_KERNEL(parameters_9, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8;
}
VGPU_KERNEL(parameters_10, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9;
}
VGPU_KERNEL(parameters_11, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10;
}
VGPU_KERNEL(parameters_12, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11;
}
VGPU_KERNEL(parameters_13, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12;
}
VGPU_KERNEL(parameters_14, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13;
}
VGPU_KERNEL(parameters_15, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14;
}
VGPU_KERNEL(parameters_16, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15;
}
VGPU_KERNEL(parameters_17, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16;
}
VGPU_KERNEL(parameters_18, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17;
}
VGPU_KERNEL(parameters_19, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18;
}
VGPU_KERNEL(parameters_20, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19;
}
VGPU_KERNEL(parameters_21, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20;
}
VGPU_KERNEL(parameters_22, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21;
}
VGPU_KERNEL(parameters_23, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22;
}
VGPU_KERNEL(parameters_24, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22), (int, a23))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23;
}
VGPU_KERNEL(parameters_25, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22), (int, a23), (int, a24))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24;
}
VGPU_KERNEL(parameters_26, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22), (int, a23), (int, a24), (int, a25))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25;
}
VGPU_KERNEL(parameters_27, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22), (int, a23), (int, a24), (int, a25), (int, a26))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26;
}
VGPU_KERNEL(parameters_28, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22), (int, a23), (int, a24), (int, a25), (int, a26), (int, a27))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26 + 27 * a27;
}
VGPU_KERNEL(parameters_29, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22), (int, a23), (int, a24), (int, a25), (int, a26), (int, a27), (int, a28))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26 + 27 * a27 + 28 * a28;
}
VGPU_KERNEL(parameters_30, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22), (int, a23), (int, a24), (int, a25), (int, a26), (int, a27), (int, a28), (int, a29))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26 + 27 * a27 + 28 * a28 + 29 * a29;
}
VGPU_KERNEL(parameters_31, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22), (int, a23), (int, a24), (int, a25), (int, a26), (int, a27), (int, a28), (int, a29), (int, a30))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26 + 27 * a27 + 28 * a28 + 29 * a29 + 30 * a30;
}
VGPU_KERNEL(parameters_32, (__global int *, out), (int, a1), (int, a2), (int, a3), (int, a4), (int, a5), (int, a6), (int, a7), (int, a8), (int, a9), (int, a10), (int, a11), (int, a12), (int, a13), (int, a14), (int, a15), (int, a16), (int, a17), (int, a18), (int, a19), (int, a20), (int, a21), (int, a22), (int, a23), (int, a24), (int, a25), (int, a26), (int, a27), (int, a28), (int, a29), (int, a30), (int, a31))
{
    out[0] = 0 + 1 * a1 + 2 * a2 + 3 * a3 + 4 * a4 + 5 * a5 + 6 * a6 + 7 * a7 + 8 * a8 + 9 * a9 + 10 * a10 + 11 * a11 + 12 * a12 + 13 * a13 + 14 * a14 + 15 * a15 + 16 * a16 + 17 * a17 + 18 * a18 + 19 * a19 + 20 * a20 + 21 * a21 + 22 * a22 + 23 * a23 + 24 * a24 + 25 * a25 + 26 * a26 + 27 * a27 + 28 * a28 + 29 * a29 + 30 * a30 + 31 * a31;
}
/* clang-format on */
