/* SPDX-License-Identifier: MIT */
/* What requests cost: figures that theory predicts. */
#include "flow.h"
#include "watched.h"

#include "vgpu_test.h"

#include <string.h>

static _Alignas(128) char local_memory[65536];

#define ALL    UINT32_MAX
#define GLOBAL ((uintptr_t)1 << 40)
#define LOCAL  ((uintptr_t)local_memory)

/* A kernel of one block and one site. */
struct probe {
    struct vgpu_traced_table table;
    struct vgpu_traced_block block;
    struct vgpu_traced_site site;
    struct watched watched;
};

static void probe_start(struct probe *probe, enum vgpu_traced_space space,
                        enum vgpu_traced_kind kind, uint32_t size)
{
    memset(probe, 0, sizeof *probe);
    probe->block = (struct vgpu_traced_block){.post_dominator = VGPU_TRACED_END,
                                              .num_successors = 1};
    probe->site = (struct vgpu_traced_site){
        .space = (uint8_t)space, .kind = (uint8_t)kind, .size = size};
    probe->table = (struct vgpu_traced_table){
        .num_blocks = 1, .num_sites = 1, .blocks = &probe->block, .sites = &probe->site};
    watched_start(&probe->watched, &probe->table, ALL, local_memory);
    watched_block(&probe->watched, 0, ALL);
}

static void probe_even(struct probe *probe, uint32_t items, uintptr_t first, int64_t step)
{
    struct watched *const watched = &probe->watched;

    EXPECT_EQ(items,
              watched->calls->even(&watched->row.code, 0, items, first, step, NULL));
}

static void probe_any(struct probe *probe, uint32_t items, const uintptr_t *addresses)
{
    struct watched *const watched = &probe->watched;

    EXPECT_EQ(items, watched->calls->any(&watched->row.code, 0, items, addresses, NULL));
}

/* Ends the sub-group; what the site has counted. */
static struct vgpu_site_counts probe_end(struct probe *probe)
{
    struct vgpu_site_counts site;

    watched_end(&probe->watched);
    site = probe->watched.counts->sites[0];
    watched_fini(&probe->watched);
    return site;
}

/* One request, made both ways, which must agree. */
static struct vgpu_site_counts cost(enum vgpu_traced_space space, uint32_t size,
                                    uint32_t items, uintptr_t first, int64_t step)
{
    struct vgpu_site_counts even, any;
    uintptr_t addresses[VGPU_TRACED_ITEMS];
    struct probe probe;

    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = first + i * (uintptr_t)step;
    probe_start(&probe, space, VGPU_TRACED_LOAD, size);
    probe_even(&probe, items, first, step);
    even = probe_end(&probe);
    probe_start(&probe, space, VGPU_TRACED_LOAD, size);
    probe_any(&probe, items, addresses);
    any = probe_end(&probe);
    EXPECT_BYTES(&even.memory, &any.memory, sizeof any.memory);
    EXPECT_BYTES(&even.local, &any.local, sizeof any.local);
    return even;
}

static void expect_global(uint32_t size, uint32_t items, uintptr_t first, int64_t step,
                          uint32_t sectors, uint32_t lines, uint32_t bytes)
{
    const struct vgpu_site_counts site =
        cost(VGPU_TRACED_GLOBAL, size, items, first, step);

    EXPECT_EQ(1, site.memory.requests);
    EXPECT_EQ(sectors, site.memory.sectors);
    EXPECT_EQ(lines, site.memory.lines);
    EXPECT_EQ(bytes, site.memory.unique_bytes);
}

VGPU_UNIT_TEST(requests, of_strided_words_touch_the_sectors_and_lines_that_theory_says)
{
    expect_global(4, ALL, GLOBAL, 4, 4, 1, 128);
    expect_global(4, ALL, GLOBAL, 8, 8, 2, 128);
    expect_global(4, ALL, GLOBAL, 32, 32, 8, 128);
    expect_global(4, ALL, GLOBAL, 128, 32, 32, 128);
    expect_global(4, ALL, GLOBAL, 4096, 32, 32, 128); /* a naive transpose's store */
    expect_global(4, ALL, GLOBAL, 12, 12, 3, 128);    /* a member of a 12-byte struct */
    expect_global(4, ALL, GLOBAL, 0, 1, 1, 4);
}

VGPU_UNIT_TEST(requests, may_go_backwards_and_lie_anywhere)
{
    expect_global(4, ALL, GLOBAL + 124, -4, 4, 1, 128);
    expect_global(4, ALL, GLOBAL + 4, 4, 5, 2, 128);
    expect_global(4, ALL, GLOBAL + 1, 4, 5, 2, 128);
    expect_global(4, ALL, GLOBAL + 30, 32, 33, 9, 128); /* each in two sectors */
    expect_global(1, ALL, GLOBAL, 1, 1, 1, 32);
    expect_global(16, ALL, GLOBAL, 16, 16, 4, 512);
    expect_global(64, ALL, GLOBAL, 64, 64, 16, 2048);
    expect_global(12, ALL, GLOBAL, 12, 12, 3, 384);
}

VGPU_UNIT_TEST(requests, of_some_items_are_of_those_only)
{
    expect_global(4, 0x0000ffff, GLOBAL, 4, 2, 1, 64);
    expect_global(4, 0xffff0000, GLOBAL, 4, 2, 1, 64);
    expect_global(4, 0x55555555, GLOBAL, 4, 4, 1, 64);
    expect_global(4, 0x80000001, GLOBAL, 4, 2, 1, 8);
    expect_global(4, 0x00000100, GLOBAL, 1000, 1, 1, 4);
}

/* Each byte that is touched, once. */
static void count_bytes(const uintptr_t *addresses, uint32_t items, uint32_t size,
                        uintptr_t base, uint32_t range, struct vgpu_memory_sums *sums)
{
    static unsigned char touched[1 << 16];

    memset(touched, 0, sizeof touched);
    memset(sums, 0, sizeof *sums);
    sums->requests = 1;
    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
        for (uint32_t b = 0; b < size && items >> i & 1; b++)
            touched[addresses[i] - base + b] = 1;
    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
        sums->items += items >> i & 1;
    for (uint32_t i = 0; i < range; i++)
        sums->unique_bytes += touched[i];
    for (uint32_t i = 0; i < range; i += 32)
        sums->sectors += memchr(touched + i, 1, 32) != NULL;
    for (uint32_t i = 0; i < range; i += 128)
        sums->lines += memchr(touched + i, 1, 128) != NULL;
}

VGPU_UNIT_TEST(requests, at_random_addresses_touch_what_counting_bytes_says)
{
    static const uint32_t sizes[] = {1, 2, 4, 8, 12, 16, 32, 64, 128};
    static const uint32_t ranges[] = {128, 512, 4096, 65536 - 128};
    struct flow_random random = {4711};

    for (uint32_t round = 0; round < 4000; round++) {
        const uint32_t size = sizes[flow_random(&random, 9)];
        const uint32_t range = ranges[flow_random(&random, 4)];
        const uint32_t unit = flow_random(&random, 4) ? size : 1;
        const uint32_t items =
            flow_random(&random, 3) ? ALL : 1 + flow_random(&random, 1 << 30);
        uintptr_t addresses[VGPU_TRACED_ITEMS];
        struct vgpu_memory_sums expected;
        struct vgpu_site_counts site;
        struct probe probe;

        for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
            addresses[i] = GLOBAL + flow_random(&random, range / unit) * unit;
        count_bytes(addresses, items, size, GLOBAL, 65536, &expected);
        probe_start(&probe, VGPU_TRACED_GLOBAL, VGPU_TRACED_LOAD, size);
        probe_any(&probe, items, addresses);
        site = probe_end(&probe);
        EXPECT_BYTES(&expected, &site.memory, sizeof expected);
    }
}

VGPU_UNIT_TEST(requests, that_come_again_and_again_add_up)
{
    struct vgpu_site_counts site;
    struct probe probe;

    probe_start(&probe, VGPU_TRACED_GLOBAL, VGPU_TRACED_LOAD, 4);
    for (uint32_t i = 0; i < 100; i++) {
        probe_even(&probe, ALL, GLOBAL + 128 * i, 4);
        probe_even(&probe, ALL, GLOBAL + 4 * i, 8);
        probe_even(&probe, 0, GLOBAL, 8);
    }
    site = probe_end(&probe);
    EXPECT_EQ(200, site.memory.requests);
    EXPECT_EQ(6400, site.memory.items);
    EXPECT_EQ(200 * 128, site.memory.unique_bytes);
}

static void expect_local(uint32_t size, uint32_t items, int64_t step, uint32_t phases,
                         uint32_t cycles, uint32_t most)
{
    const struct vgpu_site_counts site =
        cost(VGPU_TRACED_LOCAL, size, items, LOCAL, step);

    EXPECT_EQ(1, site.local.requests);
    EXPECT_EQ(phases, site.local.phases);
    EXPECT_EQ(cycles, site.local.cycles);
    EXPECT_EQ(most, site.local.max_cycles);
}

VGPU_UNIT_TEST(requests, to_local_memory_take_as_long_as_their_banks_conflict)
{
    expect_local(4, ALL, 4, 1, 1, 1);
    expect_local(4, ALL, 8, 1, 2, 2);
    expect_local(4, ALL, 16, 1, 4, 4);
    expect_local(4, ALL, 12, 1, 1, 1);
    expect_local(4, ALL, 128, 1, 32, 32);  /* a column of 32 x 32 words */
    expect_local(4, ALL, 33 * 4, 1, 1, 1); /* padded */
    expect_local(4, ALL, 0, 1, 1, 1);      /* one word for all */
    expect_local(1, ALL, 1, 1, 1, 1);      /* four items a word */
    expect_local(4, 0x0000ffff, 128, 1, 16, 16);
}

VGPU_UNIT_TEST(requests, to_local_memory_of_wide_items_go_in_phases)
{
    expect_local(8, ALL, 8, 2, 2, 1);
    expect_local(8, 0x0000ffff, 8, 1, 1, 1);
    expect_local(16, ALL, 16, 4, 4, 1);
    expect_local(8, ALL, 128, 2, 32, 16);
    expect_local(16, ALL, 32, 4, 8, 2);
    expect_local(64, ALL, 64, 16, 16, 1);
}

/* The tree of a reduction whose items are interleaved: item l adds word l * 2k + k to
 * word l * 2k, in a group of 256. */
VGPU_UNIT_TEST(requests, of_an_interleaved_reduction_take_3_917_cycles)
{
    struct vgpu_site_counts site;
    struct probe probe;

    probe_start(&probe, VGPU_TRACED_LOCAL, VGPU_TRACED_LOAD, 4);
    for (uint32_t k = 1; k < 256; k *= 2)
        for (uint32_t row = 0; row < 8; row++) {
            uint32_t items = 0;

            for (uint32_t i = 0; i < 32; i++)
                items |= (uint32_t)((row * 32 + i) * 2 * k < 256) << i;
            probe_even(&probe, items, LOCAL + (uintptr_t)row * 32 * 8 * k,
                       8 * (int64_t)k);
        }
    site = probe_end(&probe);
    EXPECT_EQ(12, site.local.requests);
    EXPECT_EQ(47, site.local.cycles);
    EXPECT_EQ(8, site.local.max_cycles);
}

VGPU_UNIT_TEST(requests, to_local_memory_say_what_each_bank_gave)
{
    const struct vgpu_site_counts column =
        cost(VGPU_TRACED_LOCAL, 4, ALL, LOCAL + 8, 128);
    const struct vgpu_site_counts rows = cost(VGPU_TRACED_LOCAL, 4, ALL, LOCAL + 8, 4);

    for (uint32_t i = 0; i < VGPU_LOCAL_BANKS; i++) {
        EXPECT_EQ(i == 2 ? 32 : 0, column.local.banks[i]);
        EXPECT_EQ(1, rows.local.banks[i]);
    }
}

VGPU_UNIT_TEST(requests, of_generic_pointers_are_told_apart_by_their_addresses)
{
    uintptr_t addresses[VGPU_TRACED_ITEMS];
    struct vgpu_site_counts site;
    struct probe probe;

    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = (i % 2 ? LOCAL : GLOBAL) + i * 4;
    probe_start(&probe, VGPU_TRACED_GENERIC, VGPU_TRACED_LOAD, 4);
    probe_any(&probe, ALL, addresses);
    probe_even(&probe, ALL, LOCAL, 128);
    probe_even(&probe, ALL, GLOBAL, 4);
    probe_even(&probe, ALL, GLOBAL, 4);
    site = probe_end(&probe);
    EXPECT_EQ(3, site.memory.requests);
    EXPECT_EQ(16 + 32 + 32, site.memory.items);
    EXPECT_EQ(12, site.memory.sectors);
    EXPECT_EQ(2, site.local.requests);
    EXPECT_EQ(16 + 32, site.local.items);
    EXPECT_EQ(1 + 32, site.local.cycles);
}

VGPU_UNIT_TEST(requests, of_atomics_contend_where_items_meet_at_one_address)
{
    uintptr_t addresses[VGPU_TRACED_ITEMS];
    struct vgpu_site_counts site;
    struct probe probe;

    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
        addresses[i] = LOCAL + i / 3 * 4;
    probe_start(&probe, VGPU_TRACED_LOCAL, VGPU_TRACED_ATOMIC, 4);
    probe_any(&probe, ALL, addresses);
    probe_any(&probe, 0x00000049, addresses);
    probe_even(&probe, ALL, LOCAL, 4);
    probe_even(&probe, 0x0000ffff, LOCAL, 0);
    site = probe_end(&probe);
    EXPECT_EQ(4, site.atomics.requests);
    EXPECT_EQ(32 + 3 + 32 + 16, site.atomics.operations);
    EXPECT_EQ(3 + 1 + 1 + 16, site.atomics.contention);
    EXPECT_EQ(16, site.atomics.max_contention);
}

static uint32_t pick(struct flow_random *random, const int32_t *from, uint32_t count)
{
    return (uint32_t)from[flow_random(random, count)];
}

/* Patterns come and go, and begin here and there, as in loops. */
static void random_lines(struct flow_random *random, enum vgpu_traced_space space)
{
    static const int32_t steps[] = {0, 0, 1, 1, -1, 2, 17, -33};
    static const int32_t pitches[] = {0, 0, 1, 8, 16, 32, 33, 100, -16, -100};
    static const int32_t sizes[] = {1, 2, 4, 4, 8, 12, 16, 32};
    const uint32_t size = pick(random, sizes, 8);
    struct vgpu_site_counts lines, any;
    struct probe by_lines, by_any;
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    probe_start(&by_lines, space, VGPU_TRACED_LOAD, size);
    probe_start(&by_any, space, VGPU_TRACED_LOAD, size);
    for (uint32_t p = 0; p < 6; p++) {
        const uint32_t items =
            flow_random(random, 3) ? ALL : 1 + flow_random(random, 1 << 30);
        const uint32_t shift = 1 + flow_random(random, 5), line = 1u << shift;
        const int64_t step = (int64_t)(int32_t)pick(random, steps, 8) * size;
        const int64_t pitch =
            shift == 5 ? 0 : (int64_t)(int32_t)pick(random, pitches, 10) * size;
        const uint32_t unit = flow_random(random, 3) ? size : 1;

        for (uint32_t n = 0; n < 20; n++) {
            const uintptr_t first = (space == VGPU_TRACED_LOCAL ? LOCAL : GLOBAL) +
                                    size * 4096 / 2 + flow_random(random, 40) * unit;

            for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
                addresses[i] =
                    first + i % line * (uintptr_t)step + i / line * (uintptr_t)pitch;
            probe_any(&by_any, items, addresses);
            if (shift == 5)
                probe_even(&by_lines, items, first, step);
            else
                EXPECT_EQ(items, by_lines.watched.calls->lines(&by_lines.watched.row.code,
                                                               0, items, first, step,
                                                               pitch, line, NULL));
        }
    }
    any = probe_end(&by_any);
    lines = probe_end(&by_lines);
    EXPECT_BYTES(&any.memory, &lines.memory, sizeof any.memory);
    EXPECT_BYTES(&any.local, &lines.local, sizeof any.local);
}

VGPU_UNIT_TEST(requests, of_lines_are_what_those_at_the_same_addresses_are)
{
    struct flow_random random = {815};

    for (int i = 0; i < 300; i++) {
        random_lines(&random, VGPU_TRACED_GLOBAL);
        random_lines(&random, VGPU_TRACED_LOCAL);
    }
}
