/* SPDX-License-Identifier: MIT */
/* The fixture, and short ways to the objects that most tests need. */
#include "vgpu_test.h"

static bool setup(struct vgpu_fixture *f)
{
    cl_int err;

    if (!VGPU_CHECK_CL(CL_SUCCESS, clGetPlatformIDs(1, &f->platform, NULL)))
        return false;
    err = clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 1, &f->device, NULL);
    if (!VGPU_CHECK_CL(CL_SUCCESS, err))
        return false;
    f->context = clCreateContext(NULL, 1, &f->device, NULL, NULL, &err);
    if (!VGPU_CHECK_CL(CL_SUCCESS, err))
        return false;
    f->queue = clCreateCommandQueueWithProperties(f->context, f->device, NULL, &err);
    return VGPU_CHECK_CL(CL_SUCCESS, err);
}

/* Releases only: waiting here would hang where a test left a command behind that cannot
 * start. */
static void teardown(const struct vgpu_fixture *f)
{
    if (f->queue)
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(f->queue));
    if (f->context)
        EXPECT_CL(CL_SUCCESS, clReleaseContext(f->context));
}

void vgpu_test_with_fixture(void (*body)(const struct vgpu_fixture *f))
{
    struct vgpu_fixture f = {NULL, NULL, NULL, NULL};

    if (setup(&f))
        body(&f);
    teardown(&f);
}

cl_command_queue vgpu_test_queue(const struct vgpu_fixture *f,
                                 cl_command_queue_properties properties)
{
    const cl_queue_properties list[] = {CL_QUEUE_PROPERTIES, properties, 0};
    cl_int err;
    cl_command_queue queue =
        clCreateCommandQueueWithProperties(f->context, f->device, list, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return queue;
}

cl_mem vgpu_test_buffer(const struct vgpu_fixture *f, cl_mem_flags flags, size_t size,
                        void *host_ptr)
{
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, flags, size, host_ptr, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return mem;
}

cl_event vgpu_test_user_event(const struct vgpu_fixture *f)
{
    cl_int err;
    cl_event event = clCreateUserEvent(f->context, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return event;
}

cl_program vgpu_test_program(const struct vgpu_fixture *f, const char *name)
{
    cl_int err;
    cl_program program =
        clCreateProgramWithBuiltInKernels(f->context, 1, &f->device, name, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return program;
}

cl_kernel vgpu_test_kernel(const struct vgpu_fixture *f, const char *name)
{
    cl_program program = vgpu_test_program(f, name);
    cl_kernel kernel = NULL;
    cl_int err;

    if (!program)
        return NULL;
    kernel = clCreateKernel(program, name, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    return kernel;
}

cl_int vgpu_test_event_status(cl_event event)
{
    cl_int status = CL_INT_MIN;

    EXPECT_CL(CL_SUCCESS, clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS,
                                         sizeof status, &status, NULL));
    return status;
}
