/* SPDX-License-Identifier: MIT */
/* What vgpu-cc makes of kernels that a program is built with. */
#include <string.h>

#include "code_abi.h"
#include "kernels_cl.h"
#include "running.h"

static cl_ulong memory_of(const struct vgpu_fixture *f, const char *name)
{
    cl_kernel kernel = vgpu_test_kernel(f, name);
    cl_ulong size = 0;

    EXPECT_CL(CL_SUCCESS,
              clGetKernelWorkGroupInfo(kernel, f->device, CL_KERNEL_LOCAL_MEM_SIZE,
                                       sizeof size, &size, NULL));
    clReleaseKernel(kernel);
    return size;
}

VGPU_TEST(compiled_kernels, say_how_much_local_memory_they_use)
{
    EXPECT_EQ(1024, memory_of(f, "bt_block_sum"));
    EXPECT_EQ(128, memory_of(f, "cl_turn"));
    EXPECT_EQ(0, memory_of(f, "bt_saxpy"));
}

VGPU_TEST(compiled_kernels, of_opencl_c_run)
{
    static float x[77], y[77];
    const size_t global = 77, local = 16;
    const float a = 2;
    cl_mem mem_x = SHARED(f, x), mem_y = SHARED(f, y);

    for (int i = 0; i < 77; i++)
        x[i] = y[i] = (float)i;
    RUN(f, "cl_saxpy", 1, &global, &local, ARG(mem_y), ARG(mem_x), ARG(a));
    for (int i = 0; i < 77; i++)
        ASSERT_NEAR(3 * i, y[i], 0);
    clReleaseMemObject(mem_x);
    clReleaseMemObject(mem_y);
}

VGPU_TEST(compiled_kernels, keep_the_local_size_that_they_require)
{
    static int in[8][16], out[8][16];
    const size_t global[] = {16, 8}, wrong[] = {16, 2};
    const cl_uint pitch = 16;
    cl_mem mem_in = SHARED(f, in), mem_out = SHARED(f, out);
    cl_kernel kernel = vgpu_test_kernel(f, "cl_turn");
    size_t required[3] = {0};

    for (int i = 0; i < 128; i++)
        in[i / 16][i % 16] = i;
    EXPECT_CL(CL_SUCCESS, clGetKernelWorkGroupInfo(kernel, f->device,
                                                   CL_KERNEL_COMPILE_WORK_GROUP_SIZE,
                                                   sizeof required, required, NULL));
    EXPECT_EQ(8, required[0]);
    EXPECT_EQ(4, required[1]);
    RUN(f, "cl_turn", 2, global, NULL, ARG(mem_out), ARG(mem_in), ARG(pitch));
    for (size_t i = 0; i < 128; i++)
        ASSERT_EQ(in[i / 64 * 4 + 3 - i / 16 % 4][i % 16 / 8 * 8 + 7 - i % 8] + 1000,
                  out[i / 16][i % 16]);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof mem_out, &mem_out));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof mem_in, &mem_in));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 2, sizeof pitch, &pitch));
    EXPECT_CL(
        CL_INVALID_WORK_GROUP_SIZE,
        clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, global, wrong, 0, NULL, NULL));
    clReleaseKernel(kernel);
    clReleaseMemObject(mem_in);
    clReleaseMemObject(mem_out);
}

/* The last work-group, and the last sub-group of each, are smaller. */
static void test_sub_groups(const struct vgpu_fixture *f)
{
    enum { SIZE = SUB_GROUP_SIZE, LOCAL = 5 * SIZE / 2, GLOBAL = 5 * LOCAL / 2 };
    static int in[GLOBAL], sums[9];
    const size_t global = GLOBAL, local = LOCAL;
    cl_mem mem_sums = SHARED(f, sums), mem_in = SHARED(f, in);
    cl_kernel kernel = vgpu_test_kernel(f, "cl_sums");
    size_t count = 0;

    EXPECT_CL(CL_SUCCESS, clGetKernelSubGroupInfo(
                              kernel, f->device, CL_KERNEL_SUB_GROUP_COUNT_FOR_NDRANGE,
                              sizeof local, &local, sizeof count, &count, NULL));
    EXPECT_EQ(3, count);
    for (int i = 0; i < GLOBAL; i++)
        in[i] = i * i;
    RUN(f, "cl_sums", 1, &global, &local, ARG(mem_sums), ARG(mem_in));
    for (int g = 0; g < 3; g++)
        for (int s = 0; s < 3; s++) {
            int sum = 0;

            for (int i = SIZE * s; i < SIZE * (s + 1) && i < LOCAL; i++)
                sum += LOCAL * g + i < GLOBAL ? in[LOCAL * g + i] : 0;
            EXPECT_EQ(sum, sums[3 * g + s]);
        }
    clReleaseKernel(kernel);
    clReleaseMemObject(mem_in);
    clReleaseMemObject(mem_sums);
}

VGPU_TEST(compiled_kernels, have_sub_groups)
{
    test_sub_groups(f);
}

/* Their size is in the code, watched or not, whatever the device's is. */
VGPU_TEST_WITH_ENV(compiled_kernels, keep_their_sub_groups_on_other_devices,
                   "VGPU_DEVICES=sub_group=16")
{
    test_sub_groups(f);
}

VGPU_TEST_WITH_ENV(compiled_kernels, keep_their_sub_groups_where_they_are_checked,
                   "VGPU_DEVICES=sub_group=16", "VGPU_CHECK=all,fatal")
{
    test_sub_groups(f);
}

VGPU_TEST(compiled_kernels, remember_in_program_scope_variables)
{
    static int out[3];
    const size_t global = 1;
    const struct pair pair = {7, 35.5};
    cl_mem mem = SHARED(f, out);

    for (int i = 0; i < 5; i++) {
        RUN(f, "cl_remember", 1, &global, NULL, ARG(mem), ARG(pair));
        EXPECT_EQ(5 + i, out[0]);
        EXPECT_EQ(i < 4 ? 0 : 42, out[1]);
        EXPECT_EQ(30, out[2]);
    }
    clReleaseMemObject(mem);
}

VGPU_TEST(compiled_kernels, print_vectors)
{
    const size_t global = 1;
    const cl_float4 v = {{1, 2, 3, 4}};

    output_start();
    RUN(f, "cl_print", 1, &global, NULL, ARG(v));
    EXPECT_STREQ("1.0,2.0,3.0,4.0\n", output_stop());
}

static const struct vgpu_code_table table = {.version = VGPU_CODE_VERSION};
static const struct vgpu_code_table *const tables[] = {&table};

static void expect_refused(const struct vgpu_built_code *code, const char *why)
{
    const struct vgpu_kernel_description description = {
        .size = sizeof description,
        .declaration = "__kernel void bt_refused(int a)",
        .num_args = 1,
        .code = code,
    };

    vgpu_test_stderr_start();
    EXPECT_TRUE(vgpu_kernel_register(&description) < 0);
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), why);
}

VGPU_UNIT_TEST(compiled_kernels, of_another_version_or_processor_are_refused)
{
    struct vgpu_built_code code = {.version = VGPU_CODE_VERSION + 1,
                                   .num_tables = 1,
                                   .tables = tables,
                                   .features = ""};

    expect_refused(&code, "another version");
    code.version = VGPU_CODE_VERSION;
    code.features = "quantum";
    expect_refused(&code, "another processor");
    code.features = "";
    code.num_tables = 0;
    expect_refused(&code, "no code");
}

static void never(const struct vgpu_group *group, void *const args[])
{
    (void)group;
    (void)args;
}

VGPU_UNIT_TEST(compiled_kernels, leave_descriptions_of_the_first_version_valid)
{
    const struct vgpu_kernel_description description = {
        .size = offsetof(struct vgpu_kernel_description, code),
        .declaration = "__kernel void bt_first_version(int a)",
        .num_args = 1,
        .function = never,
        .code = (const struct vgpu_built_code *)(const void *)"not there",
    };

    EXPECT_EQ(0, vgpu_kernel_register(&description));
    vgpu_kernel_unregister(&description);
}
