/* SPDX-License-Identifier: MIT */
/* Limits that only the compiler of OpenCL C knows of. */
#define CL_TARGET_OPENCL_VERSION 300
#include "vgpu_test.h"

#include <string.h>

/* An array that no compiler can keep in registers. */
static const char source[] =
    "__kernel void k(__global int *out, __global const int *in)\n"
    "{\n"
    "    int all[512];\n"
    "    for (int i = 0; i < 512; i++)\n"
    "        all[in[i] & 511] = i;\n"
    "    out[get_global_id(0)] = all[in[get_global_id(0)] & 511];\n"
    "}\n"
    "__kernel __attribute__((reqd_work_group_size(64, 1, 1)))\n"
    "void large(__global int *out) { out[get_global_id(0)] = 1; }\n";

struct made {
    cl_program program;
    cl_kernel kernel;
};

static struct made make(const struct vgpu_fixture *f, const char *name)
{
    const char *text = source;
    struct made made;
    cl_int err;

    made.program = clCreateProgramWithSource(f->context, 1, &text, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(made.program, 0, NULL, NULL, NULL, NULL));
    made.kernel = clCreateKernel(made.program, name, &err);
    EXPECT_CL(CL_SUCCESS, err);
    return made;
}

static void drop(const struct made *made)
{
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(made->kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(made->program));
}

static void launch(const struct vgpu_fixture *f, cl_int expected, const char *limit)
{
    const struct made made = make(f, "k");
    const cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 4096, NULL);
    const cl_int zero = 0;
    const size_t size = 64;
    const char *said;
    cl_int err;

    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &zero, sizeof zero, 0,
                                              4096, 0, NULL, NULL));
    for (cl_uint i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(made.kernel, i, sizeof buffer, &buffer));
    vgpu_test_stderr_start();
    err = clEnqueueNDRangeKernel(f->queue, made.kernel, 1, NULL, &size, NULL, 0, NULL,
                                 NULL);
    said = vgpu_test_stderr_stop();
    EXPECT_CL(expected, err);
    EXPECT_CONTAINS(said, limit);
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    drop(&made);
}

VGPU_TEST_WITH_ENV(profile_limits, private_memory_that_fits, "VGPU_DEVICES=private=4K")
{
    launch(f, CL_SUCCESS, "");
}

VGPU_TEST_WITH_ENV(profile_limits, private_memory, "VGPU_DEVICES=teaching,private=1K")
{
    launch(f, CL_OUT_OF_RESOURCES, "(private=1K of profile teaching)");
}

VGPU_TEST_WITH_ENV(profile_limits, a_work_group_that_the_kernel_requires,
                   "VGPU_DEVICES=work_group=32")
{
    const struct made made = make(f, "large");
    const cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 256, NULL);
    const size_t size = 64;
    const char *said;
    cl_int err;

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(made.kernel, 0, sizeof buffer, &buffer));
    vgpu_test_stderr_start();
    err = clEnqueueNDRangeKernel(f->queue, made.kernel, 1, NULL, &size, &size, 0, NULL,
                                 NULL);
    said = vgpu_test_stderr_stop();
    EXPECT_CL(CL_INVALID_WORK_GROUP_SIZE, err);
    EXPECT_CONTAINS(said, "(work_group=32 of profile native)");
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    drop(&made);
}
