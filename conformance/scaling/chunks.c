/* SPDX-License-Identifier: MIT */
/* Into how many chunks units cut a launch: as many as they need to end together, which
 * grows with the number of units, and with the logarithm of that of groups. */
#include "vgpu_test.h"

#include "run_list.h"

#include <stdlib.h>

static size_t log2_up(size_t value)
{
    size_t log = 0;

    while (((size_t)1 << log) < value)
        log++;
    return log;
}

/* Chunks that a launch of so many groups is taken in. */
static size_t count_chunks(unsigned units, size_t groups)
{
    struct vgpu_launch launch = {
        .work_dim = 1, .global_size = {groups, 1, 1}, .local_size = {1, 1, 1}};
    struct vgpu_waiter waiter = {.cpu = 0};
    struct vgpu_run_list *list;
    struct vgpu_chunk chunk;
    size_t chunks = 0, next = 0;
    void *memory;

    if (posix_memalign(&memory, VGPU_BASE_ALIGN, sizeof *list) != 0)
        return 0;
    list = memory;
    *list = (struct vgpu_run_list){.may_be_alone = false};
    EXPECT_EQ(0, vgpu_run_list_init(list, units, VGPU_SEVERAL_CPUS));
    vgpu_run_list_submit(list, &launch);
    while (next < groups && vgpu_run_list_claim(list, &waiter, &chunk)) {
        EXPECT_EQ(next, chunk.first);
        next += chunk.count;
        vgpu_run_list_end_chunk(list, &chunk);
        chunks++;
    }
    EXPECT_EQ(groups, next);
    vgpu_run_list_fini(list);
    free(memory);
    return chunks;
}

VGPU_UNIT_TEST(chunks, are_as_many_as_groups_where_there_are_few)
{
    EXPECT_EQ(1, count_chunks(1, 1));
    EXPECT_EQ(1, count_chunks(64, 1));
    EXPECT_EQ(64, count_chunks(64, 64));
    EXPECT_EQ(128, count_chunks(64, 128));
}

VGPU_UNIT_TEST(chunks, grow_with_units_and_with_the_logarithm_of_groups)
{
    for (unsigned units = 1; units <= VGPU_MAX_COMPUTE_UNITS; units *= 2)
        for (size_t groups = 1; groups <= (size_t)1 << 24; groups *= 4) {
            const size_t chunks = count_chunks(units, groups);

            EXPECT_LE(chunks, groups);
            EXPECT_LE(chunks, 2 * units * (1 + log2_up(groups)));
            EXPECT_GE(chunks, groups < units ? groups : units);
        }
}
