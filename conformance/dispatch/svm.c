/* SPDX-License-Identifier: MIT */
/* Shared virtual memory, on devices without it. [OpenCL 3.0, 5.6] */
#include "vgpu_test.h"

VGPU_TEST(clSVMAlloc, gives_nothing)
{
    EXPECT_EQ(NULL, clSVMAlloc(f->context, CL_MEM_READ_WRITE, 64, 0));
    EXPECT_EQ(NULL, clSVMAlloc(NULL, CL_MEM_READ_WRITE, 64, 0));
    clSVMFree(f->context, NULL);
    clSVMFree(NULL, NULL);
}

static void expect_commands(cl_int expected, cl_command_queue queue)
{
    char a[16] = {0}, b[16] = {0};
    void *pointers[1] = {a};
    const void *sources[1] = {a};

    EXPECT_CL(expected, clEnqueueSVMFree(queue, 1, pointers, NULL, NULL, 0, NULL, NULL));
    EXPECT_CL(expected,
              clEnqueueSVMMemcpy(queue, CL_TRUE, a, b, sizeof a, 0, NULL, NULL));
    EXPECT_CL(expected, clEnqueueSVMMemFill(queue, a, b, 1, sizeof a, 0, NULL, NULL));
    EXPECT_CL(expected,
              clEnqueueSVMMap(queue, CL_TRUE, CL_MAP_READ, a, sizeof a, 0, NULL, NULL));
    EXPECT_CL(expected, clEnqueueSVMUnmap(queue, a, 0, NULL, NULL));
    EXPECT_CL(expected,
              clEnqueueSVMMigrateMem(queue, 1, sources, NULL, 0, 0, NULL, NULL));
}

VGPU_TEST(clEnqueueSVMCommands, are_refused)
{
    expect_commands(CL_INVALID_OPERATION, f->queue);
    expect_commands(CL_INVALID_COMMAND_QUEUE, NULL);
    expect_commands(CL_INVALID_COMMAND_QUEUE, (cl_command_queue)f->context);
}

VGPU_TEST(clSetKernelArgSVMPointer, is_refused)
{
    const cl_kernel kernel = vgpu_test_kernel(f, "dispatch_negate");
    int value = 0;

    ASSERT_TRUE(kernel);
    EXPECT_CL(CL_INVALID_OPERATION, clSetKernelArgSVMPointer(kernel, 0, &value));
    EXPECT_CL(CL_INVALID_KERNEL, clSetKernelArgSVMPointer(NULL, 0, &value));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clSetKernelExecInfo, is_refused)
{
    const cl_kernel kernel = vgpu_test_kernel(f, "dispatch_negate");
    const cl_bool yes = CL_TRUE;

    ASSERT_TRUE(kernel);
    EXPECT_CL(CL_INVALID_OPERATION,
              clSetKernelExecInfo(kernel, CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM,
                                  sizeof yes, &yes));
    EXPECT_CL(CL_INVALID_KERNEL,
              clSetKernelExecInfo(NULL, CL_KERNEL_EXEC_INFO_SVM_FINE_GRAIN_SYSTEM,
                                  sizeof yes, &yes));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}
