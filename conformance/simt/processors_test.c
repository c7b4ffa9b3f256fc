/* SPDX-License-Identifier: MIT */
/* What is compiled for several processors gives the same on each of them. */
#include "flow.h"
#include "watched.h"

#include "observe/check/lanes.h"
#include "observe/cost.h"
#include "vgpu_test.h"

#include <string.h>

#define ROUNDS 5000
#define BASE   ((uintptr_t)1 << 40)

/* The functions as compiled for one level of the architecture: see CMakeLists.txt. */
struct level {
    const char *name;
    void (*outside)(const uintptr_t *addresses, uint32_t count, uint32_t size,
                    struct vgpu_request *request_out);
    void (*dense)(uintptr_t lowest, uint32_t count, uint32_t step, uint32_t size,
                  struct vgpu_request *request_out);
    void (*local)(struct vgpu_bank_words *words, const uint32_t *offsets, uint32_t items,
                  uint32_t size, struct vgpu_request *request_out);
    uint32_t (*contention)(const uintptr_t *addresses, uint32_t count);
    void (*any)(struct vgpu_row *row, uint32_t site, uint32_t items,
                const uintptr_t *addresses);
    void (*add_shape)(const struct vgpu_site_counts *site, struct vgpu_site_counts *to);
};

#define DECLARE(suffix)                                                                 \
    void vgpu_cost_outside_##suffix(const uintptr_t *, uint32_t, uint32_t,              \
                                    struct vgpu_request *);                             \
    void vgpu_cost_dense_outside_##suffix(uintptr_t, uint32_t, uint32_t, uint32_t,      \
                                          struct vgpu_request *);                       \
    void vgpu_cost_local_##suffix(struct vgpu_bank_words *, const uint32_t *, uint32_t, \
                                  uint32_t, struct vgpu_request *);                     \
    uint32_t vgpu_contention_##suffix(const uintptr_t *, uint32_t);                     \
    void vgpu_request_any_##suffix(struct vgpu_row *, uint32_t, uint32_t,               \
                                   const uintptr_t *);                                  \
    void vgpu_site_add_shape_##suffix(const struct vgpu_site_counts *,                  \
                                      struct vgpu_site_counts *);
#define LEVEL(name, suffix)                                                 \
    {                                                                       \
        name, vgpu_cost_outside_##suffix, vgpu_cost_dense_outside_##suffix, \
            vgpu_cost_local_##suffix, vgpu_contention_##suffix,             \
            vgpu_request_any_##suffix, vgpu_site_add_shape_##suffix         \
    }

DECLARE(plain)
static const struct level plain = LEVEL("any", plain);

#ifdef LEVELS
DECLARE(v3)
DECLARE(v4)
static const struct level levels[] = {LEVEL("x86-64-v3", v3), LEVEL("x86-64-v4", v4)};

static size_t count_levels(void)
{
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2") ||
        !__builtin_cpu_supports("fma"))
        return 0;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512cd") &&
                   __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("avx512vl")
               ? 2
               : 1;
}
#else
static const struct level levels[1];

static size_t count_levels(void)
{
    return 0;
}
#endif

/* Addresses as kernels have them: of even and of odd steps, scattered, near and far. */
static void make_addresses(struct flow_random *random, uint32_t size,
                           uintptr_t *addresses)
{
    static const uint32_t ranges[] = {1, 4, 32, 128, 4096, 1 << 20, 1u << 31};
    const uint32_t kind = flow_random(random, 4);
    const uint32_t range = ranges[flow_random(random, 7)];
    uintptr_t at = BASE + flow_random(random, 256);

    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++) {
        addresses[i] = at;
        if (kind == 0)
            at += size;
        else if (kind == 1)
            at += (uintptr_t)flow_random(random, 3) * size;
        else
            at = BASE + flow_random(random, range) * (kind == 2 ? size : 1);
    }
}

static uint32_t make_size(struct flow_random *random)
{
    static const uint32_t sizes[] = {1, 2, 4, 8, 12, 16, 32, 64};

    return sizes[flow_random(random, 8)];
}

static uint32_t make_items(struct flow_random *random)
{
    const uint32_t items = flow_random(random, UINT32_MAX) << 1 | flow_random(random, 2);

    return items == 0 || flow_random(random, 3) == 0 ? UINT32_MAX : items;
}

VGPU_UNIT_TEST(processors, of_each_kind_find_the_same_cost)
{
    static uint32_t marks[2][1 << 15];
    struct flow_random random = {1};

    for (int round = 0; round < ROUNDS; round++) {
        const uint32_t size = make_size(&random), items = make_items(&random);
        const uint32_t count = 1 + flow_random(&random, VGPU_TRACED_ITEMS);
        const uint32_t step = flow_random(&random, size + 1);
        uintptr_t addresses[VGPU_TRACED_ITEMS];
        uint32_t offsets[VGPU_TRACED_ITEMS];

        make_addresses(&random, size, addresses);
        for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++) {
            addresses[i] = i < count ? addresses[i] : addresses[count - 1];
            offsets[i] = (uint32_t)addresses[i] & 0xffff;
        }
        for (size_t l = 0; l < count_levels(); l++) {
            struct vgpu_bank_words words[2] = {{marks[0], 1 << 15, 0},
                                               {marks[1], 1 << 15, 0}};
            struct vgpu_request one[2] = {{0}}, dense[2] = {{0}}, local[2] = {{0}};

            plain.outside(addresses, count, size, &one[0]);
            levels[l].outside(addresses, count, size, &one[1]);
            plain.dense(addresses[0], count, step, size, &dense[0]);
            levels[l].dense(addresses[0], count, step, size, &dense[1]);
            memset(marks, 0, sizeof marks);
            plain.local(&words[0], offsets, items, size, &local[0]);
            levels[l].local(&words[1], offsets, items, size, &local[1]);
            EXPECT_EQ(plain.contention(addresses, count),
                      levels[l].contention(addresses, count));
            if (memcmp(&one[0], &one[1], sizeof one[0]) != 0 ||
                memcmp(&dense[0], &dense[1], sizeof dense[0]) != 0 ||
                memcmp(&local[0], &local[1], sizeof local[0]) != 0) {
                VGPU_FAIL("%s, round %d: %u items of %u bytes", levels[l].name, round,
                          count, size);
                return;
            }
        }
    }
}

/* One site of a made-up kernel, which requests are made at. */
static void count_requests(const struct level *level, uint32_t seed,
                           enum vgpu_traced_space space, struct vgpu_site_counts *out)
{
    static _Alignas(128) char local_memory[65536];
    struct flow_random random = {seed};
    const uint32_t size = make_size(&random);
    struct vgpu_traced_block block = {.post_dominator = VGPU_TRACED_END,
                                      .num_successors = 1};
    struct vgpu_traced_site site = {
        .space = (uint8_t)space, .kind = VGPU_TRACED_LOAD, .size = size};
    const struct vgpu_traced_table table = {
        .num_blocks = 1, .num_sites = 1, .blocks = &block, .sites = &site};
    struct watched watched;

    watched_start(&watched, &table, UINT32_MAX, local_memory);
    watched_block(&watched, 0, UINT32_MAX);
    for (uint32_t i = 0; i < 40; i++) {
        const uint32_t items = make_items(&random);
        uintptr_t addresses[VGPU_TRACED_ITEMS];

        make_addresses(&random, size, addresses);
        for (uint32_t k = 0; space == VGPU_TRACED_LOCAL && k < VGPU_TRACED_ITEMS; k++)
            addresses[k] = (uintptr_t)local_memory + (addresses[k] & 0x7fff);
        for (uint32_t again = flow_random(&random, 3) + 1; again > 0; again--)
            level->any(&watched.row, 0, items, addresses);
    }
    level->add_shape(&watched.counts->sites[0], &watched.counts->sites[0]);
    *out = watched.counts->sites[0];
    vgpu_parts_end(&watched.row);
    watched_fini(&watched);
}

VGPU_UNIT_TEST(processors, of_each_kind_count_the_same_requests)
{
    for (uint32_t seed = 1; seed < 200; seed++) {
        const enum vgpu_traced_space space =
            seed % 2 ? VGPU_TRACED_GLOBAL : VGPU_TRACED_LOCAL;
        struct vgpu_site_counts expected, found;

        count_requests(&plain, seed, space, &expected);
        EXPECT_GT((expected.memory.requests + expected.local.requests), 39);
        for (size_t l = 0; l < count_levels(); l++) {
            count_requests(&levels[l], seed, space, &found);
            EXPECT_BYTES(&expected.memory, &found.memory, sizeof found.memory);
            EXPECT_BYTES(&expected.local, &found.local, sizeof found.local);
        }
    }
}

static void expect_shape(unsigned way, const uintptr_t *addresses, uint32_t size,
                         uintptr_t first, uintptr_t room)
{
    const struct lanes_shape shape = lanes_way(way)(addresses, size, first, room);

    for (uint32_t i = 0; i < 32; i++) {
        const bool is_last = i == 31;
        const bool outside = addresses[i] < first || addresses[i] - first > room - size;
        const bool beside = !is_last && addresses[i + 1] == addresses[i] + size;
        const bool same = !is_last && addresses[i + 1] == addresses[i];

        EXPECT_EQ(outside, shape.outside >> i & 1);
        EXPECT_EQ(beside, shape.beside >> i & 1);
        EXPECT_EQ(same, shape.same >> i & 1);
    }
}

VGPU_UNIT_TEST(processors, of_each_kind_find_the_same_shape_of_addresses)
{
    struct flow_random random = {7};

    EXPECT_TRUE(lanes_way(LANES_WAYS) == NULL);
    for (int round = 0; round < ROUNDS / 2; round++) {
        const uint32_t size = make_size(&random);
        const uintptr_t first = BASE + flow_random(&random, 1024);
        const uintptr_t room = size + flow_random(&random, 4096);
        uintptr_t addresses[VGPU_TRACED_ITEMS];

        make_addresses(&random, size, addresses);
        if (round % 8 == 0) /* wild ones, at both ends of what there is */
            addresses[flow_random(&random, 32)] =
                (uintptr_t)0 - flow_random(&random, 3) * ((uintptr_t)1 << 62);
        if (round % 9 == 0) /* just inside, or just outside */
            addresses[flow_random(&random, 32)] =
                first + room - size + flow_random(&random, 2);
        for (unsigned way = 0; way < LANES_WAYS; way++)
            if (lanes_way(way))
                expect_shape(way, addresses, size, first, room);
    }
}
