/* SPDX-License-Identifier: MIT */
/* What the tests of compiled OpenCL C share. */
#ifndef VGPU_OPENCL_C_TEST_H
#define VGPU_OPENCL_C_TEST_H

#include "binary_test.h"

#include <string.h>

/* built - the source built for all devices of the context; NULL: a failure, with its log,
 * was noted. */
static inline cl_program built(const struct vgpu_fixture *f, const char *source,
                               const char *options)
{
    cl_program program = api_program(f, source);
    const cl_int err = clBuildProgram(program, 0, NULL, options, NULL, NULL);
    char log[8192];

    if (err == CL_SUCCESS)
        return program;
    VGPU_FAIL("the build ends with %s: %s", vgpu_test_cl_name(err),
              build_log_of(program, f->device, log, sizeof log));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    return NULL;
}

static inline cl_kernel kernel_of(cl_program program, const char *name)
{
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, name, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return kernel;
}

/* expect_refused - the build fails, and its log has all these words. */
static inline void expect_refused(const struct vgpu_fixture *f, const char *source,
                                  const char *options, const char *const words[],
                                  size_t count)
{
    cl_program program = api_program(f, source);
    char log[16384];

    EXPECT_CL(CL_BUILD_PROGRAM_FAILURE,
              clBuildProgram(program, 1, &f->device, options, NULL, NULL));
    EXPECT_EQ(CL_BUILD_ERROR, build_status_of(program, f->device));
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_NONE, binary_type_of(program, f->device));
    build_log_of(program, f->device, log, sizeof log);
    for (size_t i = 0; i < count; i++)
        EXPECT_CONTAINS(log, words[i]);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* first_line_is - of the program's log. */
static inline void expect_first_line(cl_program program, cl_device_id device,
                                     const char *line)
{
    char log[16384];

    build_log_of(program, device, log, sizeof log);
    log[strcspn(log, "\n")] = '\0';
    EXPECT_STREQ(line, log);
}

/* launch - runs the kernel, whose one argument is the buffer, and waits. local 0: open.
 */
static inline void launch(cl_command_queue queue, cl_kernel kernel, cl_mem buffer,
                          size_t global, size_t local)
{
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS,
              clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global,
                                     local > 0 ? &local : NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(queue));
}

static inline void read_ints(cl_command_queue queue, cl_mem buffer, cl_int *values,
                             size_t count)
{
    EXPECT_CL(CL_SUCCESS,
              clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, count * sizeof *values,
                                  values, 0, NULL, NULL));
}

/* run_one - the result of a kernel `f` that leaves one int. */
static inline cl_int run_one(const struct vgpu_fixture *f, cl_program program)
{
    cl_kernel kernel = kernel_of(program, "f");
    cl_mem buffer = vgpu_test_buffer(f, 0, sizeof(cl_int), NULL);
    cl_int value = -1;

    launch(f->queue, kernel, buffer, 1, 1);
    read_ints(f->queue, buffer, &value, 1);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    return value;
}

#endif
