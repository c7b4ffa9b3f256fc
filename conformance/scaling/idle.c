/* SPDX-License-Identifier: MIT */
/* Devices that have nothing to do take no processor's time. */
#include "scaling_test.h"

#include <time.h>

#define WORK_NS 200000000 /* that this thread computes meanwhile */

static long long now_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

/* What all other threads take while this one works. One unit that polled would take about
 * as much as this thread, if there is another core, and half of it, if there is none. */
static void expect_idle(void)
{
    const long long own = now_ns(CLOCK_THREAD_CPUTIME_ID),
                    all = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    long long others;

    while (now_ns(CLOCK_THREAD_CPUTIME_ID) - own < WORK_NS)
        ;
    others =
        now_ns(CLOCK_PROCESS_CPUTIME_ID) - all - (now_ns(CLOCK_THREAD_CPUTIME_ID) - own);
    EXPECT_LE(others, WORK_NS / 4);
}

static void expect_idle_fleet(void)
{
    struct fleet fleet;

    ASSERT_TRUE(fleet_open(&fleet, NULL));
    expect_idle(); /* before any has had work */
    for (cl_uint d = 0; d < fleet.count; d++)
        fleet_repeat_nothing(&fleet, d, 100, 1);
    expect_idle();
    fleet_close(&fleet);
}

VGPU_UNIT_TEST_WITH_ENV(eight_idle_devices, take_no_processors_time,
                        "VGPU_DEVICES=8*cu=8")
{
    expect_idle_fleet();
}

VGPU_UNIT_TEST_WITH_ENV(eight_idle_devices, take_none_with_their_own_memory,
                        "VGPU_DEVICES=8*cu=8,memory=separate")
{
    expect_idle_fleet();
}
