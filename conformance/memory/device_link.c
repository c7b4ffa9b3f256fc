/* SPDX-License-Identifier: MIT */
/* Modelled links: what a transfer takes, alone and beside others. */
#include "device_link.h"

#include "vgpu_test.h"

/* Two devices: 1 GB/s and 1 us; 2 GB/s and 3 us. */
static const struct vgpu_device_spec specs[2] = {
    {.link_bandwidth = 1000000000, .link_delay_ns = 1000},
    {.link_bandwidth = 2000000000, .link_delay_ns = 3000, .link = VGPU_LINK_PACED},
};

static struct vgpu_device devices[3]; /* the third has the host's memory */

static void open_links(void)
{
    for (int i = 0; i < 2; i++)
        devices[i].link = vgpu_link_create(&specs[i]);
}

static void close_links(void)
{
    for (int i = 0; i < 2; i++)
        vgpu_link_destroy(devices[i].link);
}

static uint64_t time_of(const struct vgpu_carriage *carriage)
{
    return carriage->end - carriage->begin - carriage->waited;
}

VGPU_UNIT_TEST(vgpu_link, takes_its_delay_and_the_bytes_at_its_bandwidth)
{
    struct vgpu_carriage carriage;

    open_links();
    carriage = vgpu_link_carry(NULL, &devices[0], 1 << 20);
    EXPECT_EQ(1000 + (1 << 20), time_of(&carriage));
    EXPECT_FALSE(carriage.is_paced);
    carriage = vgpu_link_carry(&devices[1], NULL, 1001);
    EXPECT_EQ(3000 + 501, time_of(&carriage));
    EXPECT_TRUE(carriage.is_paced);
    carriage = vgpu_link_carry(&devices[2], NULL, 1 << 20);
    EXPECT_EQ(0, carriage.end - carriage.begin);
    carriage = vgpu_link_carry(NULL, &devices[0], 0);
    EXPECT_EQ(1000, time_of(&carriage));
    close_links();
}

VGPU_UNIT_TEST(vgpu_link, between_devices_is_as_fast_as_the_slower_with_both_delays)
{
    struct vgpu_carriage carriage;

    open_links();
    carriage = vgpu_link_carry(&devices[1], &devices[0], 1000);
    EXPECT_EQ(4000 + 1000, time_of(&carriage));
    EXPECT_EQ(1000, vgpu_link_totals(&devices[0]).in.bytes);
    EXPECT_EQ(0, vgpu_link_totals(&devices[0]).out.bytes);
    EXPECT_EQ(1000, vgpu_link_totals(&devices[1]).out.bytes);
    close_links();
}

VGPU_UNIT_TEST(vgpu_link, is_shared_by_what_goes_the_same_way)
{
    enum { SECOND = 1000000000 }; /* bytes, for a link of 1 GB/s; or ns */
    struct vgpu_carriage first, second, other;
    struct vgpu_link_totals totals;

    open_links();
    first = vgpu_link_carry(NULL, &devices[0], SECOND);
    second = vgpu_link_carry(NULL, &devices[0], SECOND);
    other = vgpu_link_carry(&devices[0], NULL, SECOND);
    EXPECT_EQ(0, first.waited);
    EXPECT_EQ(first.end - 1000, second.begin + second.waited);
    EXPECT_EQ(first.end + SECOND, second.end);
    EXPECT_EQ(0, other.waited);
    vgpu_link_carried(NULL, &devices[0], 64, 77);
    totals = vgpu_link_totals(&devices[0]);
    EXPECT_EQ(2, totals.in.transfers);
    EXPECT_EQ(2 * (uint64_t)SECOND, totals.in.bytes);
    EXPECT_EQ(second.waited, totals.in.waited_ns);
    EXPECT_EQ(second.waited + 2 * ((uint64_t)SECOND + 1000), totals.in.modelled_ns);
    EXPECT_EQ(77, totals.in.real_ns);
    EXPECT_EQ(1, totals.out.transfers);
    close_links();
}
