/* SPDX-License-Identifier: MIT */
/* What the tests of scaling have in common. */
#include "scaling_test.h"

#include <string.h>

#define NAMES "scaling_mix;scaling_turn;scaling_sum;scaling_count;scaling_nothing"

#define TEXT_OF(value) #value
#define TEXT(value)    TEXT_OF(value)
#define OPTIONS        "-DGROUP=" TEXT(GROUP) " -DBINS=" TEXT(BINS)

static cl_program make_program(const struct fleet *fleet, const char *source)
{
    cl_int err;
    cl_program program;

    if (!source) {
        program = clCreateProgramWithBuiltInKernels(fleet->context, fleet->count,
                                                    fleet->device, NAMES, &err);
        return VGPU_CHECK_CL(CL_SUCCESS, err) ? program : NULL;
    }
    program = clCreateProgramWithSource(fleet->context, 1, &source, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS,
              clBuildProgram(program, fleet->count, fleet->device, OPTIONS, NULL, NULL));
    return program;
}

bool fleet_open(struct fleet *fleet, const char *source)
{
    static const cl_queue_properties properties[] = {
        CL_QUEUE_PROPERTIES, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, 0};
    cl_int err;

    memset(fleet, 0, sizeof *fleet);
    if (!VGPU_CHECK_CL(CL_SUCCESS, clGetPlatformIDs(1, &fleet->platform, NULL)) ||
        !VGPU_CHECK_CL(CL_SUCCESS,
                       clGetDeviceIDs(fleet->platform, CL_DEVICE_TYPE_ALL, MOST_DEVICES,
                                      fleet->device, &fleet->count)))
        return false;
    fleet->context = clCreateContext(NULL, fleet->count, fleet->device, NULL, NULL, &err);
    if (!VGPU_CHECK_CL(CL_SUCCESS, err))
        return false;
    for (cl_uint i = 0; i < fleet->count; i++) {
        fleet->queue[i] = clCreateCommandQueueWithProperties(
            fleet->context, fleet->device[i], properties, &err);
        if (!VGPU_CHECK_CL(CL_SUCCESS, err))
            return false;
    }
    fleet->program = make_program(fleet, source);
    return fleet->program != NULL;
}

void fleet_close(struct fleet *fleet)
{
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(fleet->program));
    for (cl_uint i = 0; i < fleet->count; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(fleet->queue[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(fleet->context));
}

cl_mem fleet_buffer(const struct fleet *fleet, size_t count, const cl_uint *contents)
{
    cl_int err;
    cl_mem buffer = clCreateBuffer(
        fleet->context, CL_MEM_READ_WRITE | (contents ? CL_MEM_COPY_HOST_PTR : 0u),
        count * sizeof *contents, (void *)(uintptr_t)contents, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return buffer;
}

cl_event fleet_run(const struct fleet *fleet, cl_uint device, const char *name,
                   const cl_mem *buffers, cl_uint num_buffers, const cl_uint *number,
                   size_t items, cl_event before)
{
    const size_t local = GROUP;
    cl_event event = NULL;
    cl_int err;
    cl_kernel kernel = clCreateKernel(fleet->program, name, &err);

    EXPECT_CL(CL_SUCCESS, err);
    for (cl_uint i = 0; i < num_buffers; i++)
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, i, sizeof buffers[i], &buffers[i]));
    if (number)
        EXPECT_CL(CL_SUCCESS,
                  clSetKernelArg(kernel, num_buffers, sizeof *number, number));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(fleet->queue[device], kernel, 1, NULL,
                                                 &items, &local, before ? 1 : 0,
                                                 before ? &before : NULL, &event));
    if (before)
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(before));
    EXPECT_CL(CL_SUCCESS, clFlush(fleet->queue[device]));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    return event;
}

void fleet_repeat_nothing(const struct fleet *fleet, cl_uint device, size_t groups,
                          unsigned times)
{
    const size_t local = GROUP, items = GROUP * groups;
    cl_mem buffer = fleet_buffer(fleet, 1, NULL);
    cl_int err;
    cl_kernel kernel = clCreateKernel(fleet->program, "scaling_nothing", &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    for (unsigned i = 0; i < times; i++) {
        ASSERT_CL(CL_SUCCESS,
                  clEnqueueNDRangeKernel(fleet->queue[device], kernel, 1, NULL, &items,
                                         &local, 0, NULL, NULL));
        ASSERT_CL(CL_SUCCESS, clFinish(fleet->queue[device]));
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}
