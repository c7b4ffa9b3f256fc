/* SPDX-License-Identifier: MIT */
/* bench_simt: what the calls of traced kernels cost while SIMT metrics are counted, in
 * nanoseconds a call. */
#include "observe/traced_kernel.h"
#include "observe/unit.h"

#include "options.h"
#include "report.h"
#include "series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks: 0, a branch to 1 or 2, which meet in 3; from there to 0, or to the end, 4. */
enum { BLOCKS = 5 };
enum { GLOBAL, LOCAL, ATOMIC, SITES };

static struct vgpu_traced_block blocks[BLOCKS] = {
    {.post_dominator = 3, .num_successors = 2},
    {.post_dominator = 3, .num_successors = 1},
    {.post_dominator = 3, .num_successors = 1},
    {.post_dominator = 4, .num_successors = 2},
    {.post_dominator = VGPU_TRACED_END},
};

static struct vgpu_traced_site sites[SITES] = {
    [GLOBAL] = {.space = VGPU_TRACED_GLOBAL, .size = 4},
    [LOCAL] = {.space = VGPU_TRACED_LOCAL, .size = 4},
    [ATOMIC] = {.kind = VGPU_TRACED_ATOMIC, .space = VGPU_TRACED_LOCAL, .size = 4},
};

static struct vgpu_traced_table table = {
    .num_blocks = BLOCKS, .num_sites = SITES, .blocks = blocks, .sites = sites};

static _Alignas(VGPU_BASE_ALIGN) char local_memory[65536];
#define SETS 8
static uintptr_t addresses[SETS][VGPU_TRACED_ITEMS];

struct run {
    const struct vgpu_traced_calls *calls;
    struct vgpu_row row;
    uint32_t times;
};

static void block_alone(struct run *run)
{
    run->row.code.items = 0;
    for (uint32_t i = 0; i < run->times; i++)
        run->calls->block(&run->row.code, 1, UINT32_MAX);
}

static void block_branch(struct run *run)
{
    for (uint32_t i = 0; i < run->times; i += 4) {
        run->calls->block(&run->row.code, 0, UINT32_MAX);
        run->calls->block(&run->row.code, 1, 0x55555555);
        run->calls->block(&run->row.code, 2, 0xaaaaaaaa);
        run->calls->block(&run->row.code, 3, UINT32_MAX);
    }
}

static void even(struct run *run, uint32_t site, uintptr_t first, int64_t step,
                 uintptr_t stride)
{
    for (uint32_t i = 0; i < run->times; i++)
        run->calls->even(&run->row.code, site, UINT32_MAX, first + i % 64 * stride, step,
                         NULL);
}

static void even_unit(struct run *run)
{
    even(run, GLOBAL, (uintptr_t)1 << 40, 4, 128);
}

static void even_shifted(struct run *run)
{
    even(run, GLOBAL, (uintptr_t)1 << 40, 4, 4);
}

static void even_strided(struct run *run)
{
    even(run, GLOBAL, (uintptr_t)1 << 40, 12, 384);
}

static void even_local(struct run *run)
{
    even(run, LOCAL, (uintptr_t)local_memory, 8, 256);
}

static void even_new(struct run *run)
{
    even(run, GLOBAL, (uintptr_t)1 << 40, 12, 4);
}

/* The first set is of two rows, others are random. */
static void any(struct run *run, uint32_t site, bool random)
{
    for (uint32_t i = 0; i < run->times; i++)
        run->calls->any(&run->row.code, site, UINT32_MAX,
                        addresses[random ? 1 + i % (SETS - 1) : 0], NULL);
}

static void fill(uintptr_t base, uintptr_t range)
{
    uint32_t state = 1;

    for (uint32_t set = 0; set < SETS; set++)
        for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++) {
            state = state * 1664525u + 1013904223u;
            addresses[set][i] = base + (set == 0 ? 4 * (uintptr_t)i + i / 16 * 64
                                                 : (state >> 8) % (range / 4) * 4);
        }
}

static void any_rows(struct run *run)
{
    fill((uintptr_t)1 << 40, 1 << 20);
    any(run, GLOBAL, false);
}

static void any_random(struct run *run)
{
    fill((uintptr_t)1 << 40, 1 << 20);
    any(run, GLOBAL, true);
}

static void any_local(struct run *run)
{
    fill((uintptr_t)local_memory, 4096);
    any(run, LOCAL, true);
}

static void any_atomic(struct run *run)
{
    fill((uintptr_t)local_memory, 1024);
    any(run, ATOMIC, true);
}

static const struct {
    const char *name, *help;
    void (*function)(struct run *run);
} cases[] = {
    {"block_alone", "block of all items", block_alone},
    {"block_branch", "block of a branch that parts every sub-group", block_branch},
    {"even_unit", "side by side, aligned", even_unit},
    {"even_shifted", "side by side, anywhere", even_shifted},
    {"even_strided", "step 12", even_strided},
    {"even_local", "local memory, step 8", even_local},
    {"even_new", "step 12, each time at another offset", even_new},
    {"any_rows", "two rows of 16", any_rows},
    {"any_random", "random addresses", any_random},
    {"any_local", "random addresses in local memory", any_local},
    {"any_atomic", "atomics at random addresses", any_atomic},
};

static void start(struct run *run, uint32_t times)
{
    const struct vgpu_traced_description description = {
        .name = "bench", .table = &table, .width = VGPU_TRACED_ITEMS};
    struct vgpu_traced_kernel *const kernel = vgpu_traced_kernel_get(&description);
    struct vgpu_traced_unit *const unit = vgpu_traced_unit_create(sizeof local_memory);

    if (!kernel || !unit)
        bench_fail("there is no memory for a sub-group");
    unit->local.first = (uintptr_t)local_memory;
    memset(run, 0, sizeof *run);
    run->calls = vgpu_traced_calls_get();
    run->times = times;
    run->row.unit = unit;
    run->row.counts = vgpu_traced_counts_create(kernel);
    run->row.table = kernel->table->blocks;
    run->row.code.blocks = run->row.counts->blocks;
    vgpu_parts_start(&run->row, UINT32_MAX);
    run->calls->block(&run->row.code, 0, UINT32_MAX);
}

static void measure(unsigned index, const struct bench_options *options, json_t *report)
{
    struct bench_series series = {
        .name = cases[index].name, .unit = "ns", .help = cases[index].help};
    struct bench_summary summary;
    static struct run run;

    for (unsigned i = 0; i < options->repetitions; i++) {
        uint64_t begin;

        start(&run, options->tiny ? 64 : 1 << 20);
        begin = bench_now_ns();
        cases[index].function(&run);
        bench_series_add(&series, (double)(bench_now_ns() - begin) / run.times);
        vgpu_traced_unit_destroy(run.row.unit);
    }
    summary = bench_series_summary(&series);
    if (!options->quiet)
        printf("%-14s %8.2f ns  %s\n", series.name, summary.median, series.help);
    bench_report_add(report, &series);
    bench_series_fini(&series);
}

static const struct argp_child children[] = {{&bench_options_argp, 0, NULL, 0}, {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    (void)text;
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;
    state->child_inputs[0] = state->input;
    return 0;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        .parser = parse,
        .doc = "What the calls of traced kernels cost while SIMT metrics are counted.",
        .children = children};
    struct bench_options options = {.repetitions = 9};
    json_t *report;

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    if (!options.quiet)
        bench_print_machine();
    report = bench_report_create("bench_simt");
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++)
        if (bench_is_chosen(&options, cases[i].name))
            measure(i, &options, report);
    bench_report_write(report, options.json);
    return 0;
}
