/* SPDX-License-Identifier: MIT */
/* What the kernels in OpenCL C and the tests share. */
#ifndef VGPU_BUILD_TIME_KERNELS_CL_H
#define VGPU_BUILD_TIME_KERNELS_CL_H

struct pair {
    int first;
    double second;
};

#endif
