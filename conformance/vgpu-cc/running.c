/* SPDX-License-Identifier: MIT */
/* Code of kernels, run group by group. */
#define _GNU_SOURCE
#include "running.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "operation.h"
#include "vgpu_test.h"

#define STACK_SIZE  ((size_t)128 << 10)
#define LOCAL_BYTES ((size_t)64 << 10)
#define GARBAGE     0xa5 /* what memory holds at first */
#define MOST_ITEMS  256

static struct fiber {
    ucontext_t context;
    struct vgpu_item item;
    char *stack;
    bool has_ended;
} fibers[MOST_ITEMS];
static ucontext_t scheduler;
static struct fiber *current;
static vgpu_item_fn *current_function;
static void *const *current_args;
static unsigned barrier_line;

static void run_fiber(void)
{
    current_function(&current->item, (void *const *)current_args);
    current->has_ended = true;
    swapcontext(&current->context, &scheduler);
}

static void item_barrier(const struct vgpu_item *item, unsigned flags, unsigned line)
{
    (void)flags;
    EXPECT_TRUE(item == &current->item);
    barrier_line = line;
    swapcontext(&current->context, &scheduler);
}

static const struct vgpu_item *current_item(void)
{
    return &current->item;
}

static void start_fiber(struct fiber *fiber, const struct vgpu_group *group,
                        const size_t id[3])
{
    getcontext(&fiber->context);
    fiber->has_ended = false;
    fiber->stack = malloc(STACK_SIZE);
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = STACK_SIZE;
    fiber->context.uc_link = NULL;
    fiber->item.group = group;
    for (int d = 0; d < 3; d++) {
        fiber->item.local_id[d] = id[d];
        fiber->item.global_id[d] = group->first_global_id[d] + id[d];
    }
    makecontext(&fiber->context, run_fiber, 0);
}

static void items_run(const struct vgpu_group *group, void *const args[],
                      vgpu_item_fn *item)
{
    size_t count = 0, ended = 0, id[3];

    current_function = item;
    current_args = args;
    for (id[2] = 0; id[2] < group->local_size[2]; id[2]++)
        for (id[1] = 0; id[1] < group->local_size[1]; id[1]++)
            for (id[0] = 0; id[0] < group->local_size[0] && count < MOST_ITEMS; id[0]++)
                start_fiber(&fibers[count++], group, id);
    while (ended < count) {
        ended = 0;
        for (size_t i = 0; i < count; i++) {
            current = &fibers[i];
            if (!current->has_ended)
                swapcontext(&scheduler, &current->context);
            ended += current->has_ended;
        }
    }
    for (size_t i = 0; i < count; i++)
        free(fibers[i].stack);
}

static int print(const char *format, const char *kinds, const void *values)
{
    (void)values;
    return *format && *kinds ? 0 : -1;
}

static void *load(const void *bytes, size_t size)
{
    char path[] = "/tmp/vgpu-cc-code-XXXXXX";
    const int file = mkstemp(path);
    void *handle = NULL;

    if (file >= 0 && write(file, bytes, size) == (ssize_t)size)
        handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        VGPU_FAIL("%s", dlerror());
    if (file >= 0) {
        close(file);
        unlink(path);
    }
    return handle;
}

static size_t at_least_1(size_t value)
{
    return value ? value : 1;
}

static struct vgpu_group first_group(const struct run *run, void *local, void *scratch)
{
    struct vgpu_group group = {.work_dim = 3, .local_memory = local, .scratch = scratch};

    for (int d = 0; d < 3; d++) {
        group.local_size[d] = group.enqueued_local_size[d] =
            at_least_1(run->local_size[d]);
        group.num_groups[d] = at_least_1(run->num_groups[d]);
        group.global_size[d] = group.num_groups[d] * group.local_size[d];
    }
    return group;
}

/* ---- traced code */

static void pass_by(struct vgpu_traced_row *row, uint32_t number, uint32_t items)
{
    (void)row, (void)number, (void)items;
}

static uint32_t pass_even(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                          uintptr_t first, int64_t step, const void *object)
{
    (void)row, (void)site, (void)first, (void)step, (void)object;
    return items;
}

static uint32_t pass_lines(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                           uintptr_t first, int64_t step, int64_t pitch, uint32_t line,
                           const void *object)
{
    (void)row, (void)site, (void)first, (void)step, (void)pitch, (void)line, (void)object;
    return items;
}

static uint32_t pass_any(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                         const uintptr_t *addresses, const void *object)
{
    (void)row, (void)site, (void)addresses, (void)object;
    return items;
}

static void pass_private(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                         uint32_t outside, uint32_t unwritten, const int64_t *offsets)
{
    (void)row, (void)items, (void)offsets;
    VGPU_FAIL("site %u: items %x are outside, %x not written", site, outside, unwritten);
}

static const struct vgpu_traced_calls pass_all = {pass_by,  pass_even, pass_lines,
                                                  pass_any, pass_by,   pass_private};

/* From barrier to barrier, which all of its sub-groups have to reach. */
static void run_traced_group(const struct vgpu_code_table *table, const struct run *run,
                             const struct vgpu_group *group)
{
    const size_t items =
        group->local_size[0] * group->local_size[1] * group->local_size[2];
    static struct vgpu_traced_shape no_shapes[4096]; /* which count nothing */
    struct vgpu_traced_row nobody = {.items = 0, .shapes = no_shapes};
    uint32_t resume = 0;

    do {
        uint32_t arrived = 0;

        for (size_t first = 0; first < items; first += table->width) {
            const uint32_t count =
                items - first < table->width ? (uint32_t)(items - first) : table->width;
            const uint32_t at =
                table->traced_row(group, run->args, first, count,
                                  (char *)group->scratch +
                                      first / table->width * table->scratch_bytes_per_row,
                                  resume, run->watcher ? run->watcher : &nobody);

            if (first > 0)
                EXPECT_EQ(arrived, at);
            arrived = at;
        }
        resume = arrived;
    } while (resume);
}

static size_t count_rows(const struct vgpu_code_table *table,
                         const struct vgpu_group *group)
{
    const size_t width = table->width, *const size = group->local_size;

    return table->traced_row ? (size[0] * size[1] * size[2] + width - 1) / width
                             : (size[0] + width - 1) / width * size[1] * size[2];
}

static void run_one(const struct vgpu_code_table *table, const struct run *run,
                    const struct vgpu_group *group)
{
    if (table->traced_row)
        run_traced_group(table, run, group);
    else
        table->group(group, run->args);
}

static void run_groups(const struct vgpu_code_table *table, const struct run *run)
{
    const struct vgpu_group whole = first_group(run, NULL, NULL);
    vgpu_groups_fn *const groups =
        run->is_alone && table->groups_alone ? table->groups_alone : table->groups;
    const size_t rows = count_rows(table, &whole);
    void *local = aligned_alloc(128, LOCAL_BYTES);
    const size_t scratch_bytes =
        (table->scratch_bytes + rows * table->scratch_bytes_per_row + 128) / 128 * 128;
    void *scratch = aligned_alloc(128, scratch_bytes);

    memset(local, GARBAGE, LOCAL_BYTES);
    memset(scratch, GARBAGE, scratch_bytes);

    for (size_t z = 0; z < whole.num_groups[2]; z++) {
        for (size_t y = 0; y < whole.num_groups[1]; y++) {
            struct vgpu_group group = first_group(run, local, scratch);

            group.group_id[1] = y;
            group.group_id[2] = z;
            group.first_global_id[1] = y * group.local_size[1];
            group.first_global_id[2] = z * group.local_size[2];
            if (groups) {
                groups(&group, group.num_groups[0], run->args);
                continue;
            }
            for (size_t x = 0; x < group.num_groups[0]; x++) {
                group.group_id[0] = x;
                group.first_global_id[0] = x * group.local_size[0];
                run_one(table, run, &group);
            }
        }
    }
    free(local);
    free(scratch);
}

static void run_code(const void *bytes, size_t size, enum vgpu_code_mode mode,
                     const struct run *run)
{
    const struct vgpu_code_links links = {.variables = run->variables,
                                          .print = print,
                                          .items_run = items_run,
                                          .item_barrier = item_barrier,
                                          .current_item = current_item,
                                          .traced =
                                              run->watching ? run->watching : &pass_all};
    void *handle = load(bytes, size);
    const struct vgpu_code_table *table;
    const struct vgpu_code_links **links_out;

    if (!handle)
        return;
    table = dlsym(handle, VGPU_CODE_TABLE_NAME);
    links_out = dlsym(handle, VGPU_CODE_LINKS_NAME);
    if (!table || !links_out || table->version != VGPU_CODE_VERSION) {
        VGPU_FAIL("the code has no table, no links, or another version");
    } else {
        EXPECT_EQ(mode ? mode : VGPU_CODE_FIBER, table->mode);
        *links_out = &links;
        if (run->had_alone)
            *run->had_alone = table->groups_alone != NULL;
        run_groups(table, run);
    }
    dlclose(handle);
}

bool run_kernel(const struct vgpu_unit *unit, const char *kernel,
                enum vgpu_code_mode mode, const struct run *run)
{
    struct vgpu_cc_code_request request = {
        .kernel = kernel, .mode = mode, .form = VGPU_CC_SHARED};
    char *text = NULL;
    size_t text_size, size;
    FILE *log = open_memstream(&text, &text_size);
    void *bytes;
    enum vgpu_status status;

    for (int d = 0; d < 3; d++)
        request.local_size[d] = run->for_any_size ? 0 : at_least_1(run->local_size[d]);
    status = vgpu_cc_unit_code(unit, &request, log, &bytes, &size);
    fclose(log);
    if (status == VGPU_STATUS_DONE) {
        run_code(bytes, size, mode, run);
        free(bytes);
    } else {
        VGPU_FAIL("no code of '%s': %s", kernel, text);
    }
    free(text);
    return status == VGPU_STATUS_DONE;
}

unsigned run_barrier_line(void)
{
    const unsigned line = barrier_line;

    barrier_line = 0;
    return line;
}
