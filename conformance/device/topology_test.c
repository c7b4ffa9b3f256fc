/* SPDX-License-Identifier: MIT */
/* What is read of this machine, and of machines made up for the purpose. */
#include "vgpu_test.h"

#include "device.h"
#include "synthetic_machine.h"
#include "topology.h"

#include <sys/mman.h>

static void expect_cores(unsigned cores, const char *description, const char *usable_list)
{
    hwloc_topology_t topology = synthetic_machine(description);
    hwloc_bitmap_t usable = hwloc_bitmap_alloc();

    ASSERT_TRUE(topology && usable);
    hwloc_bitmap_list_sscanf(usable, usable_list);
    EXPECT_EQ(cores, vgpu_topology_cores(topology, usable));
    hwloc_bitmap_free(usable);
    hwloc_topology_destroy(topology);
}

VGPU_UNIT_TEST(topology, counts_two_processors_of_one_core_once)
{
    expect_cores(8, "pack:2 core:4 pu:2", "0-15");
    expect_cores(3, "pack:2 core:4 pu:2", "3-5,12");
    expect_cores(1, "pack:1 core:4 pu:2", "2-3");
}

VGPU_UNIT_TEST(topology, counts_processors_where_no_cores_are_shown)
{
    expect_cores(3, "pack:1 pu:3", "0-2");
}

VGPU_UNIT_TEST(topology, knows_the_caches_above_a_processor)
{
    hwloc_topology_t topology =
        synthetic_machine("pack:1 l3:1(size=8388608) l2:2(size=524288) pu:2");
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

/* Of node 0, which every machine has. */
VGPU_UNIT_TEST(topology, binds_memory_where_this_machine_can)
{
    const size_t size = (size_t)4 << 20;
    hwloc_topology_t topology;
    hwloc_nodeset_t wanted = hwloc_bitmap_alloc(), nodes = hwloc_bitmap_alloc();
    hwloc_membind_policy_t policy;
    void *const block =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ASSERT_TRUE(wanted && nodes && block != MAP_FAILED);
    ASSERT_EQ(0, vgpu_topology_load(&topology));
    hwloc_bitmap_only(wanted,
                      hwloc_get_obj_by_type(topology, HWLOC_OBJ_NUMANODE, 0)->os_index);
    if (vgpu_topology_prefer(topology, wanted, block, size) &&
        hwloc_get_area_membind(topology, block, size, nodes, &policy,
                               HWLOC_MEMBIND_BYNODESET) == 0) {
        EXPECT_TRUE(hwloc_bitmap_isequal(wanted, nodes));
        EXPECT_EQ(HWLOC_MEMBIND_BIND, policy);
    }
    munmap(block, size);
    hwloc_bitmap_free(wanted);
    hwloc_bitmap_free(nodes);
    hwloc_topology_destroy(topology);
}
