/* SPDX-License-Identifier: MIT */
/* The table that ICD loaders call through. [cl_khr_icd] */
#include "vgpu_test.h"

#include <CL/cl_icd.h>

extern const cl_icd_dispatch vgpu_icd_dispatch;

/* What each handle begins with, as a loader reads it. */
static const void *table_of(const void *handle)
{
    return *(const void *const *)handle;
}

VGPU_TEST(icd_dispatch, is_what_every_object_begins_with)
{
    const cl_mem buffer = vgpu_test_buffer(f, 0, 16, NULL);
    const cl_event event = vgpu_test_user_event(f);
    const cl_kernel kernel = vgpu_test_kernel(f, "dispatch_negate");
    cl_program program = NULL;

    ASSERT_TRUE(buffer && event && kernel);
    EXPECT_CL(CL_SUCCESS,
              clGetKernelInfo(kernel, CL_KERNEL_PROGRAM, sizeof program, &program, NULL));
    EXPECT_EQ(&vgpu_icd_dispatch, table_of(f->platform));
    EXPECT_EQ(&vgpu_icd_dispatch, table_of(f->device));
    EXPECT_EQ(&vgpu_icd_dispatch, table_of(f->context));
    EXPECT_EQ(&vgpu_icd_dispatch, table_of(f->queue));
    EXPECT_EQ(&vgpu_icd_dispatch, table_of(buffer));
    EXPECT_EQ(&vgpu_icd_dispatch, table_of(event));
    EXPECT_EQ(&vgpu_icd_dispatch, table_of(kernel));
    EXPECT_EQ(&vgpu_icd_dispatch, table_of(program));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_UNIT_TEST(icd_dispatch, has_every_entry_point_that_a_loader_may_call)
{
#define CORE(version, result, name, parameters, arguments) \
    if (!vgpu_icd_dispatch.name)                           \
        VGPU_FAIL("the table has no " #name);
#define ABSENT CORE
#include "dispatch/entry_points.def"
}

VGPU_UNIT_TEST(icd_dispatch, lies_in_the_order_that_loaders_expect)
{
    cl_platform_id platform = NULL;
    const cl_icd_dispatch *table;

    ASSERT_CL(CL_SUCCESS, clGetPlatformIDs(1, &platform, NULL));
    table = table_of(platform);
    /* one from each version's end of the table */
    EXPECT_EQ(0, (const char *)&table->clGetPlatformIDs - (const char *)table);
    EXPECT_CL(CL_INVALID_CONTEXT, table->clReleaseContext(NULL));
    EXPECT_CL(CL_INVALID_EVENT, table->clSetUserEventStatus(NULL, CL_COMPLETE));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE,
              table->clEnqueueBarrierWithWaitList(NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_KERNEL, table->clSetKernelArgSVMPointer(NULL, 0, NULL));
    EXPECT_CL(CL_INVALID_PROGRAM, table->clSetProgramReleaseCallback(NULL, NULL, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT,
              table->clSetContextDestructorCallback(NULL, NULL, NULL));
}
