/* SPDX-License-Identifier: MIT */
/* Where compute units are placed, on machines made up for the purpose. */
#include "vgpu_test.h"

#include "placement.h"
#include "synthetic_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_UNITS 1024

struct placed {
    hwloc_topology_t topology;
    struct vgpu_places places;
    unsigned count, units[VGPU_MAX_DEVICES];
    struct vgpu_unit_placement all[MOST_UNITS], *of[VGPU_MAX_DEVICES];
};

/* Devices of so many units each, "8,8,4", on the machine's processors `usable`, "0-3,8";
 * NULL: all of them. */
static bool place(struct placed *placed, const char *machine, const char *usable,
                  const char *devices)
{
    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    struct vgpu_unit_placement *next = placed->all;
    char *end;
    int err;

    placed->topology = synthetic_machine(machine);
    if (!placed->topology || !allowed)
        return false;
    if (usable)
        hwloc_bitmap_list_sscanf(allowed, usable);
    else
        hwloc_bitmap_copy(allowed, hwloc_topology_get_allowed_cpuset(placed->topology));
    for (placed->count = 0; *devices; devices = *end ? end + 1 : end) {
        placed->units[placed->count] = (unsigned)strtoul(devices, &end, 10);
        placed->of[placed->count] = next;
        next += placed->units[placed->count++];
    }
    err = vgpu_places_init(&placed->places, placed->topology, allowed);
    if (err == 0)
        err = vgpu_place_units(&placed->places, placed->units, placed->count, placed->of);
    EXPECT_EQ(0, err);
    hwloc_bitmap_free(allowed);
    return err == 0;
}

static void placed_fini(struct placed *placed)
{
    vgpu_places_fini(&placed->places);
    hwloc_topology_destroy(placed->topology);
}

/* Processors, or NUMA nodes, unit by unit, a bar between devices. */
static void print(const struct placed *placed, bool nodes, char *text, size_t size)
{
    size_t at = 0;

    for (unsigned d = 0; d < placed->count; d++)
        for (unsigned u = 0; u < placed->units[d]; u++) {
            const struct vgpu_unit_placement *const unit = &placed->of[d][u];

            EXPECT_FALSE(unit->pinned);
            at += (size_t)snprintf(text + at, size - at, "%s%u",
                                   u > 0   ? " "
                                   : d > 0 ? " | "
                                           : "",
                                   nodes ? unit->numa_node : unit->cpu);
        }
}

static void expect_cpus(const char *expected, const char *machine, const char *usable,
                        const char *devices)
{
    struct placed placed;
    char text[4 * MOST_UNITS];

    ASSERT_TRUE(place(&placed, machine, usable, devices));
    print(&placed, false, text, sizeof text);
    EXPECT_STREQ(expected, text);
    placed_fini(&placed);
}

static void expect_nodes(const char *expected, const char *machine, const char *usable,
                         const char *devices)
{
    struct placed placed;
    char text[4 * MOST_UNITS];

    ASSERT_TRUE(place(&placed, machine, usable, devices));
    print(&placed, true, text, sizeof text);
    EXPECT_STREQ(expected, text);
    placed_fini(&placed);
}

VGPU_UNIT_TEST(placement, gives_each_unit_a_core_before_two_share_one)
{
    expect_cpus("0 2 4 6 8 10 12 14 1 3 5 7 9 11 13 15", "pack:2 core:4 pu:2", NULL,
                "16");
    expect_cpus("0 1 2", "pack:1 pu:3", NULL, "3");
    expect_cpus("0 2 4 | 6", "core:4 pu:2", NULL, "3,1");
}

VGPU_UNIT_TEST(placement, takes_only_processors_the_process_may_use)
{
    expect_cpus("3 4 12 5", "pack:2 core:4 pu:2", "3-5,12", "4");
    expect_cpus("2 3", "pack:1 core:4 pu:2", "2-3", "2");
    expect_cpus("9 11 | 30 32", "numa:2 core:16 pu:2", "9,11,30-32", "2,2");
}

VGPU_UNIT_TEST(placement, begins_again_when_every_processor_has_a_unit)
{
    expect_cpus("0 1 0 1 0", "pu:2", NULL, "5");
    expect_cpus("0 1 | 0 1 | 0 1", "pu:2", NULL, "2,2,2");
    expect_cpus("0 2 1 3 0 2 1 3 0", "core:2 pu:2", NULL, "9");
}

VGPU_UNIT_TEST(placement, goes_on_where_the_last_device_ended)
{
    expect_cpus("1 | 0 1 0 1 0", "pu:2", NULL, "1,5");
    expect_cpus("0 2 | 4 6 | 1 3 | 5 7 | 0 2", "core:4 pu:2", NULL, "2,2,2,2,2");
}

VGPU_UNIT_TEST(placement, gives_devices_numa_nodes_of_their_own)
{
    expect_cpus("0 2 4 6 | 8 10 12 14", "numa:2 core:4 pu:2", NULL, "4,4");
    expect_cpus("0 2 | 8 10 | 4 6", "numa:2 core:4 pu:2", NULL, "2,2,2");
    expect_cpus("0 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 | "
                "32 34 36 38 40 42 44 46 48 50 52 54 56 58 60 62",
                "numa:2 core:16 pu:2", NULL, "16,16");
}

VGPU_UNIT_TEST(placement, lets_large_devices_choose_first)
{
    expect_cpus("8 10 | 12 14 | 0 2 4 6", "numa:2 core:4 pu:2", NULL, "2,2,4");
}

VGPU_UNIT_TEST(placement, spreads_a_device_over_one_package_at_most_if_that_has_room)
{
    /* twelve of the sixteen cores of the second package: the first one is smaller */
    expect_cpus("32 34 36 38 40 42 44 46 48 50 52 54", "pack:4 numa:2 l3:1 core:8 pu:2",
                "0-14,32-63", "12");
    expect_nodes("0 0 0 0 0 0 0 0 1 1 1 1 | 2 2 2 2 2 2 2 2 3 3 3 3",
                 "pack:4 numa:2 l3:1 core:8 pu:2", NULL, "12,12");
}

VGPU_UNIT_TEST(placement, spreads_a_device_over_all_nodes_where_no_package_is_enough)
{
    expect_cpus("0 2 4 6 1 3", "numa:2 core:2 pu:2", NULL, "6");
    expect_nodes("0 0 1 1 0 0", "numa:2 core:2 pu:2", NULL, "6");
}

VGPU_UNIT_TEST(placement, gives_eight_devices_the_eight_nodes_of_a_large_machine)
{
    expect_nodes(
        "0 0 0 0 0 0 0 0 | 1 1 1 1 1 1 1 1 | 2 2 2 2 2 2 2 2 | 3 3 3 3 3 3 3 3 | "
        "4 4 4 4 4 4 4 4 | 5 5 5 5 5 5 5 5 | 6 6 6 6 6 6 6 6 | 7 7 7 7 7 7 7 7",
        "pack:4 numa:2 l3:1 core:8 pu:2", NULL, "8,8,8,8,8,8,8,8");
    expect_cpus("0 2 | 16 18 | 32 34 | 48 50 | 64 66 | 80 82 | 96 98 | 112 114 | 4 6",
                "pack:4 numa:2 l3:1 core:8 pu:2", NULL, "2,2,2,2,2,2,2,2,2");
}

VGPU_UNIT_TEST(placement, shares_cores_rather_than_span_nodes_when_some_must_be_shared)
{
    /* one core of each node is free: not enough for the third device */
    expect_cpus("0 2 4 | 8 10 12 | 6 1 3", "numa:2 core:4 pu:2", NULL, "3,3,3");
}

VGPU_UNIT_TEST(placement, spans_nodes_rather_than_share_cores)
{
    expect_cpus("0 2 4 | 8 10 12 | 6 14", "numa:2 core:4 pu:2", NULL, "3,3,2");
}

VGPU_UNIT_TEST(placement, keeps_a_device_behind_one_cache)
{
    expect_cpus("0 1 | 4 5", "numa:1 l3:2 core:4 pu:1", NULL, "2,2");
    expect_cpus("4 5 | 0 1 2 3 | 6 7", "numa:1 l3:2 core:4 pu:1", NULL, "2,4,2");
    expect_cpus("0 1 2 3 4 5", "numa:1 l3:2 core:4 pu:1", NULL, "6");
}

VGPU_UNIT_TEST(placement, survives_a_process_that_may_use_no_processor)
{
    expect_cpus("0 0 | 0", "numa:2 core:4 pu:2", "", "2,1");
}

VGPU_UNIT_TEST(placement, puts_two_units_on_a_processor_only_when_all_have_one)
{
    static const char *const machines[] = {"numa:2 core:16 pu:2", "core:5 pu:3", "pu:7",
                                           "pack:4 numa:2 l3:1 core:8 pu:2",
                                           "numa:3 l3:2 core:3 pu:2"};
    static const char *const devices[] = {"1,2,3,1", "5,1,1",         "3,3", "7",
                                          "2,1,4",   "1,1,1,1,1,1,1", "6,1"};
    struct placed placed;

    for (size_t m = 0; m < sizeof machines / sizeof *machines; m++)
        for (size_t d = 0; d < sizeof devices / sizeof *devices; d++) {
            unsigned units[256] = {0};

            ASSERT_TRUE(place(&placed, machines[m], NULL, devices[d]));
            for (unsigned i = 0; i < placed.count; i++)
                for (unsigned u = 0; u < placed.units[i]; u++)
                    EXPECT_EQ(1, ++units[placed.of[i][u].cpu]);
            placed_fini(&placed);
        }
}

VGPU_UNIT_TEST(placement, numbers_nodes_as_the_system_does)
{
    struct placed placed;
    hwloc_nodeset_t nodes;

    ASSERT_TRUE(place(&placed, "numa:2(indexes=5,3) core:2 pu:1", NULL, "2,2,4"));
    EXPECT_EQ(5, placed.of[2][0].numa_node);
    EXPECT_EQ(3, placed.of[2][3].numa_node);
    nodes = vgpu_placement_nodes(placed.topology, placed.of[0], placed.units[0]);
    EXPECT_EQ(1, hwloc_bitmap_weight(nodes));
    EXPECT_TRUE(hwloc_bitmap_isset(nodes, 5));
    hwloc_bitmap_free(nodes);
    placed_fini(&placed);
}

/* The NUMA nodes of the first device's memory. */
static void expect_memory(const char *expected, const char *machine, const char *devices)
{
    struct placed placed;
    hwloc_nodeset_t nodes;
    char text[64];

    ASSERT_TRUE(place(&placed, machine, NULL, devices));
    nodes = vgpu_placement_nodes(placed.topology, placed.of[0], placed.units[0]);
    ASSERT_TRUE(nodes != NULL);
    hwloc_bitmap_list_snprintf(text, sizeof text, nodes);
    EXPECT_STREQ(expected, text);
    hwloc_bitmap_free(nodes);
    placed_fini(&placed);
}

VGPU_UNIT_TEST(placement, puts_memory_on_the_node_of_the_units)
{
    expect_memory("0", "numa:2 core:4 pu:2", "4");
    expect_memory("1", "numa:2 core:4 pu:2", "3,4");
    expect_memory("0-1", "numa:2 core:4 pu:2", "6");
    expect_memory("7", "pack:4 numa:2 core:2 pu:1", "1,2,2,2,2,2,2,2");
}

VGPU_UNIT_TEST(placement, leaves_memory_anywhere_where_there_is_one_node)
{
    expect_memory("", "pack:2 core:4 pu:2", "4");
}
