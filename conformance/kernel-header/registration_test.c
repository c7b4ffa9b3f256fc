/* SPDX-License-Identifier: MIT */
/* Kernels that a program registers while it runs are found, launched and forgotten. */
#include "vgpu_test.h"

#include <CL/cl_vgpu.h>
#include <string.h>

static void scale_group(const struct vgpu_group *group, void *const args[])
{
    cl_int *data = *(cl_int **)args[0];
    const cl_int factor = *(cl_int *)args[1];

    for (size_t i = 0; i < group->local_size[0]; i++)
        data[group->first_global_id[0] + i] *= factor;
}

/* Each item takes its neighbour's value, which needs the barrier. */
static void shift_item(const struct vgpu_item *item, void *const args[])
{
    cl_int *data = *(cl_int **)args[0];
    const size_t id = item->global_id[0], size = item->group->local_size[0];
    const cl_int next = data[(id + 1) % size];

    vgpu_item_barrier(item, 1, __LINE__);
    data[id] = next;
}
CL_VGPU_ITEM_FUNCTION(shift_group, shift_item)

static const char scale_text[] =
    "__kernel void run_time_scale(__global int *data, int factor)";
static const char shift_text[] = "__kernel void run_time_shift(__global int *data);";

static cl_int register_scale(void)
{
    return clRegisterKernelVGPU(scale_text, VGPU_KIND_OF_KERNEL_GROUP, scale_group, NULL);
}

static cl_int build(const struct vgpu_fixture *f, const char *text,
                    cl_program *program_out)
{
    cl_int err;
    const char *source = text;

    *program_out = clCreateProgramWithSource(f->context, 1, &source, NULL, &err);
    return err ? err : clBuildProgram(*program_out, 0, NULL, NULL, NULL, NULL);
}

/* Runs the kernel on {1, 2, 3, 4}, in one group, and reads what became of it. */
static void launch(const struct vgpu_fixture *f, const char *text, const char *name,
                   const cl_int *factor, cl_int data[4])
{
    const size_t size = 4;
    cl_program program;
    cl_int err;

    ASSERT_CL(CL_SUCCESS, build(f, text, &program));
    cl_kernel kernel = clCreateKernel(program, name, &err);
    ASSERT_CL(CL_SUCCESS, err);
    cl_mem buffer =
        clCreateBuffer(f->context, CL_MEM_COPY_HOST_PTR, 4 * sizeof *data, data, &err);
    ASSERT_CL(CL_SUCCESS, err);
    ASSERT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    if (factor)
        ASSERT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof *factor, factor));
    ASSERT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &size, &size,
                                                 0, NULL, NULL));
    ASSERT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0,
                                              4 * sizeof *data, data, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clRegisterKernelVGPU, makes_a_group_function_a_kernel)
{
    static const cl_int expected[4] = {3, 6, 9, 12};
    const cl_int factor = 3;
    cl_int data[4] = {1, 2, 3, 4};

    ASSERT_CL(CL_SUCCESS, register_scale());
    launch(f, "kernel void run_time_scale(global int *data, int factor) {}",
           "run_time_scale", &factor, data);
    EXPECT_BYTES(expected, data, sizeof data);
    EXPECT_CL(CL_SUCCESS, clUnregisterKernelVGPU("run_time_scale"));
}

VGPU_TEST(clRegisterKernelVGPU, makes_an_item_function_with_barriers_a_kernel)
{
    static const cl_int expected[4] = {2, 3, 4, 1};
    cl_int data[4] = {1, 2, 3, 4};

    ASSERT_CL(CL_SUCCESS, clRegisterKernelVGPU(shift_text, VGPU_KIND_OF_KERNEL_BARRIER,
                                               shift_group, NULL));
    launch(f, shift_text, "run_time_shift", NULL, data);
    EXPECT_BYTES(expected, data, sizeof data);
    EXPECT_CL(CL_SUCCESS, clUnregisterKernelVGPU("run_time_shift"));
}

VGPU_TEST(clRegisterKernelVGPU, copies_the_declaration_and_the_sizes)
{
    char text[sizeof scale_text];
    size_t sizes[2] = {sizeof(void *), sizeof(cl_int)};
    cl_program program;

    memcpy(text, scale_text, sizeof text);
    ASSERT_CL(CL_SUCCESS,
              clRegisterKernelVGPU(text, VGPU_KIND_OF_KERNEL_GROUP, scale_group, sizes));
    memset(text, 'x', sizeof text - 1);
    memset(sizes, 0xff, sizeof sizes);
    EXPECT_CL(CL_SUCCESS, build(f, scale_text, &program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clUnregisterKernelVGPU("run_time_scale"));
}

VGPU_TEST(clRegisterKernelVGPU, is_found_by_name)
{
    EXPECT_TRUE(clGetExtensionFunctionAddressForPlatform(f->platform,
                                                         "clRegisterKernelVGPU") != NULL);
    EXPECT_TRUE(clGetExtensionFunctionAddressForPlatform(
                    f->platform, "clUnregisterKernelVGPU") != NULL);
}

VGPU_UNIT_TEST(clRegisterKernelVGPU, refuses_a_missing_declaration_function_or_kind)
{
    EXPECT_CL(CL_INVALID_VALUE,
              clRegisterKernelVGPU(NULL, VGPU_KIND_OF_KERNEL_GROUP, scale_group, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clRegisterKernelVGPU(scale_text, VGPU_KIND_OF_KERNEL_GROUP, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clRegisterKernelVGPU(scale_text, 3, scale_group, NULL));
}

VGPU_UNIT_TEST(clRegisterKernelVGPU, refuses_what_declares_no_kernel_or_several)
{
    static const char *const texts[] = {
        "",
        "hello",
        "__kernel void",
        "void plain(int a);",
        "__kernel void f(__global int *",
        "__kernel void a1(int x); __kernel void a2(int x);"};

    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++)
        EXPECT_CL(
            CL_INVALID_KERNEL_DEFINITION,
            clRegisterKernelVGPU(texts[i], VGPU_KIND_OF_KERNEL_GROUP, scale_group, NULL));
}

VGPU_UNIT_TEST(clRegisterKernelVGPU, refuses_sizes_that_do_not_fit_the_types)
{
    const size_t sizes[2] = {sizeof(void *), 3};

    EXPECT_CL(
        CL_INVALID_KERNEL_DEFINITION,
        clRegisterKernelVGPU(scale_text, VGPU_KIND_OF_KERNEL_GROUP, scale_group, sizes));
}

VGPU_UNIT_TEST(clRegisterKernelVGPU, refuses_a_name_that_is_taken)
{
    ASSERT_CL(CL_SUCCESS, register_scale());
    EXPECT_CL(CL_INVALID_KERNEL_NAME, register_scale());
    EXPECT_CL(CL_SUCCESS, clUnregisterKernelVGPU("run_time_scale"));
}

VGPU_TEST_WITH_ENV(clUnregisterKernelVGPU,
                   hides_the_kernel_from_new_programs_and_frees_its_name,
                   "VGPU_COMPILER=registered")
{
    cl_program program;

    ASSERT_CL(CL_SUCCESS, register_scale());
    EXPECT_CL(CL_SUCCESS, clUnregisterKernelVGPU("run_time_scale"));
    EXPECT_CL(CL_BUILD_PROGRAM_FAILURE, build(f, scale_text, &program));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, register_scale());
    EXPECT_CL(CL_SUCCESS, clUnregisterKernelVGPU("run_time_scale"));
}

VGPU_UNIT_TEST(clUnregisterKernelVGPU, refuses_a_name_that_was_not_registered)
{
    EXPECT_CL(CL_INVALID_VALUE, clUnregisterKernelVGPU(NULL));
    EXPECT_CL(CL_INVALID_KERNEL_NAME, clUnregisterKernelVGPU("no_such_kernel"));
}
