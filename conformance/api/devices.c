/* SPDX-License-Identifier: MIT */
/* VGPU_DEVICES as a host program sees it: which devices there are, and several in one
 * context. */
#include "api_test.h"

#include <string.h>

#define MOST 8

struct several {
    cl_device_id devices[MOST];
    cl_uint count;
    cl_context context;
    cl_command_queue queues[MOST];
};

static bool several_init(struct several *s, const struct vgpu_fixture *f)
{
    cl_int err;

    *s = (struct several){.count = 0};
    if (clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, MOST, s->devices, &s->count) !=
        CL_SUCCESS)
        return false;
    s->context = clCreateContext(NULL, s->count, s->devices, NULL, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    for (cl_uint i = 0; i < s->count && s->context; i++) {
        s->queues[i] =
            clCreateCommandQueueWithProperties(s->context, s->devices[i], NULL, &err);
        EXPECT_CL(CL_SUCCESS, err);
    }
    return s->context != NULL;
}

static void several_fini(struct several *s)
{
    for (cl_uint i = 0; i < s->count; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(s->queues[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(s->context));
}

static cl_uint compute_units(cl_device_id device)
{
    cl_uint units = 0;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(device, CL_DEVICE_MAX_COMPUTE_UNITS,
                                          sizeof units, &units, NULL));
    return units;
}

VGPU_TEST_WITH_ENV(VGPU_DEVICES, makes_devices_in_the_order_of_the_text,
                   "VGPU_DEVICES=cu=1;cu=3,mem=256M;cu=2,name=Little One")
{
    struct several s;
    cl_ulong memory = 0;
    char name[64] = "";

    if (!several_init(&s, f))
        return;
    ASSERT_EQ(3, s.count);
    EXPECT_EQ(1, compute_units(s.devices[0]));
    EXPECT_EQ(3, compute_units(s.devices[1]));
    EXPECT_EQ(2, compute_units(s.devices[2]));
    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(s.devices[1], CL_DEVICE_GLOBAL_MEM_SIZE,
                                          sizeof memory, &memory, NULL));
    EXPECT_EQ(256u << 20, memory);
    EXPECT_CL(CL_SUCCESS,
              clGetDeviceInfo(s.devices[2], CL_DEVICE_NAME, sizeof name, name, NULL));
    EXPECT_STREQ("Little One", name);
    several_fini(&s);
}

VGPU_TEST_WITH_ENV(VGPU_DEVICES, unset_means_one_device, "VGPU_DEVICES")
{
    cl_uint count = 0;

    EXPECT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 0, NULL, &count));
    EXPECT_EQ(1, count);
    EXPECT_LE(1, compute_units(f->device));
}

VGPU_TEST_WITH_ENV(VGPU_DEVICES, empty_means_one_device, "VGPU_DEVICES=")
{
    cl_uint count = 0;

    EXPECT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 0, NULL, &count));
    EXPECT_EQ(1, count);
}

VGPU_TEST_WITH_ENV(several_devices, share_a_buffer_in_the_order_of_events,
                   "VGPU_DEVICES=cu=1;cu=1;cu=2")
{
    const size_t global = 1;
    cl_int cell[2] = {0, 0}, err;
    struct several s;
    cl_event last = NULL;
    cl_program program;
    cl_kernel kernel;
    cl_mem buffer;

    if (!several_init(&s, f))
        return;
    buffer = clCreateBuffer(s.context, CL_MEM_COPY_HOST_PTR, sizeof cell, cell, &err);
    ASSERT_CL(CL_SUCCESS, err);
    program = clCreateProgramWithBuiltInKernels(s.context, s.count, s.devices, "api_step",
                                                &err);
    ASSERT_CL(CL_SUCCESS, err);
    kernel = clCreateKernel(program, "api_step", &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    for (cl_int i = 0; i < 300; i++) {
        cl_event event = NULL;

        EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof i, &i));
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueNDRangeKernel(s.queues[i % 3], kernel, 1, NULL, &global, NULL,
                                         last != NULL, last ? &last : NULL, &event));
        if (last)
            EXPECT_CL(CL_SUCCESS, clReleaseEvent(last));
        last = event;
    }
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(s.queues[0], buffer, CL_TRUE, 0,
                                              sizeof cell, cell, 1, &last, NULL));
    EXPECT_EQ(300, cell[0]);
    EXPECT_EQ(0, cell[1]);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(last));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    several_fini(&s);
}

VGPU_TEST_WITH_ENV(several_devices, are_refused_where_the_context_or_program_lacks_them,
                   "VGPU_DEVICES=cu=1;cu=1")
{
    const char *source = "__kernel void api_nothing(void) { }";
    const size_t global = 1;
    struct several s;
    cl_program program;
    cl_kernel kernel;
    size_t size;
    cl_int err;

    if (!several_init(&s, f))
        return;
    EXPECT_TRUE(
        clCreateCommandQueueWithProperties(f->context, s.devices[1], NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    EXPECT_TRUE(clCreateCommandQueue(f->context, s.devices[1], 0, &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    EXPECT_TRUE(clCreateProgramWithBuiltInKernels(f->context, 1, &s.devices[1],
                                                  "api_nothing", &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    program = clCreateProgramWithSource(s.context, 1, &source, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 1, &s.devices[0], "", NULL, NULL));
    kernel = clCreateKernel(program, "api_nothing", &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE,
              clEnqueueNDRangeKernel(s.queues[1], kernel, 1, NULL, &global, NULL, 0, NULL,
                                     NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(s.queues[0], kernel, 1, NULL, &global,
                                                 NULL, 0, NULL, NULL));
    err = clGetKernelWorkGroupInfo(kernel, NULL, CL_KERNEL_WORK_GROUP_SIZE, sizeof size,
                                   &size, NULL);
    EXPECT_TRUE(err == CL_INVALID_DEVICE || err == CL_SUCCESS);
    EXPECT_CL(CL_SUCCESS, clFinish(s.queues[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    several_fini(&s);
}

VGPU_TEST_WITH_ENV(several_devices, each_have_a_build, "VGPU_DEVICES=cu=1;cu=1")
{
    const char *source = "__kernel void api_nothing(void) { }";
    cl_build_status status[2] = {99, 99};
    size_t sizes[4] = {9, 9, 9, 9}, size = 0;
    struct several s;
    cl_program program;
    cl_int err;

    if (!several_init(&s, f))
        return;
    program = clCreateProgramWithSource(s.context, 1, &source, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 1, &s.devices[1], "", NULL, NULL));
    for (int i = 0; i < 2; i++)
        EXPECT_CL(CL_SUCCESS,
                  clGetProgramBuildInfo(program, s.devices[i], CL_PROGRAM_BUILD_STATUS,
                                        sizeof status[i], &status[i], NULL));
    EXPECT_EQ(CL_BUILD_NONE, status[0]);
    EXPECT_EQ(CL_BUILD_SUCCESS, status[1]);
    EXPECT_CL(CL_SUCCESS, clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof sizes,
                                           sizes, &size));
    EXPECT_EQ(2 * sizeof(size_t), size);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    several_fini(&s);
}

/* The text is refused: no device, and a message that shows the text, where it is wrong,
 * and an example. */
static void expect_bad_text(const char *value)
{
    const char *message;
    cl_platform_id platform = NULL;
    cl_device_id device;
    cl_uint count = 0;
    cl_int err;

    vgpu_test_stderr_start();
    err = clGetPlatformIDs(1, &platform, &count);
    if (err == CL_SUCCESS && count > 0)
        err = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, &count);
    message = vgpu_test_stderr_stop();
    EXPECT_TRUE(err != CL_SUCCESS || count == 0);
    EXPECT_CONTAINS(message, "VGPU_DEVICES");
    EXPECT_CONTAINS(message, value);
    EXPECT_CONTAINS(message, "column");
    EXPECT_CONTAINS(message, "for example");
}

#define BAD_TEXT(sentence, value)                                              \
    VGPU_UNIT_TEST_WITH_ENV(bad_VGPU_DEVICES, sentence, "VGPU_DEVICES=" value) \
    {                                                                          \
        expect_bad_text(value);                                                \
    }

BAD_TEXT(with_an_unknown_key, "cu=2,colour=red")
BAD_TEXT(with_no_number, "cu=many")
BAD_TEXT(with_zero_units, "cu=0")
BAD_TEXT(with_a_negative_number, "cu=-1")
BAD_TEXT(with_too_many_units, "cu=99999999999999999999")
BAD_TEXT(with_a_bad_size, "mem=12parsecs")
BAD_TEXT(with_a_size_that_overflows, "mem=99999999999999999G")
BAD_TEXT(with_no_value, "cu=")
BAD_TEXT(with_no_key, "=2")
BAD_TEXT(with_words_alone, "banana")
BAD_TEXT(that_is_good_only_at_first, "cu=2;cu=2;x")
