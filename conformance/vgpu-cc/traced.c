/* SPDX-License-Identifier: MIT */
/* Traced code: what its tables say, and what it calls while it runs. */
#include <stdlib.h>
#include <string.h>

#include "compiling.h"
#include "running.h"
#include "vgpu_test.h"

#define ITEMS 64

/* What was called, counted. */
struct watcher {
    struct vgpu_traced_row row;
    struct vgpu_traced_shape shapes[128];
    const struct vgpu_traced_table *table;
    struct vgpu_traced_count blocks[64];
    unsigned block_calls;
    struct {
        unsigned calls, items;
        int64_t step; /* of the last; -1: any */
        int64_t pitch;
        uint32_t line; /* 0: all items are in one */
        uintptr_t first;
        const void *object;
    } sites[128];
    unsigned outside, unwritten; /* items */
    uint32_t private_site;
    uint32_t refused; /* items that may access nothing */
};

static unsigned count(uint32_t items)
{
    return (unsigned)__builtin_popcount(items);
}

static struct watcher *watcher_of(struct vgpu_traced_row *row)
{
    return (struct watcher *)row;
}

static void on_block(struct vgpu_traced_row *row, uint32_t block, uint32_t items)
{
    watcher_of(row)->blocks[block].issues += items != 0;
    watcher_of(row)->blocks[block].items += count(items);
    watcher_of(row)->block_calls++;
}

static uint32_t on_even(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                        uintptr_t first, int64_t step, const void *object)
{
    watcher_of(row)->sites[site].first = first;
    watcher_of(row)->sites[site].calls += items != 0;
    watcher_of(row)->sites[site].items += count(items);
    watcher_of(row)->sites[site].step = step;
    watcher_of(row)->sites[site].object = object;
    return items & ~watcher_of(row)->refused;
}

static uint32_t on_lines(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                         uintptr_t first, int64_t step, int64_t pitch, uint32_t line,
                         const void *object)
{
    watcher_of(row)->sites[site].pitch = pitch;
    watcher_of(row)->sites[site].line = line;
    return on_even(row, site, items, first, step, object);
}

static uint32_t on_any(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                       const uintptr_t *addresses, const void *object)
{
    (void)addresses;
    return on_even(row, site, items, 0, -1, object);
}

static void on_meeting(struct vgpu_traced_row *row, uint32_t site, uint32_t items)
{
    on_even(row, site, items, 0, 0, NULL);
}

static void on_private(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                       uint32_t outside, uint32_t unwritten, const int64_t *offsets)
{
    (void)items, (void)offsets;
    watcher_of(row)->outside += count(outside);
    watcher_of(row)->unwritten += count(unwritten);
    watcher_of(row)->private_site = site;
}

static const struct vgpu_traced_calls calls = {on_block, on_even,    on_lines,
                                               on_any,   on_meeting, on_private};

/* Runs `f` of the source, on in[i] = i, and out; its table stays with `unit_out`. */
static struct watcher watch(const char *source, const char *options, uint32_t refused,
                            struct compiled *compiled_out, int *out)
{
    struct watcher row = {.refused = refused};
    int in[ITEMS], *pin = in, *pout = out;
    void *args[] = {&pin, &pout};
    const struct run run = {
        .args = args, .local_size = {ITEMS}, .watching = &calls, .watcher = &row.row};

    row.row.shapes = row.shapes;
    *compiled_out = compile_source(source, options, true);
    for (int i = 0; i < ITEMS; i++)
        in[i] = out[i] = i;
    if (!expect_done(compiled_out))
        return row;
    row.table = compiled_out->unit.kernels[0].traced;
    if (!row.table)
        VGPU_FAIL("the kernel has no table");
    else
        run_kernel(&compiled_out->unit, "f", VGPU_CODE_TRACED, &run);
    return row;
}

/* The number of the only site of that kind in the line. */
static uint32_t site_at(const struct vgpu_traced_table *table, enum vgpu_traced_kind kind,
                        uint32_t line)
{
    uint32_t found = UINT32_MAX;

    for (uint32_t i = 0; table && i < table->num_sites; i++)
        if (table->sites[i].kind == kind && table->sites[i].place.line == line)
            found = i;
    if (found == UINT32_MAX)
        VGPU_FAIL("no site of kind %d in line %u", (int)kind, line);
    return found == UINT32_MAX ? 0 : found;
}

/* The only site of that object. */
static const struct vgpu_traced_site *site_of(const struct vgpu_traced_table *table,
                                              const char *object)
{
    for (uint32_t i = 0; i < table->num_sites; i++)
        if (table->sites[i].object != UINT32_MAX &&
            strcmp(table->names[table->sites[i].object], object) == 0)
            return &table->sites[i];
    VGPU_FAIL("no site of '%s'", object);
    return table->sites;
}

/* The block that ends with a branch in the line. */
static uint32_t branch_at(const struct vgpu_traced_table *table, uint32_t line)
{
    for (uint32_t i = 0; table && i < table->num_blocks; i++)
        if (table->blocks[i].branch.line == line)
            return i;
    VGPU_FAIL("no branch in line %u", line);
    return 0;
}

static const char arms[] = "kernel void f(global const int *in, global int *out)\n"
                           "{\n"
                           "    int i = get_global_id(0), x = in[i];\n"
                           "    if (i & 1)\n"
                           "        x = x + in[7];\n"
                           "    else\n"
                           "        x = 3 * in[2 * i & 31];\n"
                           "    out[i] = x;\n"
                           "}\n";

VGPU_UNIT_TEST(traced, tables_name_blocks_and_sites_as_the_source_has_them)
{
    struct compiled compiled;
    int out[ITEMS];
    const struct watcher row = watch(arms, "-vgpu-counted", 0, &compiled, out);
    const struct vgpu_traced_table *const table = row.table;

    if (table) {
        const uint32_t fork = branch_at(table, 4);
        const struct vgpu_traced_site *const load =
            &table->sites[site_at(table, VGPU_TRACED_LOAD, 3)];

        EXPECT_EQ(4, table->num_blocks);
        EXPECT_EQ(2, table->blocks[fork].num_successors);
        EXPECT_EQ(3, table->blocks[fork].post_dominator);
        EXPECT_EQ(VGPU_TRACED_END, table->blocks[3].post_dominator);
        EXPECT_EQ(4, table->num_sites);
        EXPECT_EQ(VGPU_TRACED_GLOBAL, load->space);
        EXPECT_EQ(4, load->size);
        EXPECT_STREQ("in", table->names[load->object]);
        EXPECT_EQ(1, table->num_files);
        EXPECT_STREQ("program.cl", table->files[load->place.file]);
        EXPECT_STREQ(arms, table->texts[load->place.file]);
    }
    compiled_fini(&compiled);
}

static void expect_work(const struct vgpu_traced_block *block, const uint32_t *expected)
{
    static const char *const names[] = {
#define WORK(id, least, usual, most, what) #id,
#include "traced_work.def"
#undef WORK
    };

    for (unsigned i = 0; i < VGPU_TRACED_WORKS; i++)
        if (block->work[i] != expected[i])
            VGPU_FAIL("%s: %u, not %u", names[i], block->work[i], expected[i]);
}

VGPU_UNIT_TEST(traced, tables_say_what_work_items_do_in_a_block)
{
    struct compiled compiled =
        compile_source("kernel void f(global const float4 *a, global double *b,\n"
                       "              global int *out, int n)\n"
                       "{\n"
                       "    int i = get_global_id(0);\n"
                       "    float4 v = a[i] * 2.0f + a[i + 1];\n"
                       "    b[i] = b[i] + 1.0;\n"
                       "    if (v.x > v.y)\n"
                       "        out[i] = (int)sqrt(v.z) / n;\n"
                       "    else\n"
                       "        out[0] = n * (int)sin(v.w);\n"
                       "    barrier(CLK_LOCAL_MEM_FENCE);\n"
                       "}\n",
                       "-vgpu-counted", true);
    const uint32_t start[VGPU_TRACED_WORKS] = {
        [VGPU_WORK_integer] = 2, [VGPU_WORK_address] = 4, [VGPU_WORK_float] = 1,
        [VGPU_WORK_fma] = 4,     [VGPU_WORK_double] = 1,  [VGPU_WORK_access] = 4,
        [VGPU_WORK_branch] = 1};
    const uint32_t whether[VGPU_TRACED_WORKS] = {[VGPU_WORK_special] = 1,
                                                 [VGPU_WORK_convert] = 1,
                                                 [VGPU_WORK_divide] = 1,
                                                 [VGPU_WORK_address] = 1,
                                                 [VGPU_WORK_access] = 1};
    const uint32_t otherwise[VGPU_TRACED_WORKS] = {[VGPU_WORK_special] = 1,
                                                   [VGPU_WORK_convert] = 1,
                                                   [VGPU_WORK_multiply] = 1,
                                                   [VGPU_WORK_access] = 1};
    const uint32_t end[VGPU_TRACED_WORKS] = {[VGPU_WORK_branch] = 1};
    const struct vgpu_traced_table *table;

    if (expect_done(&compiled) && (table = compiled.unit.kernels[0].traced)) {
        ASSERT_EQ(4, table->num_blocks);
        expect_work(&table->blocks[0], start);
        expect_work(&table->blocks[1],
                    table->blocks[1].work[VGPU_WORK_divide] ? whether : otherwise);
        expect_work(&table->blocks[2],
                    table->blocks[2].work[VGPU_WORK_divide] ? whether : otherwise);
        expect_work(&table->blocks[3], end);
        EXPECT_EQ(1, table->blocks[1].work[VGPU_WORK_divide] +
                         table->blocks[2].work[VGPU_WORK_divide]);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(traced, code_tells_who_enters_a_block_and_what_it_accesses)
{
    struct compiled compiled;
    int out[ITEMS];
    const struct watcher row = watch(arms, "-vgpu-counted", 0, &compiled, out);

    EXPECT_EQ(2, row.blocks[0].issues);
    EXPECT_EQ(ITEMS, row.blocks[0].items);
    EXPECT_EQ(ITEMS / 2, row.blocks[1].items);
    EXPECT_EQ(ITEMS / 2, row.blocks[2].items);
    EXPECT_EQ(ITEMS, row.blocks[3].items);
    if (row.table) {
        EXPECT_EQ(4, row.sites[site_at(row.table, VGPU_TRACED_LOAD, 3)].step);
        EXPECT_EQ(0, row.sites[site_at(row.table, VGPU_TRACED_LOAD, 5)].step);
        EXPECT_EQ(ITEMS / 2, row.sites[site_at(row.table, VGPU_TRACED_LOAD, 5)].items);
        EXPECT_EQ(-1, row.sites[site_at(row.table, VGPU_TRACED_LOAD, 7)].step);
        EXPECT_EQ(ITEMS, row.sites[site_at(row.table, VGPU_TRACED_STORE, 8)].items);
    }
    for (int i = 0; i < ITEMS; i++)
        EXPECT_EQ(i & 1 ? i + 7 : 3 * (2 * i & 31), out[i]);
    compiled_fini(&compiled);
}

/* A load that goes on as it began is told once. */
VGPU_UNIT_TEST(traced, code_counts_accesses_that_repeat)
{
    struct compiled compiled =
        compile_source("kernel void f(global const int *in, global int *out)\n"
                       "{ int i = get_global_id(0), x = 0;\n"
                       "  for (int k = 0; k < 8; k++) x += in[k];\n"
                       "  out[i] = x; }",
                       "-vgpu-counted", true);
    const struct vgpu_traced_shape known = {
        .items = UINT32_MAX, .bits = 3, .odd = VGPU_TRACED_ITEMS << 2, .known = 1};
    struct watcher watcher = {.row = {.items = UINT32_MAX, .meeting = VGPU_TRACED_END}};
    _Alignas(128) int in[ITEMS] = {0}, out[ITEMS];
    int *pin = in, *pout = out;
    void *args[] = {&pin, &pout};
    const struct run run = {
        .args = args, .local_size = {ITEMS}, .watching = &calls, .watcher = &watcher.row};
    uint32_t load, store;

    watcher.row.blocks = watcher.blocks;
    watcher.row.shapes = watcher.shapes;
    if (expect_done(&compiled)) {
        load = site_at(compiled.unit.kernels[0].traced, VGPU_TRACED_LOAD, 3);
        store = site_at(compiled.unit.kernels[0].traced, VGPU_TRACED_STORE, 4);
        watcher.shapes[load] = watcher.shapes[store] = known;
        watcher.shapes[store].step = 4;
        watcher.shapes[store].bits = VGPU_TRACED_PHASE;
        watcher.shapes[store].known = 1 << 16;
        run_kernel(&compiled.unit, "f", VGPU_CODE_TRACED, &run);
        EXPECT_EQ(2 * 8, watcher.shapes[load].repeats[0]);
        EXPECT_EQ(0, watcher.sites[load].calls);
        EXPECT_EQ(2, watcher.sites[store].calls); /* another phase */
    }
    compiled_fini(&compiled);
}

/* An access of a kernel, which has to be told as lines; of the last row. */
struct lines {
    const char *index; /* of x, y, lx, ly, n = 100 */
    int64_t step, pitch, first;
};

#define FIRST_LINE 5 /* of the source, that has an access; one each from there on */

static void write_source(const struct lines *lines, size_t count, const char *type,
                         char *source)
{
    source += sprintf(source,
                      "kernel void f(global const int *in, global int *out, %s n)\n"
                      "{ %s x = get_global_id(0), y = get_global_id(1);\n"
                      "  %s lx = get_local_id(0), ly = get_local_id(1);\n"
                      "  global int *at = out + (y * get_global_size(0) + x) * 8;\n",
                      type, type, type);
    for (size_t i = 0; i < count; i++)
        source += sprintf(source, "  at[%zu] = in[%s];\n", i, lines[i].index);
    strcpy(source, "}");
}

static void expect_lines(const struct lines *lines, size_t count, size_t width,
                         const char *options, const char *type)
{
    static int in[8192], out[32 * 32 * 8];
    const int64_t size = (int64_t)width, rows = VGPU_TRACED_ITEMS / size;
    struct watcher watcher = {.row = {.meeting = VGPU_TRACED_END}};
    int *pin = in, *pout = out;
    long n = 100;
    void *args[] = {&pin, &pout, &n};
    const struct run run = {.args = args,
                            .local_size = {width, width},
                            .num_groups = {2, 2},
                            .watching = &calls,
                            .watcher = &watcher.row};
    char source[2000];
    struct compiled compiled;

    write_source(lines, count, type, source);
    compiled = compile_source(source, options, true);
    for (int i = 0; i < 8192; i++)
        in[i] = i;
    watcher.row.shapes = watcher.shapes;
    if (!expect_done(&compiled))
        count = 0;
    else
        run_kernel(&compiled.unit, "f", VGPU_CODE_TRACED, &run);
    for (size_t i = 0; i < count; i++) {
        const uint32_t load = site_at(compiled.unit.kernels[0].traced, VGPU_TRACED_LOAD,
                                      FIRST_LINE + (uint32_t)i);

        if (watcher.sites[load].line != width)
            VGPU_FAIL("%s in[%s], in groups of %zu, %s, is not told as lines", type,
                      lines[i].index, width, options);
        EXPECT_EQ(lines[i].step, watcher.sites[load].step);
        EXPECT_EQ(lines[i].pitch, watcher.sites[load].pitch);
        EXPECT_EQ((uintptr_t)(in + lines[i].first), watcher.sites[load].first);
        for (int64_t y = 0; y < rows; y++)
            for (int64_t x = 0; x < size; x++)
                EXPECT_EQ(
                    lines[i].first + (x * lines[i].step + y * lines[i].pitch) / 4,
                    out[(((2 * size - rows + y) * 2 + 1) * size + x) * 8 + (int64_t)i]);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(traced, rows_of_two_dimensions_are_told_as_lines)
{
    /* The last row of the last group begins at x = 16, y = 30, lx = 0, ly = 14. */
    static const struct lines of_16[] = {
        {"y * n + x", 4, 400, 3016},
        {"y * n + x - 1", 4, 400, 3015},
        {"x * n + y", 400, 4, 1630},
        {"y * 5", 0, 20, 150},
        {"min(y, n) * n + x - n", 4, 400, 2916},
        {"5000 - x * 2 - y * n", -8, -400, 1968},
        {"lx + 7", 4, 0, 7},
        {"ly * 17 + lx", 4, 68, 238},
    };
    /* Here at x = 8, y = 12, lx = 0, ly = 4. */
    static const struct lines of_8[] = {
        {"y * n + x", 4, 400, 1208},
        {"ly * 9 + lx", 4, 36, 36},
        {"x * n + y", 400, 4, 812},
    };
    static const char *const options[] = {"-vgpu-counted", "-vgpu-checked"};

    for (size_t i = 0; i < 2; i++) {
        expect_lines(of_16, 8, 16, options[i], "int");
        expect_lines(of_16, 8, 16, options[i], "long");
        expect_lines(of_8, 3, 8, options[i], "int");
    }
    expect_lines(of_16, 2, 16, options[0], "uint");
}

/* Code counts itself what is expected: all items, and no block where they meet. */
VGPU_UNIT_TEST(traced, code_counts_blocks_that_all_enter)
{
    struct compiled compiled = compile_source(arms, "-vgpu-counted", true);
    struct watcher watcher = {.row = {.items = UINT32_MAX, .meeting = VGPU_TRACED_END}};
    int in[ITEMS] = {0}, out[ITEMS], *pin = in, *pout = out;
    void *args[] = {&pin, &pout};
    const struct run run = {
        .args = args, .local_size = {ITEMS}, .watching = &calls, .watcher = &watcher.row};

    watcher.row.blocks = watcher.blocks;
    watcher.row.shapes = watcher.shapes;
    if (expect_done(&compiled))
        run_kernel(&compiled.unit, "f", VGPU_CODE_TRACED, &run);
    EXPECT_EQ(2, watcher.blocks[0].issues);
    EXPECT_EQ(ITEMS, watcher.blocks[0].items);
    EXPECT_EQ(2 * 3, watcher.block_calls); /* both arms, and the last */
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(traced, items_that_are_held_back_read_zeroes_and_write_nothing)
{
    struct compiled compiled;
    int out[ITEMS];

    watch("kernel void f(global const int *in, global int *out)\n"
          "{ int i = get_global_id(0); int x = in[i] + in[i * 3 & 63] + in[5];\n"
          "  if (i & 4) out[i] = x + 1; else atomic_add(&out[i], x); }",
          "-vgpu-checked", 0x0f0f, &compiled, out);
    for (int i = 0; i < ITEMS; i++) {
        const int x = i + (i * 3 & 63) + 5;

        EXPECT_EQ(0x0f0f >> i % 32 & 1 ? i : i & 4 ? x + 1 : i + x, out[i]);
    }
    compiled_fini(&compiled);
}

/* `body` computes `int x`, of `int i` and `in`. */
static struct watcher watch_body(const char *body, int *out)
{
    struct compiled compiled;
    struct watcher row;
    char source[1000];

    snprintf(source, sizeof source,
             "kernel void f(global const int *in, global int *out)\n"
             "{ int i = get_global_id(0);\n%s\nout[i] = x; }",
             body);
    row = watch(source, "-vgpu-checked", 0, &compiled, out);
    if (row.table && row.outside + row.unwritten)
        EXPECT_EQ(3, row.table->sites[row.private_site].place.line);
    compiled_fini(&compiled);
    return row;
}

VGPU_UNIT_TEST(traced, private_arrays_have_ends)
{
    int out[ITEMS];
    struct watcher row;

    row = watch_body("int t[4] = {1, 2, 3, 4}; int x = t[in[i] & 7];", out);
    EXPECT_EQ(ITEMS / 2, row.outside);
    EXPECT_EQ(0, row.unwritten);
    EXPECT_EQ(1, out[4]);
    row = watch_body("int t[4] = {1, 2, 3, 4}; int x = t[in[i] & 3];", out);
    EXPECT_EQ(0, row.outside);
    row = watch_body("int t[4] = {0}; t[in[i] - 2] = 7; int x = t[3];", out);
    EXPECT_EQ(ITEMS - 4, row.outside);
}

VGPU_UNIT_TEST(traced, reads_of_what_no_item_wrote_are_told)
{
    int out[ITEMS];

    EXPECT_EQ(ITEMS / 2,
              watch_body("int y; if (in[i] & 1) y = 3; int x = y;", out).unwritten +
                  watch_body("int x = 3;", out).unwritten);
    EXPECT_EQ(
        ITEMS / 4,
        watch_body("int t[4]; for (int k = 0; k < 3; k++) t[k] = k; int x = t[i & 3];",
                   out)
            .unwritten);
    EXPECT_EQ(ITEMS,
              watch_body("float4 v; v.x = i; v.y = 1; int x = (int)v.z;", out).unwritten);
    EXPECT_EQ(
        ITEMS,
        watch_body("struct { char c; int n; } s; s.c = 1; int x = s.n;", out).unwritten);
}

VGPU_UNIT_TEST(traced, what_is_written_in_pieces_is_written)
{
    int out[ITEMS];
    static const char *const bodies[] = {
        "float4 v; v.x = i; v.y = 1; int x = (int)(v.x + v.y);",
        "float3 v; v.x = i; v.y = 1; v.z = 2; v *= 2; int x = (int)(v.x + v.z);",
        "int4 v; v.lo = (int2)(i, 1); v.hi = v.lo.yx; v += 1; int x = v.x + v.w;",
        "struct { char c; int n; } s, t; s.c = 1; s.n = 2; t = s; int x = t.n;",
        "int t[40]; for (int k = 0; k < 40; k++) t[k] = i; int x = t[i & 31];",
        "struct { long3 v; int n; } s = {convert_long3((uchar3)1), 3}; int x = s.v.z;",
        "short3 t[3] = {(short3)i, (short3)1, (short3)2}; int x = t[i % 3].z;",
        "int x; for (int k = 0; k < 3; k++) { if (k == 0) x = i; else x += k; }",
        "int t[2][3]; t[i & 1][i % 3] = 4; int x = t[i & 1][i % 3];",
        "uchar b[8]; *(ulong *)b = 5; int x = b[i & 7];",
        "int x; switch (i & 3) { case 0: x = 1; break; case 1: x = 2; default: x = 3; }"};

    for (size_t b = 0; b < sizeof bodies / sizeof *bodies; b++) {
        const struct watcher row = watch_body(bodies[b], out);

        if (row.unwritten + row.outside)
            VGPU_FAIL("%u unwritten, %u outside: %s", row.unwritten, row.outside,
                      bodies[b]);
    }
}

VGPU_UNIT_TEST(traced, accesses_are_of_their_own_variable)
{
    struct compiled compiled;
    int out[ITEMS];
    const struct watcher row =
        watch("constant int table[4] = {5, 6, 7, 8};\n"
              "kernel void f(global const int *in, global int *out)\n"
              "{ local int a[64]; local float b[32]; int i = get_local_id(0);\n"
              "  a[i] = in[i];\n"
              "  b[i & 31] = i;\n"
              "  barrier(CLK_LOCAL_MEM_FENCE);\n"
              "  out[i] = a[63 - i] + table[i & 3];\n"
              "  *(i & 1 ? (int *)(out + i) : (int *)a) = 2; }",
              "-vgpu-checked -cl-std=CL3.0", 0, &compiled, out);
    const struct vgpu_traced_table *const table = row.table;

    if (table) {
        const struct vgpu_traced_site *const a =
            &table->sites[site_at(table, VGPU_TRACED_STORE, 4)];
        const struct vgpu_traced_site *const b =
            &table->sites[site_at(table, VGPU_TRACED_STORE, 5)];
        const uint32_t barrier = site_at(table, VGPU_TRACED_BARRIER, 6);

        EXPECT_STREQ("a", table->names[a->object]);
        EXPECT_EQ(256, a->object_bytes);
        EXPECT_EQ(VGPU_TRACED_LOCAL, a->space);
        EXPECT_EQ(128, b->object_bytes);
        EXPECT_EQ(VGPU_TRACED_LOCAL_FENCE, table->sites[barrier].flags);
        EXPECT_EQ(ITEMS, row.sites[barrier].items);
        EXPECT_EQ(VGPU_TRACED_CONSTANT, site_of(table, "table")->space);
        EXPECT_EQ(VGPU_TRACED_GENERIC,
                  table->sites[site_at(table, VGPU_TRACED_STORE, 8)].space);
        EXPECT_TRUE((const char *)row.sites[b - table->sites].object -
                        (const char *)row.sites[a - table->sites].object ==
                    256);
    }
    compiled_fini(&compiled);
}

VGPU_UNIT_TEST(traced, atomics_say_what_they_order)
{
    struct compiled compiled;
    int out[ITEMS];
    const struct watcher row =
        watch("kernel void f(global const int *in, global int *out)\n"
              "{ global atomic_int *flag = (global atomic_int *)out;\n"
              "  atomic_add(out, 1);\n"
              "  atomic_store_explicit(flag, 1, memory_order_release, "
              "memory_scope_device);\n"
              "  if (atomic_load_explicit(flag, memory_order_acquire, "
              "memory_scope_device))\n"
              "      mem_fence(CLK_GLOBAL_MEM_FENCE); }",
              "-vgpu-checked -cl-std=CL3.0", 0, &compiled, out);
    const struct vgpu_traced_table *const table = row.table;

    if (table) {
        EXPECT_EQ(VGPU_TRACED_READS | VGPU_TRACED_WRITES,
                  table->sites[site_at(table, VGPU_TRACED_ATOMIC, 3)].flags);
        EXPECT_EQ(VGPU_TRACED_WRITES | VGPU_TRACED_RELEASES,
                  table->sites[site_at(table, VGPU_TRACED_ATOMIC, 4)].flags);
        EXPECT_EQ(VGPU_TRACED_READS | VGPU_TRACED_ACQUIRES,
                  table->sites[site_at(table, VGPU_TRACED_ATOMIC, 5)].flags);
        EXPECT_EQ(VGPU_TRACED_ACQUIRES | VGPU_TRACED_RELEASES,
                  table->sites[site_at(table, VGPU_TRACED_FENCE, 6)].flags);
    }
    compiled_fini(&compiled);
}

/* A copy that shares nothing, and what packed units make of damage. */
VGPU_UNIT_TEST(traced, tables_survive_packing)
{
    struct compiled compiled = compile_source(arms, "-vgpu-counted", true);
    const struct vgpu_traced_table *table;
    struct vgpu_unit unit;
    void *bytes = NULL;
    size_t size;

    if (expect_done(&compiled)) {
        table = compiled.unit.kernels[0].traced;
        ASSERT_EQ(0, vgpu_unit_pack(&compiled.unit, &bytes, &size));
        ASSERT_EQ(0, vgpu_unit_unpack(bytes, size, &unit));
        EXPECT_EQ(table->num_sites, unit.kernels[0].traced->num_sites);
        EXPECT_EQ(0, memcmp(table->blocks, unit.kernels[0].traced->blocks,
                            table->num_blocks * sizeof *table->blocks));
        EXPECT_STREQ("in", unit.kernels[0].traced->names[0]);
        vgpu_unit_fini(&unit);
        compiled.unit.kernels[0].traced->sites[0].block = table->num_blocks;
        free(bytes);
        ASSERT_EQ(0, vgpu_unit_pack(&compiled.unit, &bytes, &size));
        EXPECT_EQ(-22, vgpu_unit_unpack(bytes, size, &unit));
        free(bytes);
    }
    compiled_fini(&compiled);
}
