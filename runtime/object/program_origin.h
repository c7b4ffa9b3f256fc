/* SPDX-License-Identifier: MIT */
/* Where a program's kernels come from: VGPU_COMPILER. */
#ifndef VGPU_OBJECT_PROGRAM_ORIGIN_H
#define VGPU_OBJECT_PROGRAM_ORIGIN_H

enum vgpu_origin {
    VGPU_ORIGIN_AUTO,       /* registered kernels where all are, else the compiler */
    VGPU_ORIGIN_REGISTERED, /* registered kernels */
    VGPU_ORIGIN_OPENCL_C    /* the compiler */
};

/* vgpu_program_origin - what VGPU_COMPILER says, once per process; a message where it
 * says nothing known, and then AUTO. Any thread. */
enum vgpu_origin vgpu_program_origin(void);

#endif
