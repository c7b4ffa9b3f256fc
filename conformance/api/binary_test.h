/* SPDX-License-Identifier: MIT */
/* What the tests of binaries share. */
#ifndef VGPU_BINARY_TEST_H
#define VGPU_BINARY_TEST_H

#include "program_test.h"

#include <stdlib.h>

struct binary {
    unsigned char *bytes; /* the caller's to free */
    size_t size;
};

/* binary_of - of a program with one device. */
static inline struct binary binary_of(cl_program program)
{
    struct binary binary = {.bytes = NULL};

    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES,
                                           sizeof binary.size, &binary.size, NULL));
    binary.bytes = malloc(binary.size + 1);
    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_BINARIES,
                                           sizeof binary.bytes, &binary.bytes, NULL));
    return binary;
}

static inline cl_program load_binary(const struct vgpu_fixture *f,
                                     const struct binary *binary, cl_int expected)
{
    const unsigned char *bytes = binary->bytes;
    cl_int err, status = 99;
    cl_program program = clCreateProgramWithBinary(f->context, 1, &f->device,
                                                   &binary->size, &bytes, &status, &err);

    EXPECT_CL(expected, err);
    EXPECT_CL(expected, status);
    EXPECT_EQ(expected == CL_SUCCESS, program != NULL);
    return program;
}

/* expect_damage_refused - whatever byte changes, wherever it is cut: every `step`th. */
static inline void expect_damage_refused(const struct vgpu_fixture *f,
                                         const struct binary *binary, size_t step)
{
    for (size_t i = 0; i < binary->size; i += step) {
        struct binary damaged = *binary;

        binary->bytes[i] ^= 0x10;
        load_binary(f, &damaged, CL_INVALID_BINARY);
        binary->bytes[i] ^= 0x10;
        damaged.size = i;
        if (i > 0)
            load_binary(f, &damaged, CL_INVALID_BINARY);
    }
}

/* expect_adds - api_add_one of the program adds that much to a number. */
static inline void expect_adds(const struct vgpu_fixture *f, cl_program program,
                               cl_int amount)
{
    const size_t global = 1;
    cl_int number = 41, err;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof number, &number);
    cl_kernel kernel = clCreateKernel(program, "api_add_one", &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof number,
                                              &number, 0, NULL, NULL));
    EXPECT_EQ(41 + amount, number);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

#endif
