/* SPDX-License-Identifier: MIT */
/* The profile's file: where it goes, when it cannot, and what it says besides figures. */
#include "profiled.h"

#include "process.h"
#include "vgpu_test.h"

#include <string.h>

static struct vgpu_test_process run_with(const char *variable)
{
    const char *const argv[] = {VGPU_RUN_KERNEL, VGPU_KERNEL_FOLDER "/strides.cl", NULL};
    const char *const environment[] = {variable, NULL};

    return vgpu_test_spawn(argv, environment);
}

VGPU_UNIT_TEST(profile, that_cannot_be_written_is_told_of_at_once_and_the_program_runs)
{
    static const char *const variables[] = {"VGPU_PROFILE=/nowhere/at/all.json",
                                            "VGPU_PROFILE=/tmp", "VGPU_PROFILE=/"};

    for (unsigned i = 0; i < 3; i++) {
        struct vgpu_test_process process = run_with(variables[i]);

        EXPECT_EQ(0, process.status);
        EXPECT_CONTAINS(process.err, strchr(variables[i], '=') + 1);
        EXPECT_CONTAINS(process.err, "the profile cannot be written");
        EXPECT_CONTAINS(process.err, i == 0 ? "No such file" : "Is a directory");
        vgpu_test_process_fini(&process);
    }
}

VGPU_UNIT_TEST(profile, may_go_to_the_terminal)
{
    struct vgpu_test_process process = run_with("VGPU_PROFILE=/dev/stdout");
    json_t *const json = json_loads(process.out, 0, NULL);

    EXPECT_EQ(0, process.status);
    EXPECT_TRUE(json);
    EXPECT_EQ(1, json_integer_value(json_object_get(json, "version")));
    json_decref(json);
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(profile, says_what_there_is_of_devices_launches_and_sources)
{
    json_t *const json = profiled_run(VGPU_KERNEL_FOLDER "/tile.cl", NULL);
    const json_t *const kernel = json ? profiled_kernel(json, "k") : NULL;
    const json_t *const source = json_array_get(json_object_get(json, "sources"), 0);
    const json_t *const device = json_array_get(json_object_get(json, "devices"), 0);

    ASSERT_TRUE(kernel);
    EXPECT_EQ(1, (long)profiled_number(kernel, "launches"));
    EXPECT_EQ(1, (long)profiled_number(kernel, "groups"));
    EXPECT_EQ(32, (long)profiled_number(kernel, "sub_groups"));
    EXPECT_EQ(1024, (long)profiled_number(kernel, "work_items"));
    EXPECT_EQ(32, (long)profiled_number(kernel, "barriers"));
    EXPECT_EQ(8320, (long)profiled_number(kernel, "local_bytes"));
    EXPECT_NEAR(1, profiled_number(kernel, "occupancy.fraction"), 1e-9);
    EXPECT_EQ(4, json_array_size(json_object_get(kernel, "lanes")));
    EXPECT_EQ(4, json_array_size(json_object_get(kernel, "banks")));
    EXPECT_GE((long)profiled_number(device, "compute_units"), 1);
    EXPECT_CONTAINS(json_string_value(json_object_get(source, "text")), "padded[32][33]");
    json_decref(json);
}

VGPU_UNIT_TEST(profile, of_sampled_groups_says_so)
{
    json_t *const json =
        profiled_run(VGPU_KERNEL_FOLDER "/other/mandelbrot.cl", "VGPU_PROFILE_SAMPLE=4");
    const json_t *const kernel = json ? profiled_kernel(json, "k") : NULL;

    ASSERT_TRUE(kernel);
    EXPECT_EQ(64, (long)profiled_number(kernel, "sampled.of"));
    EXPECT_GE((long)profiled_number(kernel, "sampled.groups"), 4);
    EXPECT_LE((long)profiled_number(kernel, "sampled.groups"), 32);
    EXPECT_EQ(128, (long)profiled_number(kernel, "sub_groups"));
    EXPECT_EQ((long)profiled_number(kernel, "sampled.groups") * 2,
              (long)profiled_number(kernel, "global_store.requests"));
    json_decref(json);
}

VGPU_UNIT_TEST(profile, of_a_sample_that_is_no_number_is_of_all_groups)
{
    struct vgpu_test_process process = run_with("VGPU_PROFILE_SAMPLE=-3");

    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, "VGPU_PROFILE_SAMPLE=\"-3\" is no number from 1 on");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(sub_groups, of_a_group_may_wait_for_each_other)
{
    json_t *const json = profiled_run(VGPU_KERNEL_FOLDER "/other/wait.cl", NULL);
    const json_t *const kernel = json ? profiled_kernel(json, "k") : NULL;

    ASSERT_TRUE(kernel);
    EXPECT_EQ(16, (long)profiled_number(kernel, "global_store.requests"));
    json_decref(json);
}

VGPU_UNIT_TEST(sub_groups, that_are_not_at_one_barrier_end_the_launch)
{
    const char *const argv[] = {VGPU_RUN_KERNEL, VGPU_KERNEL_FOLDER "/other/missed.cl",
                                NULL};
    const char *const environment[] = {"VGPU_PROFILE=/dev/null", NULL};
    struct vgpu_test_process process = vgpu_test_spawn(argv, environment);

    EXPECT_CONTAINS(process.err, "came to a barrier that others did not come to");
    vgpu_test_process_fini(&process);
}
