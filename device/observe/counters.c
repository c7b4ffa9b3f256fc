/* SPDX-License-Identifier: MIT */
/* Segments of counters: who holds them, which thread has which slot, which kernel which
 * row. */
#define _GNU_SOURCE
#include "counters.h"

#include "clock.h"
#include "shared_memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct vgpu_counters {
    struct vgpu_counters *next; /* guarded by list_lock */
    atomic_uint refs;
    struct vgpu_shared_memory shared;
    struct vgpu_segment *segment; /* the shared memory */
    /* What is in the segment is for others to read: rows are found here, by whole names.
     */
    pthread_mutex_t lock; /* guards the next two */
    char *names[VGPU_COUNTER_KERNELS];
    uint32_t num_names;
};

_Thread_local unsigned vgpu_counter_slot __attribute__((tls_model("initial-exec")));

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct vgpu_counters *list; /* guarded by list_lock: all segments there are */
static pthread_key_t slot_key;     /* gives back an ending thread's slot */
static bool has_slot_key;
/* Slots that a thread has: a bit each. */
static _Atomic(uint64_t) slots_taken = 1u << VGPU_SLOT_NONE | 1u << VGPU_SLOT_SHARED;

_Static_assert(VGPU_COUNTER_SLOTS == 64, "slots_taken has a bit for each slot");

/* Another thread that gets the slot sees all that this one has counted in it. */
static void give_slot_back(void *slot)
{
    vgpu_counter_slot = VGPU_SLOT_NONE;
    atomic_fetch_and(&slots_taken, ~((uint64_t)1 << (uintptr_t)slot));
}

static void fork_prepare(void)
{
    pthread_mutex_lock(&list_lock);
}

static void fork_parent(void)
{
    pthread_mutex_unlock(&list_lock);
}

static void fork_child(void)
{
    for (struct vgpu_counters *each = list; each; each = each->next)
        vgpu_shared_memory_part(&each->shared);
    pthread_mutex_unlock(&list_lock);
}

static void init_once(void)
{
    has_slot_key = pthread_key_create(&slot_key, give_slot_back) == 0;
    pthread_atfork(fork_prepare, fork_parent, fork_child);
}

static unsigned take_slot(void)
{
    uint64_t taken = atomic_load(&slots_taken);
    unsigned slot;

    do {
        if (!has_slot_key || ~taken == 0)
            return VGPU_SLOT_SHARED;
        slot = (unsigned)__builtin_ctzll(~taken);
    } while (
        !atomic_compare_exchange_weak(&slots_taken, &taken, taken | (uint64_t)1 << slot));
    if (pthread_setspecific(slot_key, (void *)(uintptr_t)slot) == 0)
        return slot;
    atomic_fetch_and(&slots_taken, ~((uint64_t)1 << slot));
    return VGPU_SLOT_SHARED;
}

void vgpu_count_first(const struct vgpu_device_counters *device,
                      enum vgpu_counter counter, uint64_t amount)
{
    if (vgpu_counter_slot == VGPU_SLOT_NONE)
        vgpu_counter_slot = take_slot();
    if (vgpu_counter_slot == VGPU_SLOT_SHARED)
        atomic_fetch_add(&device->slots[VGPU_SLOT_SHARED].values[counter], amount);
    else
        vgpu_add_own(&device->slots[vgpu_counter_slot].values[counter], amount);
}

static void copy_name(char to[VGPU_COUNTER_NAME], const char *from)
{
    const size_t length = strnlen(from, VGPU_COUNTER_NAME - 1);

    memcpy(to, from, length);
    memset(to + length, 0, VGPU_COUNTER_NAME - length);
}

static void describe(struct vgpu_segment *segment,
                     const struct vgpu_counted_device *devices, uint32_t count,
                     size_t bytes)
{
    memcpy(segment->magic, VGPU_SEGMENT_MAGIC, sizeof segment->magic);
    segment->version = VGPU_SEGMENT_VERSION;
    segment->slot_bytes = sizeof(struct vgpu_counter_slot);
    segment->unit_bytes = sizeof(struct vgpu_unit_block);
    segment->pid = (uint32_t)getpid();
    segment->start_ns = vgpu_now_ns();
    segment->num_devices = count;
    copy_name(segment->program, program_invocation_short_name);
    for (uint32_t i = 0; i < count; i++) {
        copy_name(segment->devices[i].name, devices[i].name);
        segment->devices[i].memory_bytes = devices[i].memory_bytes;
        segment->devices[i].num_units = devices[i].num_units;
    }
    copy_name(segment->kernels[VGPU_ROW_TRANSFERS], "(copies and fills)");
    copy_name(segment->kernels[VGPU_ROW_NATIVE], "(native kernels)");
    copy_name(segment->kernels[VGPU_ROW_OTHERS], "(other kernels)");
    atomic_store(&segment->num_kernels, VGPU_ROW_FIRST);
    /* release: who sees it sees the rest */
    atomic_store_explicit(&segment->total_bytes, bytes, memory_order_release);
}

int vgpu_counters_create(const struct vgpu_counted_device *devices, uint32_t count,
                         struct vgpu_counters **counters_out)
{
    struct vgpu_counters *const counters = calloc(1, sizeof *counters);
    uint32_t num_units[VGPU_SEGMENT_DEVICES];
    size_t bytes;

    if (!counters)
        return -ENOMEM;
    pthread_once(&once, init_once);
    for (uint32_t i = 0; i < count; i++)
        num_units[i] = devices[i].num_units;
    bytes = vgpu_segment_bytes(count, num_units);
    if (vgpu_shared_memory_create(VGPU_SEGMENT_FILE, bytes, &counters->shared) != 0) {
        free(counters);
        return -ENOMEM;
    }
    counters->segment = counters->shared.memory;
    describe(counters->segment, devices, count, bytes);
    pthread_mutex_init(&counters->lock, NULL);
    counters->num_names = VGPU_ROW_FIRST;
    atomic_init(&counters->refs, 1);
    pthread_mutex_lock(&list_lock);
    counters->next = list;
    list = counters;
    pthread_mutex_unlock(&list_lock);
    *counters_out = counters;
    return 0;
}

void vgpu_counters_release(struct vgpu_counters *counters)
{
    struct vgpu_counters **link = &list;

    if (atomic_fetch_sub(&counters->refs, 1) != 1)
        return;
    pthread_mutex_lock(&list_lock);
    while (*link != counters)
        link = &(*link)->next;
    *link = counters->next;
    pthread_mutex_unlock(&list_lock);
    vgpu_shared_memory_destroy(&counters->shared);
    for (uint32_t i = VGPU_ROW_FIRST; i < counters->num_names; i++)
        free(counters->names[i]);
    pthread_mutex_destroy(&counters->lock);
    free(counters);
}

void vgpu_device_counters_bind(struct vgpu_device_counters *device,
                               struct vgpu_counters *counters, uint32_t index)
{
    struct vgpu_segment *const segment = counters->segment;

    atomic_fetch_add(&counters->refs, 1);
    *device = (struct vgpu_device_counters){
        .all = counters,
        .segment = segment,
        .index = index,
        .gauges = segment->devices[index].gauges,
        .slots = vgpu_segment_slots(segment, index),
        .units = vgpu_segment_units(segment, index),
    };
}

/* Lock held. */
static uint16_t add_kernel(struct vgpu_counters *counters, const char *name)
{
    const uint16_t row = (uint16_t)counters->num_names;

    if (row == VGPU_COUNTER_KERNELS)
        return VGPU_ROW_OTHERS;
    counters->names[row] = strdup(name);
    if (!counters->names[row])
        return VGPU_ROW_OTHERS;
    copy_name(counters->segment->kernels[row], name);
    counters->num_names++;
    /* release: the name is there before the row is counted */
    atomic_store_explicit(&counters->segment->num_kernels, counters->num_names,
                          memory_order_release);
    return row;
}

uint16_t vgpu_counters_kernel(struct vgpu_counters *counters, const char *name)
{
    uint16_t row = VGPU_ROW_FIRST;

    pthread_mutex_lock(&counters->lock);
    while (row < counters->num_names && strcmp(counters->names[row], name) != 0)
        row++;
    if (row == counters->num_names)
        row = add_kernel(counters, name);
    pthread_mutex_unlock(&counters->lock);
    return row;
}

void vgpu_count_memory_taken(const struct vgpu_device_counters *device, uint64_t bytes)
{
    _Atomic(uint64_t) *const peak = &device->gauges[VGPU_GAUGE_memory_peak];
    const uint64_t used =
        atomic_fetch_add(&device->gauges[VGPU_GAUGE_memory_used], bytes) + bytes;
    uint64_t most = atomic_load(peak);

    while (used > most && !atomic_compare_exchange_weak(peak, &most, used)) {
    }
    atomic_fetch_add(&device->gauges[VGPU_GAUGE_memory_blocks], 1);
    vgpu_count(device, VGPU_COUNTER_allocations, 1);
}

void vgpu_count_memory_returned(const struct vgpu_device_counters *device, uint64_t bytes)
{
    atomic_fetch_sub(&device->gauges[VGPU_GAUGE_memory_used], bytes);
    atomic_fetch_sub(&device->gauges[VGPU_GAUGE_memory_blocks], 1);
}

/* Relaxed, as all that a unit counts. */
static void start_time(vgpu_time_word *word, uint64_t now)
{
    const uint64_t total = atomic_load_explicit(word, memory_order_relaxed);

    atomic_store_explicit(word, VGPU_TIME_RUNS | (now - total), memory_order_relaxed);
}

static void stop_time(vgpu_time_word *word, uint64_t now)
{
    const uint64_t since =
        atomic_load_explicit(word, memory_order_relaxed) & ~VGPU_TIME_RUNS;

    atomic_store_explicit(word, now - since, memory_order_relaxed);
}

void vgpu_unit_turn_to(struct vgpu_unit_counters *unit,
                       struct vgpu_kernel_counters *kernel)
{
    const uint64_t now = unit->expected ? unit->expected : vgpu_now_ns();

    unit->expected = 0;
    if (unit->kernel)
        stop_time(&unit->kernel->busy, now);
    else
        start_time(&unit->block->busy, now);
    start_time(&kernel->busy, now);
    unit->kernel = kernel;
}

void vgpu_unit_rest(struct vgpu_unit_counters *unit, uint64_t now)
{
    unit->expected = 0;
    if (!unit->kernel)
        return;
    stop_time(&unit->kernel->busy, now);
    stop_time(&unit->block->busy, now);
    unit->kernel = NULL;
}
