/* SPDX-License-Identifier: MIT */
/* How compute units are dealt to cores, on machines made up for the purpose. */
#include "vgpu_test.h"

#include "topology.h"

static hwloc_topology_t synthetic(const char *description)
{
    hwloc_topology_t topology;

    if (hwloc_topology_init(&topology) != 0)
        return NULL;
    if (hwloc_topology_set_synthetic(topology, description) != 0 ||
        hwloc_topology_load(topology) != 0) {
        hwloc_topology_destroy(topology);
        VGPU_FAIL("hwloc refuses \"%s\"", description);
        return NULL;
    }
    return topology;
}

static void expect_deal(const char *description, const char *usable_list,
                        const unsigned *cpus, unsigned count, unsigned cores)
{
    struct vgpu_unit_placement places[64];
    hwloc_topology_t topology = synthetic(description);
    hwloc_bitmap_t usable = hwloc_bitmap_alloc();

    ASSERT_TRUE(topology && usable);
    hwloc_bitmap_list_sscanf(usable, usable_list);
    EXPECT_EQ(count, vgpu_topology_deal(topology, usable, places, 64));
    for (unsigned i = 0; i < count; i++)
        EXPECT_EQ(cpus[i], places[i].cpu);
    EXPECT_EQ(cores, vgpu_topology_cores(topology, usable));
    hwloc_bitmap_free(usable);
    hwloc_topology_destroy(topology);
}

VGPU_UNIT_TEST(topology, deals_one_processor_of_every_core_first)
{
    static const unsigned cpus[] = {0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15};

    expect_deal("pack:2 core:4 pu:2", "0-15", cpus, 16, 8);
}

VGPU_UNIT_TEST(topology, deals_only_processors_the_process_may_use)
{
    static const unsigned cpus[] = {3, 4, 12, 5};

    expect_deal("pack:2 core:4 pu:2", "3-5,12", cpus, 4, 3);
}

VGPU_UNIT_TEST(topology, counts_two_processors_of_one_core_once)
{
    static const unsigned cpus[] = {2, 3};

    expect_deal("pack:1 core:4 pu:2", "2-3", cpus, 2, 1);
}

VGPU_UNIT_TEST(topology, takes_processors_where_no_cores_are_shown)
{
    static const unsigned cpus[] = {0, 1, 2};

    expect_deal("pack:1 pu:3", "0-2", cpus, 3, 3);
}

VGPU_UNIT_TEST(topology, deals_no_more_than_there_is_room_for)
{
    struct vgpu_unit_placement places[4] = {
        {.cpu = 99}, {.cpu = 99}, {.cpu = 99}, {.cpu = 99}};
    hwloc_topology_t topology = synthetic("pack:1 core:8 pu:1");

    ASSERT_TRUE(topology != NULL);
    EXPECT_EQ(3, vgpu_topology_deal(topology, hwloc_topology_get_allowed_cpuset(topology),
                                    places, 3));
    EXPECT_EQ(2, places[2].cpu);
    EXPECT_EQ(99, places[3].cpu);
    hwloc_topology_destroy(topology);
}

VGPU_UNIT_TEST(topology, knows_the_numa_node_of_each_processor)
{
    struct vgpu_unit_placement places[8];
    hwloc_topology_t topology = synthetic("numa:2 core:2 pu:2");

    ASSERT_TRUE(topology != NULL);
    ASSERT_EQ(8, vgpu_topology_deal(topology, hwloc_topology_get_allowed_cpuset(topology),
                                    places, 8));
    for (unsigned i = 0; i < 8; i++)
        EXPECT_EQ(places[i].cpu / 4, places[i].numa_node);
    hwloc_topology_destroy(topology);
}

VGPU_UNIT_TEST(topology, knows_the_caches_above_a_processor)
{
    hwloc_topology_t topology =
        synthetic("pack:1 l3:1(size=8388608) l2:2(size=524288) pu:2");
    size_t size, line;

    ASSERT_TRUE(topology != NULL);
    vgpu_topology_cache(topology, hwloc_topology_get_allowed_cpuset(topology), &size,
                        &line);
    EXPECT_EQ(8388608, size);
    EXPECT_EQ(64, line);
    hwloc_topology_destroy(topology);
}

VGPU_UNIT_TEST(topology, loads_this_machine_and_finds_a_usable_processor)
{
    hwloc_topology_t topology;
    hwloc_bitmap_t usable;

    ASSERT_EQ(0, vgpu_topology_load(&topology));
    usable = vgpu_topology_usable(topology);
    EXPECT_FALSE(hwloc_bitmap_iszero(usable));
    EXPECT_EQ(vgpu_host_cpus(), vgpu_topology_cores(topology, usable));
    hwloc_bitmap_free(usable);
    hwloc_topology_destroy(topology);
}
