/* SPDX-License-Identifier: MIT */
/* What the machine can still give. */
#define _GNU_SOURCE
#include "budget.h"

#include "machine.h"

#include <errno.h>
#include <search.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define STEP         ((size_t)256 << 20) /* between two looks at what is left */
#define MOST_UNASKED ((size_t)64 << 20)
#define MOST_RESERVE ((size_t)1 << 30)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

struct block {
    uintptr_t start;
    size_t size;
};

static int compare(const void *a, const void *b)
{
    const struct block *const first = a, *const second = b;

    return (first->start > second->start) - (first->start < second->start);
}

void vgpu_budget_init(struct vgpu_budget *budget, size_t (*available)(void),
                      size_t reserve)
{
    *budget = (struct vgpu_budget){.available = available, .reserve = reserve};
    pthread_mutex_init(&budget->lock, NULL);
}

static struct vgpu_budget the_budget;

static void init_machine_budget(void)
{
    const size_t share = vgpu_machine_memory() / 16;

    vgpu_budget_init(&the_budget, vgpu_machine_available,
                     share < MOST_RESERVE ? share : MOST_RESERVE);
}

struct vgpu_budget *vgpu_machine_budget(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, init_machine_budget);
    return &the_budget;
}

/* Bytes that can be used beside all that is promised. Locked. */
static size_t look(struct vgpu_budget *budget)
{
    const size_t available = budget->available();
    const size_t spoken_for = budget->reserve + budget->promised;
    const size_t left = available > spoken_for ? available - spoken_for : 0;
    const size_t unasked = left / 16;

    atomic_store(&budget->unasked, unasked < MOST_UNASKED ? unasked : MOST_UNASKED);
    budget->leeway = available / 4;
    return left;
}

/* Takes from what may be used without asking. */
static bool take_unasked(struct vgpu_budget *budget, size_t size)
{
    size_t unasked = atomic_load(&budget->unasked);

    do {
        if (size > unasked)
            return false;
    } while (!atomic_compare_exchange_weak(&budget->unasked, &unasked, unasked - size));
    return true;
}

/* Gives the pages of [start, start + size) memory; fails without the system's killer. */
static int populate_step(char *start, size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);

    if (madvise(start, size, MADV_POPULATE_WRITE) == 0)
        return 0;
    if (errno != EINVAL)
        return -ENOMEM;
    for (size_t at = 0; at < size; at += page) /* a kernel before Linux 5.14 */
        __atomic_fetch_or(start + at, 0, __ATOMIC_RELAXED);
    return 0;
}

/* Locked. Of a block that is counted as promised, so much is `own`. */
static int populate(struct vgpu_budget *budget, char *start, size_t size, size_t own)
{
    for (size_t at = 0; at < size; at += STEP) {
        const size_t step = size - at < STEP ? size - at : STEP;

        if (look(budget) + own < step || populate_step(start + at, step) != 0)
            return -ENOMEM;
    }
    look(budget);
    return 0;
}

/* A block of the tree, or NULL. */
static struct block *first_block(struct vgpu_budget *budget)
{
    /* the root is a pointer to the key it holds */
    return budget->blocks ? *(struct block **)budget->blocks : NULL;
}

static void forget(struct vgpu_budget *budget, struct block *block)
{
    tdelete(block, &budget->blocks, compare);
    budget->promised -= block->size;
    free(block);
}

/* Gives all promised blocks their pages. Those that have them cost next to nothing. */
static int keep_promises(struct vgpu_budget *budget)
{
    struct block *block;

    while ((block = first_block(budget)) != NULL) {
        if (populate(budget, (char *)block->start, block->size, block->size) != 0)
            return -ENOMEM;
        forget(budget, block);
    }
    return 0;
}

static int promise(struct vgpu_budget *budget, void *start, size_t size)
{
    struct block *const block = malloc(sizeof *block);

    if (!block)
        return -ENOMEM;
    *block = (struct block){(uintptr_t)start, size};
    if (!tsearch(block, &budget->blocks, compare)) {
        free(block);
        return -ENOMEM;
    }
    budget->promised += size;
    return 0;
}

int vgpu_budget_take(struct vgpu_budget *budget, size_t size)
{
    size_t left;

    if (__builtin_expect(take_unasked(budget, size), 1))
        return 0;
    pthread_mutex_lock(&budget->lock);
    left = look(budget);
    if (left < size && keep_promises(budget) == 0)
        left = look(budget);
    pthread_mutex_unlock(&budget->lock);
    return left < size ? -ENOMEM : 0;
}

/* Locked. */
static int commit(struct vgpu_budget *budget, void *block, size_t size)
{
    size_t left;

    if (budget->promised + size <= budget->leeway && take_unasked(budget, size))
        return promise(budget, block, size);
    left = look(budget);
    if (left >= size && budget->promised + size <= budget->leeway)
        return promise(budget, block, size);
    if (left < size && budget->promised > 0) {
        if (keep_promises(budget) != 0)
            return -ENOMEM;
        left = look(budget);
    }
    if (left < size)
        return -ENOMEM;
    if (populate(budget, block, size, 0) == 0)
        return 0;
    madvise(block, size, MADV_DONTNEED);
    return -ENOMEM;
}

int vgpu_budget_commit(struct vgpu_budget *budget, void *block, size_t size)
{
    int err;

    pthread_mutex_lock(&budget->lock);
    err = commit(budget, block, size);
    pthread_mutex_unlock(&budget->lock);
    return err;
}

void vgpu_budget_forget(struct vgpu_budget *budget, void *block)
{
    const struct block key = {(uintptr_t)block, 0};
    void *node;

    pthread_mutex_lock(&budget->lock);
    node = tfind(&key, &budget->blocks, compare);
    if (node)
        forget(budget, *(struct block **)node);
    pthread_mutex_unlock(&budget->lock);
}
