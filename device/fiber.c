/* SPDX-License-Identifier: MIT */
/* Fibers: contexts that one thread switches between, and the stacks they stand on. */
#define _GNU_SOURCE
#include "fiber.h"

#include "arithmetic.h"
#include "message.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Usable bytes of a stack. Instrumented code needs several times as much. */
#if VGPU_ASAN || VGPU_TSAN
#define STACK_BYTES ((size_t)256 << 10)
#else
#define STACK_BYTES ((size_t)64 << 10)
#endif

/* Neighbouring stacks start at different offsets in a page, or their hot ends would all
 * fall into the same few sets of the caches. */
#define STAGGER_STEP  128u
#define STAGGER_STEPS 31u
#define STAGGER_BYTES 4096u

/* Linux 6.13: a guard that splits no mapping. Headers may be older than the kernel. */
#define ADVICE_GUARD_INSTALL 102

static int reserve(struct vgpu_fiber_stacks *stacks, unsigned capacity)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t bytes = stacks->bytes ? stacks->bytes : STACK_BYTES;
    const size_t stride = page + vgpu_round_up(bytes + STAGGER_BYTES, page);
    void *base;

    /* Without access, so that strict overcommit does not count it. */
    base = mmap(NULL, stride * capacity, PROT_NONE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (base == MAP_FAILED)
        return -ENOMEM;
    madvise(base, stride * capacity, MADV_NOHUGEPAGE);
    stacks->base = base;
    stacks->stride = stride;
    stacks->guard = page;
    stacks->capacity = capacity;
    return 0;
}

static void say_unguarded_once(void)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;

    if (!atomic_flag_test_and_set(&said))
        vgpu_message(
            "no guard under the stacks of some work-items (%s): a stack overflow in a "
            "barrier kernel may go unnoticed; raise vm.max_map_count",
            strerror(errno));
}

int vgpu_fiber_stacks_grow(struct vgpu_fiber_stacks *stacks, unsigned capacity,
                           unsigned count)
{
    char *first;
    size_t length;

    if (!stacks->base && reserve(stacks, capacity) != 0)
        return -ENOMEM;
    if (count <= stacks->ready)
        return 0;
    if (count > stacks->capacity)
        return -ENOMEM;
    first = stacks->base + stacks->stride * stacks->ready;
    length = stacks->stride * (count - stacks->ready);
    if (mprotect(first, length, PROT_READ | PROT_WRITE) != 0)
        return -ENOMEM;
    for (char *stack = first; stack < first + length; stack += stacks->stride)
        if (madvise(stack, stacks->guard, ADVICE_GUARD_INSTALL) != 0 &&
            mprotect(stack, stacks->guard, PROT_NONE) != 0)
            say_unguarded_once();
    stacks->ready = count;
    return 0;
}

void vgpu_fiber_stacks_fini(struct vgpu_fiber_stacks *stacks)
{
    if (stacks->base)
        munmap(stacks->base, stacks->stride * stacks->capacity);
    memset(stacks, 0, sizeof *stacks);
}

void vgpu_context_prepare(struct vgpu_context *context,
                          const struct vgpu_fiber_stacks *stacks, unsigned index,
                          void (*entry)(void))
{
    char *bottom = stacks->base + stacks->stride * index + stacks->guard;
    char *end = bottom + stacks->stride - stacks->guard;
    char *top = end - index % STAGGER_STEPS * STAGGER_STEP;

    vgpu_sanitizer_prepare(&context->sanitizer, bottom, (size_t)(end - bottom));
#if VGPU_FIBER_NATIVE
#if defined(__x86_64__)
    /* As after a call from nowhere: unwinding ends at the null return address. */
    top -= sizeof(void *);
    *(void **)(void *)top = NULL;
#endif
    context->stack = top;
    context->frame = NULL;
    context->resume = entry;
#else
    getcontext(&context->machine);
    context->machine.uc_stack.ss_sp = bottom;
    context->machine.uc_stack.ss_size = (size_t)(top - bottom);
    context->machine.uc_link = NULL;
    makecontext(&context->machine, entry, 0);
#endif
}

void vgpu_context_adopt(struct vgpu_context *context)
{
    vgpu_sanitizer_adopt(&context->sanitizer);
}

void vgpu_context_fini(struct vgpu_context *context)
{
    vgpu_sanitizer_fini(&context->sanitizer);
}

#if VGPU_ASAN
void vgpu_sanitizer_adopt(struct vgpu_sanitizer_fiber *fiber)
{
    pthread_attr_t attributes;
    void *bottom = NULL;
    size_t size = 0;

    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &bottom, &size);
        pthread_attr_destroy(&attributes);
    }
    fiber->bottom = bottom;
    fiber->size = size;
    fiber->fake_stack = NULL;
}
#endif
