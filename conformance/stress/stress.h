/* SPDX-License-Identifier: MIT */
/* Random graphs of commands from several threads, and the model that says what must come
 * of them. */
#ifndef VGPU_STRESS_H
#define VGPU_STRESS_H

#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    MAX_DEVICES = 3,
    MAX_QUEUES = 6,
    MAX_THREADS = 8,
    CELLS = 5,      /* buffers of each thread */
    MAX_WAITS = 16, /* events of a wait list */
    PARCELS = 8,    /* events on their way from thread to thread */
    ROUND_NODES = 1 << 14
};

/* What the kernels write; see kernels.c. */
struct record {
    uint32_t items, first, last, unused;
};

/* A command, or a user event: what it waits for, and what shall come of it. */
struct node {
    struct round *round;
    uint32_t id;    /* of its record */
    cl_event event; /* held by the thread that made it, or NULL */
    unsigned pins;  /* cells whose newest access it is */
    bool fails;     /* known when it is made */
    bool leaves_record, profiles;
    uint32_t items;       /* that shall run */
    struct node **before; /* what ends before it starts; allocated */
    size_t num_before;
    unsigned callbacks; /* registered */
    atomic_uint called;
    bool is_judged;
    uint32_t ended_after; /* tick */
};

/* What a callback does next: sets a user event, or launches a kernel. */
struct sequel {
    cl_event user_event;
    cl_int status;
    cl_command_queue queue;
    cl_kernel kernel;
    struct node *node;
};

/* A buffer and what is in it. `model` runs ahead of the device. */
struct cell {
    cl_mem buffer;
    uint32_t *model;
    uint32_t words;
    struct node *last; /* newest access, or NULL; its event is held */
    unsigned queue;    /* of last */
    uint64_t time;     /* of last */
};

/* Data that a read brings in after the thread went on. */
struct reading {
    struct reading *next;
    struct node *node;
    uint32_t words;
    uint32_t *got, *expected;
};

/* One application thread. */
struct plan {
    struct round *round;
    pthread_t thread;
    uint64_t random;
    struct cell cells[CELLS];
    struct node **nodes;
    size_t num_nodes, room;
    struct reading *readings;
    cl_kernel tick, step, pair, group, fail;
    uint64_t time; /* steps so far */
    struct {
        struct node **unjoined; /* what a marker waits for */
        size_t num_unjoined, room;
        uint64_t barrier_time; /* of the newest that waits for all */
        struct node *barrier;
    } queues[MAX_QUEUES];
};

struct round {
    uint64_t seed;
    unsigned num_threads, num_steps;
    bool faults;
    cl_context context;
    cl_program program;
    cl_device_id devices[MAX_DEVICES];
    cl_uint num_devices;
    unsigned num_queues;
    cl_command_queue queues[MAX_QUEUES];
    cl_command_queue_properties flags[MAX_QUEUES];
    struct record *records;
    uint32_t *clock;
    atomic_uint num_nodes;
    struct plan plans[MAX_THREADS];
    struct parcel {
        struct node *node;
        cl_event event;
    } parcels[PARCELS];
    pthread_mutex_t lock; /* guards parcels, and the setter's events */
    pthread_cond_t changed;
    struct sequel unset[256];
    unsigned num_unset;
    bool no_more_unset;
    sem_t context_gone;
    atomic_uint buffers_made, buffers_gone;
};

/* stress_fail - prints what is wrong and ends the process. */
void stress_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
#define MUST(call)                                                               \
    do {                                                                         \
        const cl_int code_ = (call);                                             \
        if (code_ != CL_SUCCESS)                                                 \
            stress_fail("%s:%d: %s: %d", __FILE__, __LINE__, #call, (int)code_); \
    } while (0)

uint64_t stress_random(uint64_t *state);
static inline uint32_t pick(struct plan *plan, uint32_t below)
{
    return (uint32_t)(stress_random(&plan->random) >> 33) % below;
}

/* A command about to be enqueued: its queue and wait list. */
struct request {
    unsigned queue;
    cl_uint num_waits;
    cl_event waits[MAX_WAITS];
    struct node *nodes[MAX_WAITS];
    bool is_borrowed[MAX_WAITS]; /* an event of another thread, retained */
};

/* plan.c: what the steps share. */
void request_begin(struct plan *plan, struct request *request);
void request_wait_for(struct request *request, struct node *node, cl_event event,
                      bool borrowed);
void request_cell(struct plan *plan, struct request *request, struct cell *cell);
/* The command's node, in its queue's order. joins_all: it waits for all before it. */
struct node *request_node(struct plan *plan, struct request *request, bool joins_all,
                          bool blocks_later);
const cl_event *request_waits(const struct request *request);
/* After the enqueue: callbacks, parcels; lets go of borrowed events. */
void request_end(struct plan *plan, struct request *request, struct node *node);
void cell_accessed(struct plan *plan, struct cell *cell, struct request *request,
                   struct node *node);
void cell_create(struct plan *plan, struct cell *cell);
void cell_release(struct plan *plan, struct cell *cell);
void cell_forget_last(struct cell *cell);
struct node *node_create(struct plan *plan);
void node_runs_after(struct node *node, struct node *const *before, size_t count);
void *plan_run(void *plan);

/* sequel.c: callbacks for each status, which check it and the profiling times. */
void call_back(struct node *node);
/* A callback that launches a kernel. */
void launch_later(struct plan *plan, struct node *node);
/* A user event that the setter sets, or a callback of an earlier command. */
struct node *user_event(struct plan *plan);
/* The first two arguments of every kernel that leaves a record. */
void set_witness(cl_kernel kernel, struct round *round);
/* A thread that sets user events in any order. */
void *setter_run(void *round);

/* steps.c: one random command, or wait. */
void stress_step(struct plan *plan);
void step_read(struct plan *plan, struct cell *cell, bool blocking);

/* verdict.c: everything has ended; ends the process where the model says otherwise. */
void stress_judge(struct round *round);

#endif
