/* SPDX-License-Identifier: MIT */
/* Memory that is about to be used, where the machine has little: a fake one. */
#include "vgpu_test.h"

#include "memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

static size_t machine; /* bytes that are free before a test uses any */
static char *blocks[8];
static size_t sizes[8];

/* Pages of the blocks that have memory. */
static size_t resident(void)
{
    static unsigned char pages[(64u << 20) / 4096];
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = 0;

    for (unsigned i = 0; i < 8; i++) {
        if (!blocks[i] || mincore(blocks[i], sizes[i], pages) != 0)
            continue;
        for (size_t at = 0; at < sizes[i] / page; at++)
            bytes += pages[at] & 1 ? page : 0;
    }
    return bytes;
}

static size_t available(void)
{
    const size_t used = resident();

    return used < machine ? machine - used : 0;
}

static struct vgpu_budget budget;
static struct vgpu_memory memory;

static void begin(size_t bytes)
{
    machine = bytes;
    memset(blocks, 0, sizeof blocks);
    vgpu_budget_init(&budget, available, MIB);
    memory.capacity = (size_t)1 << 40;
    memory.budget = &budget;
    atomic_init(&memory.used, 0);
}

static int take(unsigned index, size_t size)
{
    void *block = NULL;
    int err = vgpu_memory_allocate(&memory, size, &block);

    if (err != 0)
        return err;
    blocks[index] = block;
    sizes[index] = size;
    err = vgpu_memory_commit(&memory, block, size);
    return err;
}

static void give(unsigned index)
{
    char *const block = blocks[index];

    blocks[index] = NULL;
    vgpu_memory_release(&memory, block, sizes[index]);
}

VGPU_UNIT_TEST(budget, a_little_of_much_is_only_noted)
{
    begin(64 * MIB);
    EXPECT_EQ(0, take(0, 8 * MIB));
    EXPECT_EQ(0, resident());
    EXPECT_EQ(8 * MIB, budget.promised);
    give(0);
    EXPECT_EQ(0, budget.promised);
}

VGPU_UNIT_TEST(budget, much_gets_its_pages_at_once)
{
    begin(64 * MIB);
    EXPECT_EQ(0, take(0, 32 * MIB));
    EXPECT_EQ(32 * MIB, resident());
    EXPECT_EQ(0, budget.promised);
    give(0);
}

VGPU_UNIT_TEST(budget, what_the_machine_has_not_is_refused_and_takes_nothing)
{
    begin(48 * MIB);
    EXPECT_EQ(-ENOMEM, take(0, 48 * MIB)); /* some is left to others */
    EXPECT_EQ(0, resident());
    give(0);
    EXPECT_EQ(0, take(0, 46 * MIB));
    EXPECT_EQ(-ENOMEM, take(1, 2 * MIB));
    give(0);
    give(1);
    EXPECT_EQ(0, take(0, 46 * MIB));
    give(0);
}

VGPU_UNIT_TEST(budget, what_was_promised_is_not_given_to_another)
{
    begin(40 * MIB);
    EXPECT_EQ(0, take(0, 8 * MIB));
    EXPECT_EQ(-ENOMEM, take(1, 32 * MIB));
    EXPECT_EQ(8 * MIB, resident()); /* it got its pages when memory became short */
    give(1);
    EXPECT_EQ(0, take(1, 30 * MIB));
    memset(blocks[0], 1, 8 * MIB);
    memset(blocks[1], 1, 30 * MIB);
    give(0);
    give(1);
}

VGPU_UNIT_TEST(budget, what_is_in_use_is_not_counted_twice)
{
    begin(40 * MIB);
    EXPECT_EQ(0, take(0, 8 * MIB));
    memset(blocks[0], 1, 8 * MIB);
    EXPECT_EQ(0, take(1, 30 * MIB));
    EXPECT_EQ(1, blocks[0][8 * MIB - 1]); /* pages that it had were kept */
    give(0);
    give(1);
}

VGPU_UNIT_TEST(budget, many_small_blocks_end_where_the_machine_does)
{
    unsigned count = 0;

    begin(0);
    EXPECT_EQ(-ENOMEM, take(0, MIB));
    give(0);
    begin(2 * MIB);
    while (count < 100 && vgpu_budget_take(&budget, 64 << 10) == 0) {
        machine -= 64 << 10;
        count++;
    }
    EXPECT_GE(count, 14);
    EXPECT_LE(count, 17);
}
