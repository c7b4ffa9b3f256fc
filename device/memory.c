/* SPDX-License-Identifier: MIT */
/* Global memory: zero-copy host memory, counted against a device's capacity. */
#define _GNU_SOURCE
#include "memory.h"

#include "arithmetic.h"
#include "device.h"
#include "log.h"
#include "topology.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HUGE_PAGE  ((size_t)2 << 20)
#define SMALL_PAGE 4096u

/* Large blocks are mapped, small ones come from malloc; release tells them apart by their
 * size. */
static bool is_mapped(size_t size)
{
    return size >= HUGE_PAGE;
}

static struct vgpu_memory host_memory = {.capacity = SIZE_MAX};

static void init_host_memory(void)
{
    host_memory.budget = vgpu_machine_budget();
}

struct vgpu_memory *vgpu_host_memory(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, init_host_memory);
    return &host_memory;
}

static bool take(struct vgpu_memory *memory, size_t size)
{
    size_t used = atomic_load(&memory->used);

    do {
        if (size > memory->capacity - used)
            return false;
    } while (!atomic_compare_exchange_weak(&memory->used, &used, used + size));
    return true;
}

/* Maps one huge page too many, then cuts both ends off, so that the rest is aligned. */
static void *map_aligned(size_t size)
{
    char *start, *aligned;
    size_t mapped, before;

    if (!vgpu_add(size, HUGE_PAGE, &mapped))
        return NULL;
    start = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    before = (HUGE_PAGE - ((uintptr_t)start & (HUGE_PAGE - 1))) & (HUGE_PAGE - 1);
    aligned = start + before;
    if (before > 0)
        munmap(start, before);
    if (before < HUGE_PAGE)
        munmap(aligned + size, HUGE_PAGE - before);
    madvise(aligned, size, MADV_HUGEPAGE);
    return aligned;
}

static void *map_near(const struct vgpu_memory *memory, size_t size)
{
    void *const block = map_aligned(size);

    if (block && memory->nodes &&
        !vgpu_topology_prefer(memory->topology, memory->nodes, block, size))
        vgpu_log(VGPU_LOG_info,
                 "%zu bytes of device memory could not be put on the NUMA node of its "
                 "compute units (%s): they may be slower",
                 size, strerror(errno));
    return block;
}

int vgpu_memory_allocate(struct vgpu_memory *memory, size_t size, void **memory_out)
{
    void *block = NULL;

    if (!take(memory, size))
        return -ENOMEM;
    if (is_mapped(size))
        block = map_near(memory, vgpu_round_up(size, HUGE_PAGE));
    else if (posix_memalign(&block, VGPU_BASE_ALIGN, size) != 0)
        block = NULL;
    if (!block) {
        atomic_fetch_sub(&memory->used, size);
        return -ENOMEM;
    }
    *memory_out = block;
    return 0;
}

/* A small block has its pages when this returns; malloc gave most of them to others
 * before. */
static void touch(char *block, size_t size)
{
    for (size_t at = 0; at < size; at += SMALL_PAGE)
        *(volatile char *)(block + at) = 0;
}

int vgpu_memory_commit(struct vgpu_memory *memory, void *block, size_t size)
{
    int err;

    if (is_mapped(size))
        return vgpu_budget_commit(memory->budget, block, vgpu_round_up(size, HUGE_PAGE));
    err = vgpu_budget_take(memory->budget, size);
    if (err == 0)
        touch(block, size);
    return err;
}

void vgpu_memory_release(struct vgpu_memory *memory, void *block, size_t size)
{
    if (!block)
        return;
    if (is_mapped(size)) {
        vgpu_budget_forget(memory->budget, block);
        munmap(block, vgpu_round_up(size, HUGE_PAGE));
    } else {
        free(block);
    }
    atomic_fetch_sub(&memory->used, size);
}
