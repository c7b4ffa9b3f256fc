/* SPDX-License-Identifier: MIT */
/* Code for a compute unit that runs a kernel alone: which kernels have it, and that it
 * gives the same results. */
#include <stdlib.h>
#include <string.h>

#include "compiling.h"
#include "running.h"
#include "vgpu_test.h"

enum { ITEMS = 192, CELLS = 16 };

/* What a kernel finds: a value for each item, and cells that items share. */
struct memory {
    int in[ITEMS];
    unsigned seen[ITEMS];
    unsigned cells[CELLS];
};

static void fill(struct memory *memory)
{
    for (int i = 0; i < ITEMS; i++)
        memory->in[i] = i * 7919 % 23;
    memset(memory->seen, 0, sizeof memory->seen);
    for (unsigned c = 0; c < CELLS; c++)
        memory->cells[c] = 100 * c;
}

static void run_alone(const struct vgpu_unit *unit, enum vgpu_code_mode mode, size_t size,
                      struct memory *memory, bool *has_code)
{
    const void *pointers[] = {memory->in, memory->seen, memory->cells};
    void *args[] = {&pointers[0], &pointers[1], &pointers[2]};
    const struct run run = {.args = args,
                            .local_size = {size},
                            .num_groups = {ITEMS / size},
                            .is_alone = true,
                            .had_alone = has_code};

    run_kernel(unit, "f", mode, &run);
}

#define KERNEL(body)                                                               \
    "kernel void f(global const int *in, global uint *seen, volatile global uint " \
    "*cells)\n{ int i = get_global_id(0); " body " }"

typedef void check_fn(const struct memory *memory, size_t items);

static void expect_alone(const char *source, check_fn *check)
{
    static const enum vgpu_code_mode modes[] = {VGPU_CODE_PLAIN, VGPU_CODE_LOCKSTEP};
    static const size_t sizes[] = {1, 7, 16, 64};
    struct compiled compiled = compile_source(source, "", true);

    for (size_t t = 0; expect_done(&compiled) && t < 8; t++) {
        const size_t size = sizes[t / 2];
        struct memory memory;
        bool has_code = false;

        fill(&memory);
        run_alone(&compiled.unit, modes[t % 2], size, &memory, &has_code);
        EXPECT_TRUE(has_code);
        check(&memory, ITEMS / size * size);
    }
    compiled_fini(&compiled);
}

static void check_histogram(const struct memory *memory, size_t items)
{
    unsigned right[CELLS];

    for (unsigned c = 0; c < CELLS; c++)
        right[c] = 100 * c;
    for (size_t i = 0; i < items; i++)
        right[memory->in[i] % CELLS] += (unsigned)i;
    EXPECT_BYTES(right, memory->cells, sizeof right);
}

VGPU_UNIT_TEST(alone, adds_into_cells)
{
    expect_alone(KERNEL("atomic_add(&cells[in[i] % 16], (uint)i);"), check_histogram);
}

/* Items of a row that meet in one cell come one after the other. */
VGPU_UNIT_TEST(alone, exchanges_where_what_was_seen_is_still_there)
{
    expect_alone(KERNEL("volatile global uint *cell = &cells[in[i] % 16];\n"
                        "uint last = *cell, found;\n"
                        "while ((found = atomic_cmpxchg(cell, last, last + i)) != last)\n"
                        "  last = found;"),
                 check_histogram);
}

static void check_places(const struct memory *memory, size_t items)
{
    unsigned count[ITEMS] = {0};

    EXPECT_EQ(items, memory->cells[0]);
    for (size_t i = 0; i < items; i++)
        count[memory->seen[i] < ITEMS ? memory->seen[i] : 0]++;
    for (size_t i = 0; i < items; i++)
        EXPECT_EQ(1u, count[i]);
}

VGPU_UNIT_TEST(alone, deals_out_places)
{
    expect_alone(KERNEL("seen[i] = atomic_inc(&cells[0]);"), check_places);
}

static bool has_code_alone(const char *source)
{
    struct compiled compiled = compile_source(source, "", true);
    struct memory memory;
    bool has_code = false;

    fill(&memory);
    if (expect_done(&compiled))
        run_alone(&compiled.unit, VGPU_CODE_LOCKSTEP, 16, &memory, &has_code);
    compiled_fini(&compiled);
    return has_code;
}

VGPU_UNIT_TEST(alone, is_for_kernels_that_have_atomics)
{
    EXPECT_TRUE(!has_code_alone(KERNEL("seen[i] = in[i];")));
    EXPECT_TRUE(!has_code_alone(KERNEL("local int sum; sum = 0; barrier(1);\n"
                                       "atomic_add(&sum, in[i]); barrier(1);\n"
                                       "seen[i] = sum;")));
    EXPECT_TRUE(has_code_alone(KERNEL("atomic_inc(&cells[0]);")));
}

/* Kernels that may wait for another work-group to do something: it has to run meanwhile.
 */
VGPU_UNIT_TEST(alone, is_not_for_kernels_that_wait)
{
    EXPECT_TRUE(!has_code_alone(KERNEL("if (i > 191) while (cells[0] != 7);\n"
                                       "atomic_inc(&cells[1]);")));
    EXPECT_TRUE(!has_code_alone(KERNEL("if (i > 191) while (atomic_or(&cells[0], 0));\n"
                                       "atomic_inc(&cells[1]);")));
    EXPECT_TRUE(
        !has_code_alone(KERNEL("if (i > 191) while (atomic_cmpxchg(&cells[0], 0, 1));\n"
                               "atomic_inc(&cells[1]);")));
    EXPECT_TRUE(!has_code_alone(
        KERNEL("uint n = get_num_groups(0); atomic_inc(&cells[1]);\n"
               "if (i > 191) while (atomic_cmpxchg(&cells[0], n, n) != n);")));
    EXPECT_TRUE(!has_code_alone(
        KERNEL("uint id = get_group_id(0); atomic_inc(&cells[1]);\n"
               "if (i > 191) while (atomic_cmpxchg(&cells[0], id, id + 1) != id);")));
    EXPECT_TRUE(!has_code_alone(
        KERNEL("atomic_inc(&cells[0]); global uint *c = (global uint *)cells;\n"
               "if (i > 191) while (*c < 7) mem_fence(CLK_GLOBAL_MEM_FENCE);")));
    EXPECT_TRUE(!has_code_alone(
        KERNEL("atomic_inc(&cells[0]); global uint *c = (global uint *)cells;\n"
               "if (in[0] > 0) while (*c < 7) barrier(CLK_GLOBAL_MEM_FENCE);")));
    EXPECT_TRUE(has_code_alone(
        KERNEL("uint n = get_num_groups(0);\n"
               "for (uint k = 0; k < n; k++) barrier(CLK_GLOBAL_MEM_FENCE);\n"
               "atomic_inc(&cells[0]);")));
}
