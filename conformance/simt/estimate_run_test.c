/* SPDX-License-Identifier: MIT */
/* Estimates in the profile of kernels whose time theory knows, on the teaching device: 2
 * units of 8 lanes at 1 GHz, sub-groups of 8, 10 bytes and 100 cycles to memory. */
#include "profiled.h"

#include "vgpu_test.h"

#include <string.h>

#define TEACHING "VGPU_DEVICES=teaching"
#define OTHER    VGPU_KERNEL_FOLDER "/other/"

/* The profile; kernel k and its estimate in it. */
struct estimated {
    json_t *profile;
    const json_t *kernel, *estimate;
};

static struct estimated run(const char *path, const char *devices)
{
    struct estimated run = {.profile = profiled_run(path, devices)};

    run.kernel = run.profile ? profiled_kernel(run.profile, "k") : NULL;
    run.estimate = json_object_get(run.kernel, "estimate");
    return run;
}

static void expect_bound(const struct estimated *run, const char *bound, double ns)
{
    ASSERT_TRUE(run->estimate);
    EXPECT_STREQ(bound, json_string_value(json_object_get(run->estimate, "bound")));
    EXPECT_NEAR(ns, profiled_number(run->estimate, "ns"), 1e-3);
    EXPECT_TRUE(profiled_number(run->estimate, "low_ns") <= ns + 1e-3);
    EXPECT_TRUE(profiled_number(run->estimate, "high_ns") >= ns - 1e-3);
}

VGPU_UNIT_TEST(estimate, of_saxpy_that_ran_is_its_bytes_at_the_bandwidth)
{
    struct estimated saxpy = run(OTHER "saxpy.cl", TEACHING);

    expect_bound(&saxpy, "memory", 3 * 262144 / 10.0);
    EXPECT_NEAR(3 * 262144 / 10.0, profiled_number(saxpy.estimate, "low_ns"), 1e-3);
    EXPECT_STREQ("teaching",
                 json_string_value(json_object_get(saxpy.estimate, "profile")));
    EXPECT_EQ(8192, (long)profiled_number(saxpy.kernel, "instructions.fma"));
    EXPECT_EQ(3 * 8192, (long)profiled_number(saxpy.kernel, "instructions.access"));
    EXPECT_EQ(3 * 8192, (long)profiled_number(saxpy.kernel, "instructions.address"));
    EXPECT_TRUE(!json_object_get(json_object_get(saxpy.kernel, "instructions"), "float"));
    json_decref(saxpy.profile);
}

/* Each pass: a multiplication and addition, an addition, and for the loop an addition, a
 * comparison, a branch. */
VGPU_UNIT_TEST(estimate, of_a_loop_of_arithmetic_that_ran_is_its_operations_at_the_peak)
{
    struct estimated loop = run(OTHER "arithmetic.cl", TEACHING);
    const double sub_groups = 1024 / 8, around = 1 + 2 + 2 + 2, cycles = 8 / 8;

    expect_bound(&loop, "arithmetic", sub_groups * (5 * 1000 + around) * cycles / 2);
    EXPECT_EQ(1000 * 128, (long)profiled_number(loop.kernel, "instructions.fma"));
    EXPECT_EQ(1000 * 128, (long)profiled_number(loop.kernel, "instructions.float"));
    EXPECT_EQ(1001 * 128, (long)profiled_number(loop.kernel, "instructions.branch"));
    json_decref(loop.profile);
}

VGPU_UNIT_TEST(estimate, of_a_pointer_chase_that_ran_is_the_latency_of_each_step)
{
    struct estimated chase = run(OTHER "chase.cl", TEACHING);

    expect_bound(&chase, "latency", 1000 * 100.0);
    json_decref(chase.profile);
    chase = run(OTHER "chase.cl", TEACHING ",latency=500ns");
    expect_bound(&chase, "latency", 1000 * 500.0);
    json_decref(chase.profile);
}

VGPU_UNIT_TEST(estimate, of_branches_that_diverged_has_both_arms)
{
    struct estimated run_of = run(OTHER "divergent.cl", TEACHING);

    EXPECT_EQ(2 * 128, (long)profiled_number(run_of.kernel, "instructions.fma"));
    EXPECT_EQ(128, (long)profiled_number(run_of.kernel, "instructions.branch"));
    EXPECT_EQ(128, (long)profiled_number(run_of.kernel, "instructions.divide"));
    json_decref(run_of.profile);
}

/* 64 x 64 floats: 512 sub-groups read a sector each, and write 8, or 1. */
VGPU_UNIT_TEST(estimate, of_transposes_that_ran_is_of_their_sectors)
{
    struct estimated naive = run(VGPU_KERNEL_FOLDER "/transpose.cl", TEACHING ",cache=0");
    struct estimated tiled = run(OTHER "transpose_tiled.cl", TEACHING ",cache=0");

    EXPECT_NEAR((1 + 8) * 32 * 512 / 10.0, profiled_number(naive.estimate, "memory_ns"),
                1e-3);
    EXPECT_NEAR((1 + 1) * 32 * 512 / 10.0, profiled_number(tiled.estimate, "memory_ns"),
                1e-3);
    EXPECT_TRUE(json_is_false(json_object_get(naive.estimate, "cached")));
    json_decref(naive.profile);
    json_decref(tiled.profile);
    naive = run(VGPU_KERNEL_FOLDER "/transpose.cl", TEACHING);
    /* No more of what is written than all buffers have. */
    EXPECT_NEAR((16384 + 2 * 16384) / 10.0, profiled_number(naive.estimate, "memory_ns"),
                1e-3);
    EXPECT_TRUE(json_is_true(json_object_get(naive.estimate, "cached")));
    json_decref(naive.profile);
}

/* run_kernel reads and writes its buffers of 256 KiB over a link of 1 GB/s. */
VGPU_UNIT_TEST(estimate, of_a_program_has_its_transfers)
{
    struct estimated saxpy = run(OTHER "saxpy.cl", TEACHING);
    const json_t *const device =
        json_array_get(json_object_get(saxpy.profile, "devices"), 0);
    const json_t *const program = json_object_get(saxpy.profile, "estimate");
    const double link = profiled_number(device, "link.to_device.estimate_ns") +
                        profiled_number(device, "link.from_device.estimate_ns");
    const double bytes = profiled_number(device, "link.to_device.bytes") +
                         profiled_number(device, "link.from_device.bytes");
    const double transfers = profiled_number(device, "link.to_device.transfers") +
                             profiled_number(device, "link.from_device.transfers");

    EXPECT_GE((long)bytes, 2 * 262144);
    EXPECT_NEAR(bytes + 10000 * transfers, link, 2 * transfers); /* whole ns */
    EXPECT_NEAR(link, profiled_number(program, "link_ns"), 1e-3);
    EXPECT_NEAR(3 * 262144 / 10.0, profiled_number(program, "kernels_ns"), 1e-3);
    EXPECT_NEAR(link + 3 * 262144 / 10.0, profiled_number(program, "ns"), 1e-3);
    EXPECT_STREQ("link", json_string_value(json_object_get(program, "bound")));
    json_decref(saxpy.profile);
}

VGPU_UNIT_TEST(estimate, is_left_out_where_the_device_is_this_machine)
{
    struct estimated native = run(OTHER "saxpy.cl", NULL);

    EXPECT_TRUE(!native.estimate);
    EXPECT_EQ(65536 / 32, (long)profiled_number(native.kernel, "instructions.fma"));
    json_decref(native.profile);
}
