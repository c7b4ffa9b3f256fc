/* SPDX-License-Identifier: MIT */
/* Kernels in C that the program was built with, by whichever compiler: the same comes
 * out. */
#include <math.h>
#include <stdlib.h>

#include "kernels.h"
#include "running.h"

enum { MANY = 1003 };

int bt_host_function(int value)
{
    return 3 * value + 1;
}

void bt_host_fill(int *out, int count, int value)
{
    for (int i = 0; i < count; i++)
        out[i] = value + i;
}

int bt_table[3] = {10, 20, 30};

VGPU_TEST(built_kernels, run_with_every_local_size)
{
    static float x[MANY], y[MANY];
    static const size_t sizes[] = {1, 3, 7, 16, 64, 100, 256, 1003};
    const size_t global = MANY;
    const float a = 0.5f;
    cl_mem mem_x = SHARED(f, x), mem_y = SHARED(f, y);

    for (int i = 0; i < MANY; i++)
        x[i] = (float)i;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        RUN(f, "bt_saxpy", 1, &global, &sizes[s], ARG(mem_y), ARG(mem_x), ARG(a));
    RUN(f, "bt_saxpy", 1, &global, NULL, ARG(mem_y), ARG(mem_x), ARG(a));
    for (int i = 0; i < MANY; i++)
        ASSERT_NEAR(4.5 * i, y[i], 0);
    clReleaseMemObject(mem_x);
    clReleaseMemObject(mem_y);
}

VGPU_TEST(built_kernels, wait_at_barriers_in_loops_in_whole_and_in_cut_groups)
{
    static const size_t sizes[] = {256, 100, 64, 33, 16, 5, 1};
    static int in[MANY], out[MANY];
    const size_t global = MANY;
    cl_mem mem_in = SHARED(f, in), mem_out = SHARED(f, out);

    for (int i = 0; i < MANY; i++)
        in[i] = i * i % 1000;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        RUN(f, "bt_block_sum", 1, &global, &sizes[s], ARG(mem_in), ARG(mem_out));
        for (size_t first = 0; first < MANY; first += sizes[s]) {
            int sum = 0;

            for (size_t i = first; i < MANY && i < first + sizes[s]; i++)
                sum += in[i];
            ASSERT_EQ(sum, out[first / sizes[s]]);
        }
    }
    clReleaseMemObject(mem_in);
    clReleaseMemObject(mem_out);
}

VGPU_TEST(built_kernels, share_local_memory_of_two_dimensions)
{
    enum { WIDTH = 35, HEIGHT = 22 };
    static const size_t sizes[][2] = {{16, 16}, {8, 4}, {5, 11}, {1, 2}, {16, 1}};
    static int in[HEIGHT][WIDTH], out[HEIGHT][WIDTH];
    const size_t global[] = {WIDTH, HEIGHT};
    const cl_uint pitch = WIDTH;
    cl_mem mem_in = SHARED(f, in), mem_out = SHARED(f, out);

    for (int i = 0; i < WIDTH * HEIGHT; i++)
        in[i / WIDTH][i % WIDTH] = i;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t w = sizes[s][0], h = sizes[s][1];

        RUN(f, "bt_turn", 2, global, sizes[s], ARG(mem_out), ARG(mem_in), ARG(pitch));
        for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
            const size_t x = i % WIDTH, y = i / WIDTH, left = x / w * w, top = y / h * h;
            const size_t right = left + w < WIDTH ? left + w : WIDTH;
            const size_t bottom = top + h < HEIGHT ? top + h : HEIGHT;

            ASSERT_EQ(in[top + bottom - 1 - y][left + right - 1 - x], out[y][x]);
        }
    }
    clReleaseMemObject(mem_in);
    clReleaseMemObject(mem_out);
}

VGPU_TEST(built_kernels, take_local_memory_as_an_argument)
{
    enum { SIZE = 48 };
    static int data[4 * SIZE];
    const size_t global = 4 * SIZE, local = SIZE;
    cl_mem mem = SHARED(f, data);

    for (int i = 0; i < 4 * SIZE; i++)
        data[i] = i;
    RUN(f, "bt_reverse", 1, &global, &local, ARG(mem), LOCAL(SIZE * sizeof(int)));
    for (int i = 0; i < 4 * SIZE; i++)
        ASSERT_EQ(i / SIZE * SIZE + SIZE - 1 - i % SIZE, data[i]);
    clReleaseMemObject(mem);
}

VGPU_TEST(built_kernels, wait_in_helper_functions)
{
    enum { SIZE = 37 };
    static int data[2 * SIZE];
    const size_t global = 2 * SIZE, local = SIZE;
    const int rounds = 2;
    cl_mem mem = SHARED(f, data);

    for (int i = 0; i < 2 * SIZE; i++)
        data[i] = i % SIZE;
    RUN(f, "bt_neighbours", 1, &global, &local, ARG(mem), ARG(rounds));
    for (int i = 0; i < 2 * SIZE; i++) {
        const int l = i % SIZE;

        ASSERT_EQ(l + 2 * ((l + 1) % SIZE) + (l + 2) % SIZE, data[i]);
    }
    clReleaseMemObject(mem);
}

VGPU_TEST(built_kernels, take_structs_and_vectors_by_value)
{
    static float out[100];
    const struct numbers numbers = {{1, 2, 3, 4, 5}, 10};
    const cl_float4 vector = {{100, 200, 300, 400}};
    const cl_char small = -1;
    const double big = 0.5;
    const size_t global = 100;
    cl_mem mem = SHARED(f, out);

    RUN(f, "bt_by_value", 1, &global, NULL, ARG(mem), ARG(numbers), ARG(vector),
        ARG(small), ARG(big));
    for (int i = 0; i < 100; i++)
        ASSERT_NEAR(numbers.of[i % 5] + 10 + 100 * (i % 4 + 1) - 0.5, out[i], 0);
    clReleaseMemObject(mem);
}

VGPU_TEST(built_kernels, compute_the_mathematics_of_their_arguments_type)
{
    static float in[MANY], out[MANY];
    const size_t global = MANY;
    cl_mem mem_in = SHARED(f, in), mem_out = SHARED(f, out);

    for (int i = 0; i < MANY; i++)
        in[i] = (float)i / 100;
    RUN(f, "bt_maths", 1, &global, NULL, ARG(mem_out), ARG(mem_in));
    for (int i = 0; i < MANY; i++) {
        const double x = in[i];
        const double expected = sin(x) + exp(-x) + sqrt(x) + pow(x, 1.5) + fmax(x, 2);

        ASSERT_NEAR(expected, out[i], 1e-6 * fabs(expected));
    }
    clReleaseMemObject(mem_in);
    clReleaseMemObject(mem_out);
}

VGPU_TEST(built_kernels, count_in_global_and_in_local_memory_and_in_variables)
{
    static cl_uint in[MANY];
    static int bins[9], local_bins[8], expected[8];
    const size_t global = MANY, local = 64;
    const int before = bt_calls();
    int most = 0;
    cl_mem mem_in = SHARED(f, in), mem_bins = SHARED(f, bins),
           mem_local = SHARED(f, local_bins);

    for (cl_uint i = 0; i < MANY; i++) {
        in[i] = i * i * 7 % 1021;
        expected[in[i] % 8]++;
        most = (int)in[i] > most ? (int)in[i] : most;
    }
    RUN(f, "bt_count", 1, &global, &local, ARG(mem_bins), ARG(mem_in));
    RUN(f, "bt_local_count", 1, &global, &local, ARG(mem_local), ARG(mem_in));
    EXPECT_BYTES(expected, bins, sizeof expected);
    EXPECT_BYTES(expected, local_bins, sizeof expected);
    EXPECT_EQ(most, bins[8]);
    EXPECT_EQ(MANY, bt_calls() - before);
    clReleaseMemObject(mem_in);
    clReleaseMemObject(mem_bins);
    clReleaseMemObject(mem_local);
}

VGPU_TEST(built_kernels, call_functions_of_other_files)
{
    static int data[50];
    const size_t global = 50;
    cl_mem mem = SHARED(f, data);

    for (int i = 0; i < 50; i++)
        data[i] = i;
    RUN(f, "bt_foreign", 1, &global, NULL, ARG(mem));
    for (int i = 0; i < 50; i++)
        ASSERT_EQ(3 * i + 1, data[i]);
    clReleaseMemObject(mem);
}

VGPU_TEST(built_kernels, have_private_memory_that_other_functions_fill)
{
    static int data[50];
    const size_t global = 50;
    cl_mem mem = SHARED(f, data);

    RUN(f, "bt_filled", 1, &global, NULL, ARG(mem));
    for (int i = 0; i < 50; i++) {
        const int shown = i + i % 6;

        ASSERT_EQ(i + 5 + ('0' + (shown < 10 ? shown : shown / 10)) * 1000, data[i]);
    }
    clReleaseMemObject(mem);
}

VGPU_TEST(built_kernels, share_variables_with_the_host)
{
    static int data[50];
    const size_t global = 50;
    cl_mem mem = SHARED(f, data);

    bt_table[1] = 5;
    RUN(f, "bt_same_name", 1, &global, NULL, ARG(mem));
    for (int i = 0; i < 50; i++)
        ASSERT_EQ(3 * bt_table[i % 3], data[i]);
    bt_table[1] = 20;
    clReleaseMemObject(mem);
}

VGPU_TEST(built_kernels, print)
{
    const size_t global = 4;
    const int value = 5;

    output_start();
    RUN(f, "bt_print", 1, &global, NULL, ARG(value));
    EXPECT_STREQ("item 1 of four: 2.50\n", output_stop());
}

VGPU_TEST(built_kernels, may_be_group_kernels)
{
    static int in[MANY], out[16];
    const size_t global = MANY, local = 128;
    const int before = calls_by_group;
    cl_mem mem_in = SHARED(f, in), mem_out = SHARED(f, out);

    for (int i = 0; i < MANY; i++)
        in[i] = (i * 37) % MANY - 500;
    RUN(f, "bt_block_max", 1, &global, &local, ARG(mem_in), ARG(mem_out));
    for (int g = 0; g < 8; g++) {
        int most = in[g * 128];

        for (int i = g * 128; i < MANY && i < (g + 1) * 128; i++)
            most = in[i] > most ? in[i] : most;
        ASSERT_EQ(most, out[g]);
    }
    EXPECT_EQ(8, calls_by_group - before);
    clReleaseMemObject(mem_in);
    clReleaseMemObject(mem_out);
}

static void expect_geometry(const cl_ulong *at, size_t x, size_t y, size_t z)
{
    const cl_ulong edge_x = x >= 8 ? 3 : 4;

    EXPECT_EQ(x + 1 + 100 * (y + 2) + 10000 * (z + 3), at[0]);
    EXPECT_EQ(x % 4 + 100 * (y % 2), at[1]);
    EXPECT_EQ(x / 4 + 100 * (y / 2) + 10000 * z, at[2]);
    EXPECT_EQ(edge_x + (y == 4 ? 100 : 200) + 10000, at[3]);
    EXPECT_EQ(3 + 300 + 20000, at[4]);
    EXPECT_EQ(1 + 300, at[5]);
    EXPECT_EQ(4 + 100 * (x % 4 + y % 2 * edge_x), at[6]);
    EXPECT_EQ(12, at[7]);
}

VGPU_TEST(built_kernels, know_their_place_in_three_dimensions)
{
    static cl_ulong out[2][5][11][8];
    const size_t offset[] = {1, 2, 3}, global[] = {11, 5, 2}, local[] = {4, 2, 1};
    cl_mem mem = SHARED(f, out);
    cl_kernel kernel = vgpu_test_kernel(f, "bt_geometry");

    ASSERT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof mem, &mem));
    ASSERT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 3, offset, global,
                                                 local, 0, NULL, NULL));
    ASSERT_CL(CL_SUCCESS, clFinish(f->queue));
    for (size_t i = 0; i < 2 * 5 * 11; i++)
        expect_geometry(out[i / 55][i / 11 % 5][i % 11], i % 11, i / 11 % 5, i / 55);
    clReleaseKernel(kernel);
    clReleaseMemObject(mem);
}

VGPU_TEST(built_kernels, may_have_no_parameters)
{
    const size_t global = 10;
    cl_kernel kernel = vgpu_test_kernel(f, "bt_nothing");

    run(f, kernel, 1, &global, NULL, 0, NULL);
    clReleaseKernel(kernel);
}

VGPU_TEST(built_kernels, are_found_by_their_signature_in_a_source)
{
    const char *source = "__kernel void bt_saxpy(__global float *y, "
                         "__global const float *x, float a) { y[0] = a; }";
    cl_int err;
    cl_program program = clCreateProgramWithSource(f->context, 1, &source, NULL, &err);
    char log[1024] = "";

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    clGetProgramBuildInfo(program, f->device, CL_PROGRAM_BUILD_LOG, sizeof log, log,
                          NULL);
    EXPECT_CONTAINS(log, "registered");
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}
