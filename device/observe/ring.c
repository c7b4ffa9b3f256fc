/* SPDX-License-Identifier: MIT */
/* Rings of records: one for each thread that tells something, read by one thread.
 *
 * A ring has one writer and one reader, so head and tail are all they need. The list of
 * rings has a lock, which a thread takes with its first record. */
#define _GNU_SOURCE
#include "observe/ring.h"

#include "clock.h"
#include "futex.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_TRIES 100u /* of a millisecond each, for the reader to make room */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static struct vgpu_ring *rings;
static uint32_t num_threads;

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* ends a thread's ring with it */
static bool key_made;

static atomic_uint wake;    /* futex word: not 0: the reader shall look */
static atomic_uint drained; /* futex word: changes whenever there is room again */
static atomic_ullong lost;  /* for want of memory */

static _Thread_local struct {
    struct vgpu_ring *ring;
    bool is_unit;
    uint32_t device, unit, cpu;
} self __attribute__((tls_model("initial-exec")));

static void end_ring(void *ring)
{
    self.ring = NULL;
    /* release: the reader sees all records of a ring that has ended */
    atomic_store_explicit(&((struct vgpu_ring *)ring)->ended, true, memory_order_release);
}

static void make_key(void)
{
    key_made = pthread_key_create(&key, end_ring) == 0;
}

/* The calling thread's first record. */
static struct vgpu_ring *make_ring(void)
{
    struct vgpu_ring *ring;
    void *memory;

    pthread_once(&key_once, make_key);
    if (!key_made || posix_memalign(&memory, 128, sizeof *ring) != 0)
        return NULL;
    ring = memory;
    memset(ring, 0, offsetof(struct vgpu_ring, records));
    if (pthread_setspecific(key, ring) != 0) {
        free(ring);
        return NULL;
    }
    ring->is_unit = self.is_unit;
    ring->device = self.device;
    ring->unit = self.unit;
    ring->cpu = self.cpu;
    pthread_mutex_lock(&lock);
    if (!ring->is_unit)
        ring->thread = ++num_threads;
    ring->next = rings;
    rings = ring;
    pthread_mutex_unlock(&lock);
    self.ring = ring;
    return ring;
}

void vgpu_trace_unit(unsigned device, unsigned unit, unsigned cpu)
{
    self.is_unit = true;
    self.device = device;
    self.unit = unit;
    self.cpu = cpu;
}

/* Threads that may wait do so early: for what they enqueue, units that may not have more
 * to tell. */
static bool has_room(struct vgpu_ring *ring, uint64_t head)
{
    const uint64_t room = ring->is_unit ? VGPU_RING_RECORDS : VGPU_RING_RECORDS / 4;

    if (head - ring->seen_tail < room)
        return true;
    /* acquire: the reader is done with the records before */
    ring->seen_tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    return head - ring->seen_tail < room;
}

/* The reader is given a little time to make room. */
static bool wait_for_room(struct vgpu_ring *ring, uint64_t head)
{
    const struct timespec length = {.tv_nsec = 1000000};

    for (unsigned i = 0; i < WAIT_TRIES; i++) {
        const unsigned seen = atomic_load(&drained);

        if (has_room(ring, head))
            return true;
        vgpu_rings_wake();
        syscall(SYS_futex, &drained, FUTEX_WAIT_PRIVATE, seen, &length, NULL, 0);
    }
    return has_room(ring, head);
}

/* Room for a record of this thread, or NULL: it is lost. */
static struct vgpu_record *begin(bool may_wait)
{
    struct vgpu_ring *const ring = self.ring ? self.ring : make_ring();
    uint64_t head;

    if (!ring) {
        atomic_fetch_add(&lost, 1);
        return NULL;
    }
    head = atomic_load_explicit(&ring->head, memory_order_relaxed); /* its own */
    if (!has_room(ring, head) && !(may_wait && wait_for_room(ring, head))) {
        /* relaxed: a count */
        atomic_fetch_add_explicit(&ring->lost, 1, memory_order_relaxed);
        return NULL;
    }
    return &ring->records[head % VGPU_RING_RECORDS];
}

static void publish(void)
{
    struct vgpu_ring *const ring = self.ring;
    const uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed) + 1;

    /* release: the record is written before it is seen */
    atomic_store_explicit(&ring->head, head, memory_order_release);
    if (head % (VGPU_RING_RECORDS / 8) == 0)
        vgpu_rings_wake();
}

void vgpu_trace_unit_starts(unsigned device, unsigned unit, unsigned cpu)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(true) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_UNIT;
    record->unit.device = device;
    record->unit.index = unit;
    record->unit.cpu = cpu;
    publish();
}

void vgpu_trace_queued(const struct vgpu_trace_queued *queued)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(true) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_QUEUED;
    record->flag = queued->in_order;
    record->name = queued->name;
    record->command = queued->command;
    record->queued.time = queued->time;
    record->queued.device = queued->device;
    publish();
}

void vgpu_trace_launch(uint64_t command, uint32_t work_dim, const size_t global[3],
                       const size_t local[3], enum vgpu_launch_code code)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(true) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_LAUNCH;
    record->flag = (uint8_t)code;
    record->small = (uint16_t)work_dim;
    record->command = command;
    for (int d = 0; d < 3; d++) {
        record->launch.global[d] = global[d];
        record->launch.local[d] = (uint32_t)local[d];
    }
    publish();
}

void vgpu_trace_transfer(uint64_t command, uint64_t bytes, struct vgpu_trace_place to,
                         struct vgpu_trace_place from)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(true) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_TRANSFER;
    record->command = command;
    record->transfer.bytes = bytes;
    record->transfer.to = to.buffer;
    record->transfer.from = from.buffer;
    record->transfer.to_label = to.label;
    record->transfer.from_label = from.label;
    publish();
}

void vgpu_trace_depends(uint64_t command, uint64_t before)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(true) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_DEPENDS;
    record->command = command;
    record->before = before;
    publish();
}

void vgpu_trace_ended(const struct vgpu_trace_ended *ended)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(false) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_ENDED;
    record->flag = ended->alone;
    record->name = ended->name;
    record->command = ended->command;
    record->ended.queued = ended->queued;
    record->ended.submitted = ended->submitted;
    record->ended.started = ended->started;
    record->ended.ended = ended->ended;
    record->ended.status = ended->status;
    publish();
}

void vgpu_trace_carried(const struct vgpu_trace_carried *carried)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(false) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_CARRIED;
    record->flag = (uint8_t)carried->why;
    record->small = vgpu_record_ends(carried->from, carried->to);
    record->name = carried->buffer.label;
    record->command = carried->command;
    record->carried.start = carried->start;
    record->carried.used = carried->used;
    record->carried.waited = carried->waited;
    record->carried.real = carried->real;
    record->carried.bytes = carried->bytes;
    record->carried.delay = (uint32_t)carried->delay;
    record->carried.buffer = (uint32_t)carried->buffer.buffer;
    publish();
}

void vgpu_trace_groups_begin(uint64_t command, uint64_t first, uint64_t count)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(false) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_GROUPS_BEGIN;
    record->command = command;
    record->groups.time = vgpu_now_ns();
    record->groups.first = first;
    record->groups.count = count;
    publish();
}

void vgpu_trace_groups_end(void)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(false) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_GROUPS_END;
    record->groups.time = vgpu_now_ns();
    publish();
}

void vgpu_trace_work_begin(uint32_t name)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(true) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_WORK_BEGIN;
    record->name = name;
    record->time = vgpu_now_ns();
    publish();
}

void vgpu_trace_work_end(uint32_t outcome)
{
    struct vgpu_record *const record = vgpu_trace_is_on() ? begin(true) : NULL;

    if (!record)
        return;
    record->kind = VGPU_RECORD_WORK_END;
    record->name = outcome;
    record->time = vgpu_now_ns();
    publish();
}

struct vgpu_ring *vgpu_rings_lock(void)
{
    pthread_mutex_lock(&lock);
    return rings;
}

void vgpu_rings_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

static bool is_done(struct vgpu_ring *ring)
{
    /* acquire: pairs with the end of the thread, so that no record is missed */
    return atomic_load_explicit(&ring->ended, memory_order_acquire) &&
           atomic_load(&ring->tail) == atomic_load(&ring->head) &&
           ring->known_lost == atomic_load(&ring->lost);
}

void vgpu_rings_sweep(void)
{
    pthread_mutex_lock(&lock);
    for (struct vgpu_ring **at = &rings; *at;) {
        struct vgpu_ring *const ring = *at;

        if (is_done(ring)) {
            *at = ring->next;
            free(ring);
        } else {
            at = &ring->next;
        }
    }
    pthread_mutex_unlock(&lock);
}

void vgpu_rings_drained(void)
{
    atomic_fetch_add(&drained, 1);
    vgpu_futex_wake_all(&drained);
}

void vgpu_rings_wait(unsigned milliseconds)
{
    const struct timespec length = {.tv_nsec = (long)milliseconds * 1000000};

    if (atomic_load(&wake) == 0)
        syscall(SYS_futex, &wake, FUTEX_WAIT_PRIVATE, 0, &length, NULL, 0);
    atomic_store(&wake, 0);
}

void vgpu_rings_wake(void)
{
    if (atomic_exchange(&wake, 1) == 0)
        vgpu_futex_wake(&wake, 1);
}

uint64_t vgpu_rings_lost(void)
{
    return atomic_load(&lost);
}
