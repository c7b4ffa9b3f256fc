/* SPDX-License-Identifier: MIT */
/* Pipes, sub-devices, device queues, timers, sub-groups, programs in an intermediate
 * language: refused. */
#include "vgpu_test.h"

VGPU_TEST(clCreatePipe, is_refused)
{
    cl_int err = CL_SUCCESS;

    EXPECT_EQ(NULL, clCreatePipe(f->context, CL_MEM_HOST_NO_ACCESS, 4, 4, NULL, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_EQ(NULL, clCreatePipe(NULL, CL_MEM_HOST_NO_ACCESS, 4, 4, NULL, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clGetPipeInfo, knows_no_pipe)
{
    const cl_mem buffer = vgpu_test_buffer(f, 0, 16, NULL);
    cl_uint size;

    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clGetPipeInfo(buffer, CL_PIPE_PACKET_SIZE, sizeof size, &size, NULL));
    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clGetPipeInfo(NULL, CL_PIPE_PACKET_SIZE, sizeof size, &size, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clCreateSubDevices, supports_no_way_to_partition)
{
    const cl_device_partition_property equally[] = {CL_DEVICE_PARTITION_EQUALLY, 1, 0};
    cl_device_id part;
    cl_uint count;

    EXPECT_CL(CL_INVALID_VALUE, clCreateSubDevices(f->device, equally, 1, &part, &count));
    EXPECT_CL(CL_INVALID_VALUE, clCreateSubDevices(f->device, NULL, 1, &part, &count));
    EXPECT_CL(CL_INVALID_DEVICE, clCreateSubDevices(NULL, equally, 1, &part, &count));
    EXPECT_CL(CL_INVALID_DEVICE,
              clCreateSubDevices((cl_device_id)f->platform, equally, 1, &part, &count));
}

VGPU_TEST(clRetainDevice, succeeds_for_a_root_device_and_counts_nothing)
{
    cl_uint count = 0;

    EXPECT_CL(CL_SUCCESS, clRetainDevice(f->device));
    EXPECT_CL(CL_SUCCESS, clReleaseDevice(f->device));
    EXPECT_CL(CL_SUCCESS, clReleaseDevice(f->device));
    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_REFERENCE_COUNT,
                                          sizeof count, &count, NULL));
    EXPECT_EQ(1, count);
}

VGPU_TEST(clRetainDevice, refuses_what_is_not_a_device)
{
    EXPECT_CL(CL_INVALID_DEVICE, clRetainDevice(NULL));
    EXPECT_CL(CL_INVALID_DEVICE, clReleaseDevice(NULL));
    EXPECT_CL(CL_INVALID_DEVICE, clRetainDevice((cl_device_id)f->context));
    EXPECT_CL(CL_INVALID_DEVICE, clReleaseDevice((cl_device_id)f->context));
}

VGPU_TEST(clSetDefaultDeviceCommandQueue, is_refused)
{
    EXPECT_CL(CL_INVALID_OPERATION,
              clSetDefaultDeviceCommandQueue(f->context, f->device, f->queue));
    EXPECT_CL(CL_INVALID_OPERATION,
              clSetDefaultDeviceCommandQueue(f->context, f->device, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT,
              clSetDefaultDeviceCommandQueue(NULL, f->device, f->queue));
    EXPECT_CL(CL_INVALID_DEVICE,
              clSetDefaultDeviceCommandQueue(f->context, NULL, f->queue));
}

VGPU_TEST(clGetDeviceAndHostTimer, is_refused)
{
    cl_ulong device_time, host_time;

    EXPECT_CL(CL_INVALID_OPERATION,
              clGetDeviceAndHostTimer(f->device, &device_time, &host_time));
    EXPECT_CL(CL_INVALID_DEVICE, clGetDeviceAndHostTimer(NULL, &device_time, &host_time));
    EXPECT_CL(CL_INVALID_OPERATION, clGetHostTimer(f->device, &host_time));
    EXPECT_CL(CL_INVALID_DEVICE, clGetHostTimer(NULL, &host_time));
}

VGPU_TEST(clGetKernelSubGroupInfo, is_refused_for_kernels_in_c)
{
    const cl_kernel_sub_group_info what = CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE;
    const cl_kernel kernel = vgpu_test_kernel(f, "dispatch_negate");
    const size_t local = 16;
    size_t size;

    ASSERT_TRUE(kernel);
    EXPECT_CL(CL_INVALID_OPERATION,
              clGetKernelSubGroupInfo(kernel, f->device, what, sizeof local, &local,
                                      sizeof size, &size, NULL));
    EXPECT_CL(CL_INVALID_OPERATION,
              clGetKernelSubGroupInfo(kernel, NULL, what, sizeof local, &local,
                                      sizeof size, &size, NULL));
    EXPECT_CL(CL_INVALID_DEVICE,
              clGetKernelSubGroupInfo(kernel, (cl_device_id)f->context, what,
                                      sizeof local, &local, sizeof size, &size, NULL));
    EXPECT_CL(CL_INVALID_KERNEL,
              clGetKernelSubGroupInfo(NULL, f->device, what, sizeof local, &local,
                                      sizeof size, &size, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clCreateProgramWithIL, is_refused)
{
    const unsigned il[] = {0x07230203, 0x00010000};
    cl_int err = CL_SUCCESS;

    EXPECT_EQ(NULL, clCreateProgramWithIL(f->context, il, sizeof il, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_EQ(NULL, clCreateProgramWithIL(NULL, il, sizeof il, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clSetProgramSpecializationConstant, is_refused)
{
    const cl_program program = vgpu_test_program(f, "dispatch_negate");
    const cl_uint value = 1;

    ASSERT_TRUE(program);
    EXPECT_CL(CL_INVALID_OPERATION,
              clSetProgramSpecializationConstant(program, 0, sizeof value, &value));
    EXPECT_CL(CL_INVALID_PROGRAM,
              clSetProgramSpecializationConstant(NULL, 0, sizeof value, &value));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

static void CL_CALLBACK never_called(cl_program program, void *user_data)
{
    (void)program, (void)user_data;
    VGPU_FAIL("a release callback was called that had been refused");
}

VGPU_TEST(clSetProgramReleaseCallback, is_refused)
{
    const cl_program program = vgpu_test_program(f, "dispatch_negate");

    ASSERT_TRUE(program);
    EXPECT_CL(CL_INVALID_OPERATION,
              clSetProgramReleaseCallback(program, never_called, NULL));
    EXPECT_CL(CL_INVALID_PROGRAM, clSetProgramReleaseCallback(NULL, never_called, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}
