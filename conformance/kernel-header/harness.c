/* SPDX-License-Identifier: MIT */
/* See harness.h. Items with barriers are contexts that take turns. */
#include "harness.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#define MAX_KERNELS 256u
#define STACK_SIZE  ((size_t)64 * 1024)

static const struct vgpu_kernel_description *kernels[MAX_KERNELS];
static unsigned num_kernels;
static unsigned barriers;

int vgpu_kernel_register(const struct vgpu_kernel_description *kernel)
{
    if (num_kernels == MAX_KERNELS)
        abort();
    kernels[num_kernels++] = kernel;
    return 0;
}

void vgpu_kernel_unregister(const struct vgpu_kernel_description *kernel)
{
    for (unsigned i = 0; i < num_kernels; i++) {
        if (kernels[i] == kernel) {
            kernels[i] = kernels[--num_kernels];
            return;
        }
    }
    abort();
}

const struct vgpu_kernel_description *harness_find(const char *name)
{
    for (unsigned i = 0; i < num_kernels; i++) {
        if (strcmp(kernels[i]->name, name) == 0)
            return kernels[i];
    }
    return NULL;
}

unsigned harness_count(const char *name)
{
    unsigned count = 0;

    for (unsigned i = 0; i < num_kernels; i++)
        count += strcmp(kernels[i]->name, name) == 0;
    return count;
}

unsigned harness_barriers(void)
{
    return barriers;
}

struct turn {
    ucontext_t context;
    struct vgpu_item item;
    char *stack;
    bool done;
};

static ucontext_t scheduler;
static struct turn *current;
static void *const *current_args;
static vgpu_item_fn *current_function;

static void item_main(void)
{
    current_function(&current->item, current_args);
    current->done = true;
    swapcontext(&current->context, &scheduler);
}

void vgpu_item_barrier(const struct vgpu_item *item, unsigned flags, unsigned line)
{
    struct turn *turn = current;

    (void)flags;
    if (item != &turn->item || line == 0)
        abort();
    barriers++;
    swapcontext(&turn->context, &scheduler);
}

static void turn_init(struct turn *turn, const struct vgpu_group *group, size_t linear)
{
    const size_t *local = group->local_size;
    const size_t id[3] = {linear % local[0], linear / local[0] % local[1],
                          linear / local[0] / local[1]};

    turn->item.group = group;
    for (unsigned d = 0; d < 3; d++) {
        turn->item.local_id[d] = id[d];
        turn->item.global_id[d] = group->first_global_id[d] + id[d];
    }
    turn->stack = malloc(STACK_SIZE);
    if (!turn->stack)
        abort();
    getcontext(&turn->context);
    turn->context.uc_stack.ss_sp = turn->stack;
    turn->context.uc_stack.ss_size = STACK_SIZE;
    makecontext(&turn->context, item_main, 0);
}

void vgpu_items_run(const struct vgpu_group *group, void *const args[],
                    vgpu_item_fn *item)
{
    const size_t count =
        group->local_size[0] * group->local_size[1] * group->local_size[2];
    struct turn *turns = calloc(count, sizeof *turns);
    size_t left = count;

    if (!turns)
        abort();
    current_args = args;
    current_function = item;
    for (size_t i = 0; i < count; i++)
        turn_init(&turns[i], group, i);
    while (left > 0) {
        for (size_t i = 0; i < count; i++) {
            if (turns[i].done)
                continue;
            current = &turns[i];
            swapcontext(&scheduler, &current->context);
            left -= turns[i].done;
        }
    }
    for (size_t i = 0; i < count; i++)
        free(turns[i].stack);
    free(turns);
}

static void group_place(struct vgpu_group *group, const struct range *range,
                        size_t linear)
{
    for (unsigned d = 0; d < 3; d++) {
        const size_t id = linear % group->num_groups[d], start = id * range->local[d];
        const size_t rest = range->global[d] - start;

        linear /= group->num_groups[d];
        group->group_id[d] = id;
        group->first_global_id[d] = range->offset[d] + start;
        group->local_size[d] = rest < range->local[d] ? rest : range->local[d];
    }
}

void harness_run(const struct vgpu_kernel_description *kernel, const struct range *range,
                 void *const args[])
{
    struct vgpu_group group = {.work_dim = range->work_dim};
    size_t total = 1;

    for (unsigned d = 0; d < 3; d++) {
        group.global_offset[d] = range->offset[d];
        group.global_size[d] = range->global[d];
        group.enqueued_local_size[d] = range->local[d];
        group.num_groups[d] = (range->global[d] + range->local[d] - 1) / range->local[d];
        total *= group.num_groups[d];
    }
    for (size_t i = 0; i < total; i++) {
        group_place(&group, range, i);
        kernel->function(&group, args);
    }
}

void harness_run_1d(const char *name, size_t items, size_t local, void *const args[])
{
    const struct range range = {1, {0, 0, 0}, {items, 1, 1}, {local, 1, 1}};
    const struct vgpu_kernel_description *kernel = harness_find(name);

    if (!kernel)
        abort();
    harness_run(kernel, &range, args);
}
