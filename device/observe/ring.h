/* SPDX-License-Identifier: MIT */
/* Rings of records: one for each thread that tells something, read by one thread. */
#ifndef VGPU_OBSERVE_RING_H
#define VGPU_OBSERVE_RING_H

#include "observe/trace.h"

#define VGPU_RING_RECORDS 32768u /* a power of two */
#define VGPU_WORK_DEPTH   8u

enum vgpu_record_kind {
    VGPU_RECORD_UNIT,
    VGPU_RECORD_QUEUED,
    VGPU_RECORD_LAUNCH,
    VGPU_RECORD_TRANSFER,
    VGPU_RECORD_DEPENDS,
    VGPU_RECORD_ENDED,
    VGPU_RECORD_GROUPS_BEGIN,
    VGPU_RECORD_GROUPS_END,
    VGPU_RECORD_WORK_BEGIN,
    VGPU_RECORD_WORK_END,
    VGPU_RECORD_CARRIED
};

/* One cache line. */
struct vgpu_record {
    uint8_t kind;   /* enum vgpu_record_kind */
    uint8_t flag;   /* in_order; alone; a launch's code; why bytes were carried */
    uint16_t small; /* a launch's work_dim; see vgpu_record_ends */
    uint32_t name;
    uint64_t command;
    union {
        struct {
            uint64_t time;
            uint32_t device;
        } queued;
        struct {
            uint64_t global[3];
            uint32_t local[3];
        } launch;
        struct {
            uint64_t bytes, to, from;
            uint32_t to_label, from_label;
        } transfer;
        struct {
            uint32_t device, index, cpu;
        } unit;
        uint64_t before; /* depends */
        struct {
            uint64_t queued, submitted, started, ended;
            int32_t status;
        } ended;
        struct {
            uint64_t time, first, count;
        } groups;
        uint64_t time; /* of work */
        struct {
            uint64_t start, used, waited, real, bytes;
            uint32_t delay;  /* a link's is a second at most */
            uint32_t buffer; /* the low bits of its number; its label is the name */
        } carried;
    };
};

/* From which device to which something was carried, in 16 bits. */
static inline uint16_t vgpu_record_ends(uint32_t from, uint32_t to)
{
    return (uint16_t)((from & 0xFF) << 8 | (to & 0xFF));
}

/* The device in 8 bits of that. */
static inline uint32_t vgpu_record_end(uint32_t bits)
{
    return (bits & 0xFF) == 0xFF ? VGPU_TRACE_HOST : bits & 0xFF;
}

struct vgpu_ring {
    /* The thread's: */
    _Alignas(128) atomic_ullong head; /* records written so far */
    uint64_t seen_tail;
    atomic_ullong lost; /* records for which there was no room */
    atomic_bool ended;  /* the thread has */
    /* The reader's: */
    _Alignas(128) atomic_ullong tail; /* records read so far */
    uint64_t scanned, limit;
    uint64_t known_lost;
    bool has_lane;
    uint32_t lane;
    uint32_t num_open; /* works under way, or 1: groups */
    struct vgpu_record open[VGPU_WORK_DEPTH];
    /* Constant: */
    bool is_unit;
    uint32_t device, unit, cpu;
    uint32_t thread;        /* number of a thread that is no unit: 1, 2, ... */
    struct vgpu_ring *next; /* guarded by the list's lock */
    struct vgpu_record records[VGPU_RING_RECORDS];
};

/* vgpu_rings_lock - the list of all rings, locked; NULL: there is none yet. */
struct vgpu_ring *vgpu_rings_lock(void);
void vgpu_rings_unlock(void);

/* vgpu_rings_sweep - frees the rings of ended threads that were read to the end. The
 * reader's. */
void vgpu_rings_sweep(void);

/* vgpu_rings_drained - wakes those who wait for room. The reader's. */
void vgpu_rings_drained(void);

/* vgpu_rings_wait - until some ring fills up, vgpu_rings_wake is called, or the
 * time is up. The reader's. */
void vgpu_rings_wait(unsigned milliseconds);
void vgpu_rings_wake(void);

/* vgpu_rings_lost - records for which no ring could be made. */
uint64_t vgpu_rings_lost(void);

static inline const struct vgpu_record *vgpu_ring_at(const struct vgpu_ring *ring,
                                                     uint64_t index)
{
    return &ring->records[index % VGPU_RING_RECORDS];
}

#endif
