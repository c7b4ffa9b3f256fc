/* SPDX-License-Identifier: MIT */
/* Handles: the slots that objects live in, and the two counts that decide how long. */
#define _GNU_SOURCE
#include "object/handle.h"

#include "arithmetic.h"
#include "dispatch/dispatch.h"
#include "object/context.h"
#include "object/device.h"
#include "object/event.h"
#include "object/kernel.h"
#include "object/mem.h"
#include "object/platform.h"
#include "object/program.h"
#include "object/queue.h"
#include "prefetch.h"
#include "sanitizer.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

/* Objects refer to what malloc gave them, but their slots are no place where
 * LeakSanitizer looks of its own accord. */
#if VGPU_ASAN
#include <sanitizer/lsan_interface.h>
#define SHOW_TO_LEAK_SANITIZER(base, size) __lsan_register_root_region(base, size)
#else
#define SHOW_TO_LEAK_SANITIZER(base, size) ((void)0)
#endif

#define CHUNK_BYTES   ((size_t)1 << 20) /* by which a kind's memory grows */
#define BATCH_SLOTS   32  /* that a thread takes from or gives to the shared list */
#define RESTING_SLOTS 256 /* free ones that wait while there are new ones */

struct vgpu_handle_range vgpu_handle_ranges[VGPU_KIND_COUNT] = {
#define KIND(name, type, slot_size_, slots, destroy) {.slot_size = (slot_size_)},
#include "kind.def"
#undef KIND
};

/* What the table says of a kind. */
struct kind_row {
    size_t slots;
    size_t zeroed; /* bytes of a new object, from the handle's on, that are cleared */
    void (*destroy)(void *object);
};

static const struct kind_row rows[VGPU_KIND_COUNT] = {
#define KIND(name, type, slot_size, slots, destroy) {(slots), sizeof(type), destroy},
#include "kind.def"
#undef KIND
};

#define KIND(name, type, slot_size, slots, destroy)          \
    static_assert(sizeof(type) <= (slot_size),               \
                  "struct " #name " has outgrown its slot"); \
    static_assert(((slot_size) & ((slot_size)-1)) == 0, "slot size of " #name);
#include "kind.def"
#undef KIND

/* A chain of free slots that changes threads as one; overlays the chain's first slot. */
struct batch {
    struct vgpu_handle handle;
    struct batch *next;
    unsigned count;
};

/* The slots of a kind that no object uses. */
struct pool {
    pthread_mutex_t lock; /* guards what follows */
    uint64_t created;     /* objects so far; kind event: not counted */
    uintptr_t base;
    size_t reserved;           /* bytes */
    size_t handed_out;         /* bytes from base that were an object's at least once */
    struct vgpu_handle *first; /* the longest free: a stale handle stays refused */
    struct vgpu_handle *last;
    size_t num_free;
    struct batch *batches; /* kind event */
};

static struct pool pools[VGPU_KIND_COUNT];
static pthread_once_t pools_once = PTHREAD_ONCE_INIT;
static pthread_key_t cache_key;
static bool cache_key_made;

/* Events come and go with every command, so each thread keeps some of their slots, newest
 * first. */
static _Thread_local struct {
    struct vgpu_handle *first;
    unsigned count;
    bool is_given_back_at_exit;
} event_cache __attribute__((tls_model("initial-exec")));

static void event_cache_flush(void *unused);

/* Address space may be limited (ulimit -v): takes what it gets, half by half. */
static void pool_reserve(struct pool *pool, size_t size)
{
    for (; size >= CHUNK_BYTES; size /= 2) {
        void *base = mmap(NULL, size, PROT_NONE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (base != MAP_FAILED) {
            pool->base = (uintptr_t)base;
            pool->reserved = size;
            SHOW_TO_LEAK_SANITIZER(base, size);
            return;
        }
    }
}

static void pools_init(void)
{
    cache_key_made = pthread_key_create(&cache_key, event_cache_flush) == 0;
    for (int kind = 0; kind < VGPU_KIND_COUNT; kind++) {
        const size_t size = rows[kind].slots * vgpu_handle_ranges[kind].slot_size;

        pthread_mutex_init(&pools[kind].lock, NULL);
        pool_reserve(&pools[kind], vgpu_round_up(size, CHUNK_BYTES));
        atomic_store(&vgpu_handle_ranges[kind].base, pools[kind].base);
    }
}

/* Makes a further chunk of the reservation usable. Lock held. */
static bool pool_grow(struct pool *pool, struct vgpu_handle_range *range)
{
    const size_t used =
        atomic_load_explicit(&range->used, memory_order_relaxed); /* lock */

    if (used == pool->reserved ||
        mprotect((void *)(pool->base + used), CHUNK_BYTES, PROT_READ | PROT_WRITE) != 0)
        return false;
    /* release: publishes base and the new slots, all zero and so all refused */
    atomic_store_explicit(&range->used, used + CHUNK_BYTES, memory_order_release);
    return true;
}

/* A slot that was never used, or NULL. Lock held. */
static struct vgpu_handle *pool_fresh_slot(struct pool *pool, enum vgpu_kind kind)
{
    struct vgpu_handle_range *range = &vgpu_handle_ranges[kind];
    struct vgpu_handle *slot;

    if (pool->handed_out / range->slot_size >= rows[kind].slots)
        return NULL;
    if (pool->handed_out == atomic_load_explicit(&range->used, memory_order_relaxed) &&
        !pool_grow(pool, range))
        return NULL;
    slot = (struct vgpu_handle *)(pool->base + pool->handed_out);
    pool->handed_out += range->slot_size;
    return slot;
}

static struct vgpu_handle *slot_take(enum vgpu_kind kind)
{
    struct pool *pool = &pools[kind];
    struct vgpu_handle *slot;

    pthread_once(&pools_once, pools_init);
    pthread_mutex_lock(&pool->lock);
    slot = pool->num_free < RESTING_SLOTS ? pool_fresh_slot(pool, kind) : NULL;
    if (!slot && pool->first) {
        slot = pool->first;
        pool->first = slot->next_free;
        pool->num_free--;
    }
    if (slot)
        slot->number = ++pool->created;
    pthread_mutex_unlock(&pool->lock);
    return slot;
}

static void slot_give(struct vgpu_handle *slot)
{
    struct pool *pool = &pools[slot->kind];

    slot->next_free = NULL;
    pthread_mutex_lock(&pool->lock);
    if (pool->first)
        pool->last->next_free = slot;
    else
        pool->first = slot;
    pool->last = slot;
    pool->num_free++;
    pthread_mutex_unlock(&pool->lock);
}

/* What is in this thread's cache at its end is for the others. */
static void event_cache_give_back_at_exit(void)
{
    if (event_cache.is_given_back_at_exit)
        return;
    event_cache.is_given_back_at_exit = true;
    if (cache_key_made)
        pthread_setspecific(cache_key, &event_cache);
}

/* Fills this thread's empty cache with a batch. */
static bool event_cache_fill(void)
{
    struct pool *pool = &pools[VGPU_KIND_event];
    struct batch *batch;
    struct vgpu_handle *slot;

    pthread_once(&pools_once, pools_init);
    event_cache_give_back_at_exit();
    pthread_mutex_lock(&pool->lock);
    batch = pool->batches;
    if (batch) {
        pool->batches = batch->next;
        event_cache.first = &batch->handle;
        event_cache.count = batch->count;
    }
    while (event_cache.count < BATCH_SLOTS / 2 &&
           (slot = pool_fresh_slot(pool, VGPU_KIND_event)) != NULL) {
        slot->next_free = event_cache.first;
        event_cache.first = slot;
        event_cache.count++;
    }
    pthread_mutex_unlock(&pool->lock);
    return event_cache.count > 0;
}

/* Gives the newest `count` slots, at least one, of this thread's cache to all threads. */
static void event_cache_give(unsigned count)
{
    struct pool *pool = &pools[VGPU_KIND_event];
    struct batch *batch = (struct batch *)event_cache.first;
    struct vgpu_handle *last = event_cache.first;

    for (unsigned i = 1; i < count; i++)
        last = last->next_free;
    event_cache.first = last->next_free;
    event_cache.count -= count;
    last->next_free = NULL;
    batch->count = count;

    pthread_mutex_lock(&pool->lock);
    batch->next = pool->batches;
    pool->batches = batch;
    pthread_mutex_unlock(&pool->lock);
}

/* At the end of a thread. */
static void event_cache_flush(void *unused)
{
    (void)unused;
    event_cache.is_given_back_at_exit = false;
    if (event_cache.count > 0)
        event_cache_give(event_cache.count);
}

static struct vgpu_handle *event_slot_take(void)
{
    struct vgpu_handle *slot;

    if (!event_cache.first && !event_cache_fill())
        return NULL;
    slot = event_cache.first;
    event_cache.first = slot->next_free;
    event_cache.count--;
    if (event_cache.first)
        vgpu_prefetch_to_write(event_cache.first,
                               vgpu_handle_ranges[VGPU_KIND_event].slot_size);
    slot->number = 0;
    return slot;
}

static void event_slot_give(struct vgpu_handle *slot)
{
    event_cache_give_back_at_exit();
    slot->next_free = event_cache.first;
    event_cache.first = slot;
    if (++event_cache.count == 2 * BATCH_SLOTS)
        event_cache_give(BATCH_SLOTS);
}

void *vgpu_handle_create(enum vgpu_kind kind)
{
    struct vgpu_handle *handle =
        kind == VGPU_KIND_event ? event_slot_take() : slot_take(kind);

    if (!handle)
        return NULL;
    /* A stale handle may be checked at this very moment, so the counts are never cleared
     * by memset. */
    if (kind != VGPU_KIND_event)
        memset(handle + 1, 0, rows[kind].zeroed - sizeof *handle);
    handle->dispatch = &vgpu_icd_dispatch;
    handle->generation++;
    handle->kind = kind;
    if (kind == VGPU_KIND_event)
        return handle;
    /* release: who looks through all slots and finds one held finds it cleared */
    atomic_store_explicit(&handle->refs, 1, memory_order_release);
    /* release: whoever finds the handle held finds it whole */
    atomic_store_explicit(&handle->app_refs, 1, memory_order_release);
    return handle;
}

size_t vgpu_handle_count(enum vgpu_kind kind)
{
    struct pool *pool = &pools[kind];
    const size_t slot_size = vgpu_handle_ranges[kind].slot_size;
    size_t count = 0;

    pthread_once(&pools_once, pools_init);
    pthread_mutex_lock(&pool->lock);
    for (size_t offset = 0; offset < pool->handed_out; offset += slot_size)
        count += atomic_load(&((struct vgpu_handle *)(pool->base + offset))->refs) != 0;
    pthread_mutex_unlock(&pool->lock);
    return count;
}

void vgpu_handle_visit(enum vgpu_kind kind, void (*visit)(void *object, void *data),
                       void *data)
{
    struct pool *pool = &pools[kind];
    const size_t slot_size = vgpu_handle_ranges[kind].slot_size;
    size_t end;

    pthread_once(&pools_once, pools_init);
    pthread_mutex_lock(&pool->lock);
    end = pool->handed_out;
    pthread_mutex_unlock(&pool->lock);
    for (size_t offset = 0; offset < end; offset += slot_size) {
        struct vgpu_handle *object = (struct vgpu_handle *)(pool->base + offset);
        if (atomic_load(&object->app_refs) != 0)
            visit(object, data);
    }
}

/* Adds 1 or -1 to the application's count, unless that is 0: the handle is refused then.
 */
static cl_int change_app_refs(enum vgpu_kind kind, struct vgpu_handle *object,
                              cl_int invalid, int change, unsigned *count_out)
{
    unsigned count;

    if (!vgpu_handle_is(kind, object))
        return invalid;
    count =
        atomic_load_explicit(&object->app_refs, memory_order_relaxed); /* CAS checks */
    do {
        if (count == 0)
            return invalid;
        if (change > 0 && count == UINT_MAX)
            return CL_OUT_OF_RESOURCES;
        *count_out = count + (unsigned)change;
    } while (!atomic_compare_exchange_weak(&object->app_refs, &count, *count_out));
    return CL_SUCCESS;
}

cl_int vgpu_app_retain(enum vgpu_kind kind, void *handle, cl_int invalid)
{
    unsigned count;

    return change_app_refs(kind, handle, invalid, 1, &count);
}

cl_int vgpu_app_release_last(enum vgpu_kind kind, void *handle, cl_int invalid,
                             void (*last)(void *object))
{
    unsigned count = 0;
    const cl_int err = change_app_refs(kind, handle, invalid, -1, &count);

    if (err != CL_SUCCESS || count != 0)
        return err;
    if (last)
        last(handle);
    vgpu_release(handle);
    return CL_SUCCESS;
}

cl_int vgpu_app_release(enum vgpu_kind kind, void *handle, cl_int invalid)
{
    return vgpu_app_release_last(kind, handle, invalid, NULL);
}

void vgpu_app_lend(void *handle)
{
    if (atomic_fetch_add(&((struct vgpu_handle *)handle)->app_refs, 1) == 0)
        vgpu_retain(handle);
}

cl_uint vgpu_app_refs(const void *handle)
{
    return atomic_load(&((const struct vgpu_handle *)handle)->app_refs);
}

void vgpu_release(void *handle)
{
    struct vgpu_handle *object = handle;

    /* acq_rel: the destroying thread sees what every earlier holder did */
    if (atomic_fetch_sub_explicit(&object->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (rows[object->kind].destroy)
        rows[object->kind].destroy(handle);
    if (object->kind == VGPU_KIND_event)
        event_slot_give(object);
    else
        slot_give(object);
}
