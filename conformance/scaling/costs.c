/* SPDX-License-Identifier: MIT */
/* What a launch costs does not depend on how many units and devices have nothing to do
 * with it: counted, not timed. */
#include "scaling_test.h"

#include <CL/cl_vgpu.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define LAUNCHES 500u
/* Of all threads, for each launch and each of its groups: the caller waits, and whoever
 * is woken for a group falls asleep again, by way of being drowsy. */
#define MOST_SLEEPS 8

static long sleeps(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_nvcsw;
}

static void expect_few_sleeps(size_t groups)
{
    struct fleet fleet;
    long before;

    ASSERT_TRUE(fleet_open(&fleet, NULL));
    fleet_repeat_nothing(&fleet, 0, groups, 10);
    before = sleeps();
    fleet_repeat_nothing(&fleet, 0, groups, LAUNCHES);
    /* 64 units take a few milliseconds to fall asleep after they were started */
    EXPECT_LE(sleeps() - before, (long)(LAUNCHES * MOST_SLEEPS * groups + 512));
    fleet_close(&fleet);
}

#define FEW_SLEEPS_ON(sentence, devices)                                          \
    VGPU_UNIT_TEST_WITH_ENV(a_launch, wakes_only_units_that_have_work_##sentence, \
                            "VGPU_DEVICES=" devices)                              \
    {                                                                             \
        expect_few_sleeps(1);                                                     \
        expect_few_sleeps(2);                                                     \
    }

FEW_SLEEPS_ON(of_one_unit, "cu=1")
FEW_SLEEPS_ON(of_eight_units, "cu=8")
FEW_SLEEPS_ON(of_sixty_four_units, "cu=64")
FEW_SLEEPS_ON(of_eight_devices, "8*cu=8")

static cl_ulong groups_of(cl_device_id device, cl_uint *units_out)
{
    cl_compute_unit_counters_vgpu units[64];
    cl_ulong groups = 0;
    size_t size = 0;

    EXPECT_CL(CL_SUCCESS, clGetDeviceCountersVGPU(device, CL_COUNTERS_COMPUTE_UNITS_VGPU,
                                                  sizeof units, units, &size));
    *units_out = (cl_uint)(size / sizeof *units);
    for (cl_uint i = 0; i < *units_out; i++)
        groups += units[i].work_groups;
    return groups;
}

VGPU_UNIT_TEST_WITH_ENV(a_launch, runs_each_group_on_one_unit_of_its_device,
                        "VGPU_DEVICES=cu=3;cu=64;6*cu=8")
{
    struct fleet fleet;

    ASSERT_TRUE(fleet_open(&fleet, NULL));
    for (cl_uint d = 0; d < fleet.count; d++)
        fleet_repeat_nothing(&fleet, d, 1000 + d, 2 + d);
    for (cl_uint d = 0; d < fleet.count; d++) {
        cl_uint units, wanted;

        EXPECT_EQ((1000 + d) * (2 + d), groups_of(fleet.device[d], &units));
        EXPECT_CL(CL_SUCCESS,
                  clGetDeviceInfo(fleet.device[d], CL_DEVICE_MAX_COMPUTE_UNITS,
                                  sizeof wanted, &wanted, NULL));
        EXPECT_EQ(wanted, units);
    }
    fleet_close(&fleet);
}

/* Bytes of this process that are in memory. */
static size_t resident(void)
{
    FILE *const file = fopen("/proc/self/statm", "r");
    unsigned long all, in_memory = 0;

    if (!file || fscanf(file, "%lu %lu", &all, &in_memory) != 2)
        VGPU_FAIL("cannot read how large this process is");
    if (file)
        fclose(file);
    return in_memory * (size_t)sysconf(_SC_PAGESIZE);
}

VGPU_UNIT_TEST_WITH_ENV(a_unit, takes_little_memory, "VGPU_DEVICES=8*cu=64")
{
    const size_t before = resident();
    struct fleet fleet;

    if (VGPU_ASAN || VGPU_TSAN)
        VGPU_SKIP("a sanitizer's own memory is many times as large");
    ASSERT_TRUE(fleet_open(&fleet, NULL));
    for (cl_uint d = 0; d < fleet.count; d++)
        fleet_repeat_nothing(&fleet, d, 1000, 1);
    EXPECT_LE(resident() - before, ((size_t)16 << 20) + 8 * 64 * ((size_t)64 << 10));
    fleet_close(&fleet);
}
