/* SPDX-License-Identifier: MIT */
/* What is known of launches, groups and rows while they run. */
#ifndef VGPU_CHECK_STATE_H
#define VGPU_CHECK_STATE_H

#include "check.h"
#include "region.h"
#include "runner.h"
#include "sync.h"

/* A kernel, as long as the process lives: findings speak of kernels whose programs may be
 * gone. */
struct check_kernel {
    struct check_kernel *next;
    uint64_t hash;
    uint32_t num_sites;
    bool has_sync;                  /* atomics or fences: its groups run alone */
    bool has_segments;              /* that, or barriers: rows have several segments */
    _Atomic uint32_t most_segments; /* of a row so far; 0: none has ended. order.c's */
    char *name;
    char **files; /* which sites speak of; kept for good, as all of it is */
    struct check_site {
        struct vgpu_traced_place place;
        const char *file, *object, *code; /* or NULL */
        uint64_t place_key;               /* of the line and column, for findings */
    } sites[];
};

/* Geometry of a launch, and where it stands among others. */
struct check_launch_record {
    uint32_t number; /* running; 0: no launch */
    uint32_t first_segment;
    uint32_t floor; /* segments below are ordered before all of it */
    const struct check_kernel *kernel;
    uint64_t serial;   /* of its command; 0: ordered with all */
    uint64_t enqueued; /* host's clock; see vgpu_check_host_waited */
    uint64_t ended;    /* the same; UINT64_MAX: it runs */
    size_t global_offset[3], local_size[3], global_size[3], num_groups[3];
};

/* An address range that sites start from. */
struct check_object {
    uintptr_t first, end;
    struct region *region; /* NULL: nothing else to look at */
    bool is_local, may_read, may_write;
};

/* An access that is to be told of. */
struct check_access {
    uint32_t site, lane;
    uintptr_t address;
};

#define CHECK_OBJECTS (VGPU_MAX_KERNEL_ARGS + 1u)

#define CHECK_IDLE 16u

struct vgpu_check_launch {
    const struct vgpu_launch *launch;
    const struct vgpu_traced_table *table;
    struct check_kernel *kernel;
    bool has_races;                       /* they are looked for */
    const struct vgpu_check_order *order; /* its command's, or NULL */
    /* From its first group on, where races are looked for; NULL: so many launches run
     * that it has none. */
    _Atomic(struct check_launch_record *) record;
    uint64_t before[VGPU_CHECK_RECENT / 64];
    uint32_t num_objects;
    struct check_object objects[CHECK_OBJECTS]; /* buffers that are arguments */
    /* Groups' memory, to be used again: mostly by the thread that used it last. */
    struct {
        _Alignas(64) _Atomic(struct vgpu_check_group *) group;
    } idle[CHECK_IDLE];
    pthread_mutex_t lock;             /* guards what follows */
    struct unwritten_read *unwritten; /* reads of groups that have ended */
    uint32_t num_unwritten;
};

/* What a site last accessed. */
struct check_target {
    const void *object;
    uintptr_t first, end; /* end 0: nothing yet */
    struct region *region;
    bool is_local, may_read, may_write, is_mapped, is_hidden; /* hidden: of no interest */
    bool is_simple; /* the site is neither atomic nor volatile, and nothing forbids it */
    uint8_t news;   /* runs in a row that told the cells something; race.c's */
};

/* A read of what was not written so far. */
struct check_unwritten {
    struct check_access access;
    struct check_target target;
    uint32_t row;
};
#define CHECK_UNWRITTEN 64u

/* An atomic access of an item, to see locks and what fences acquire. */
struct check_recent {
    uintptr_t address; /* of sync.h's */
    uint32_t site;
    const struct sync_node *seen;
};
#define CHECK_RECENT_ATOMICS 8u

/* Of rows that use atomics or fences. */
struct check_row_sync {
    const struct sync_node *known[VGPU_TRACED_ITEMS];
    const struct sync_node *fenced[VGPU_TRACED_ITEMS]; /* known at the newest fence */
    uint32_t
        fence_bound[VGPU_TRACED_ITEMS]; /* segments below it; 0: there was no fence */
    uint32_t group_bound[VGPU_TRACED_ITEMS]; /* the same, of the whole group's */
    uint8_t next_recent[VGPU_TRACED_ITEMS];
    struct check_recent recent[VGPU_TRACED_ITEMS][CHECK_RECENT_ATOMICS];
};

struct check_private {
    uintptr_t first, end;
};
#define CHECK_PRIVATES 2u /* a frame, and a stack */

struct vgpu_check_row {
    struct vgpu_check_group *group;
    const struct vgpu_traced_site *sites; /* of the kernel */
    uint32_t index, first, count;
    uint32_t segment;        /* the current one */
    uint32_t ordered_within; /* segments of this row below it: a sub-group barrier ago */
    uint32_t last_barrier;   /* site + 1; 0: none yet */
    uint32_t num_privates;
    struct check_private privates[CHECK_PRIVATES]; /* where private variables may be */
    struct check_row_sync *sync;                   /* NULL: none of that yet */
};

struct vgpu_check_group {
    struct vgpu_check_launch *launch;
    struct runner *runner;   /* the thread that it runs on */
    struct vgpu_group group; /* as it runs */
    uint64_t linear;
    uint32_t serial;        /* of this execution */
    uint32_t first_segment; /* of this group's */
    struct check_range {
        uint32_t first, next, end;
    } range;                  /* of segments, that it takes new ones from */
    uint32_t barrier_segment; /* first one behind the newest barrier; 0: none yet */
    uint32_t fenced_segment;  /* the same, of those that fence global memory */
    bool has_races;           /* they are looked for: the launch has a record */
    bool is_alone;            /* no other group runs */
    struct order_view global, local; /* for all of its rows */
    unsigned generation;             /* see region_generation */
    unsigned beginnings;             /* see order_beginnings */
    struct region local_memory;
    size_t local_room;
    uint32_t num_rows, room_rows;
    struct vgpu_check_row *rows;
    struct check_row_sync *syncs;  /* room_rows of them, or NULL */
    bool has_sync;                 /* some row has */
    struct check_target *targets;  /* one per site */
    struct check_waiting *waiting; /* wait.h; NULL: none yet */
    uint32_t num_waiting;
    bool has_changed_local; /* since the last barrier that orders local memory */
    uint32_t num_unwritten;
    struct check_unwritten unwritten[CHECK_UNWRITTEN];
};

/* --- order.c: where races are looked for. --- */

/* order_launch_begin - before each of its groups; the first one makes its record. */
void order_launch_begin(struct vgpu_check_launch *launch);
void order_launch_end(struct check_launch_record *record);

/* order_beginnings - how often segments have been numbered from 1 on. */
unsigned order_beginnings(void);

/* order_wants_alone - no other group may run beside the launch's, for the sake of what is
 * known without locks (sync.h). Or none will: where one unit runs all of the only launch
 * there is nothing to lock cells against. */
bool order_wants_alone(const struct vgpu_check_launch *launch);

/* The group's thread has entered (runner.h), and has not left. */
void order_group_begin(struct vgpu_check_group *group);
void order_group_end(struct vgpu_check_group *group);

/* order_new_segment - a row's next accesses are later than what it released so far. */
void order_new_segment(struct vgpu_check_row *row);
/* order_barrier - all rows are ordered, for the memory that the barrier fences. */
void order_barrier(struct vgpu_check_group *group, bool global, bool local);

/* order_look, order_look_end - around what asks who made an access, and uses the answer.
 */
void order_look(void);
void order_look_end(void);

/* order_is_groups - the access was made by the group, at whatever time. */
bool order_is_groups(const struct vgpu_check_group *group, uint32_t segment);

/* Who made an access that cells remember. False: it is not known any more. */
struct order_author {
    const struct check_launch_record *launch;
    uint64_t linear; /* of its group */
    uint32_t serial; /* of the group's execution */
    uint32_t item;   /* local linear id */
    uint32_t segment;
    bool same_launch, same_group, same_row;
};
bool order_author(const struct vgpu_check_row *row, uint32_t segment, uint32_t lane,
                  struct order_author *author_out);

/* order_is_before - in ways that order_view does not tell: the access of `segment` by
 * `lane` of its row comes before what `lane` of this row does. */
bool order_is_before(const struct vgpu_check_row *row, uint32_t lane,
                     const struct order_author *author, uint32_t author_lane);

/* --- find.c: who and where, put into findings. --- */

void check_report_race(const struct vgpu_check_row *row,
                       const struct check_access *access, const struct region *region,
                       const struct order_author *other, uint32_t other_mark,
                       bool is_fenced_wrong);
void check_report_access(enum region_kind kind_of_memory, int finding,
                         const struct vgpu_check_row *row,
                         const struct check_access *access, const struct region *region,
                         const char *text);

/* --- kernel.c --- */

/* check_kernel_of - the kernel of that table, kept for good; NULL: no memory. */
struct check_kernel *check_kernel_of(const char *name,
                                     const struct vgpu_traced_table *table);

/* --- atomics.c: of groups that run alone. --- */

/* atomics_address - where atomics meet. Local memory belongs to another group each time.
 */
uintptr_t atomics_address(const struct vgpu_check_row *row, const struct region *region,
                          uintptr_t address);

/* atomics_access - a lane's atomic or volatile access. True: the row needs a new segment.
 */
bool atomics_access(struct vgpu_check_row *row, uint32_t site,
                    const struct vgpu_traced_site *s, const struct region *region,
                    uintptr_t at, uint32_t lane);
void atomics_fence(struct vgpu_check_row *row, uint32_t site, uint32_t items);
void atomics_barrier(struct vgpu_check_group *group);

/* --- race.c --- */

/* Enters accesses into the cells, and finds those that nothing orders. */
void race_run(struct vgpu_check_row *row, uint32_t site,
              const struct check_target *target, uintptr_t first, uint32_t lane,
              uint32_t lanes);
/* The same, of lanes that lie so many bytes apart. */
void race_steps(struct vgpu_check_row *row, uint32_t site,
                const struct check_target *target, uintptr_t first, uint32_t step,
                uint32_t lane, uint32_t lanes);
void race_items(struct vgpu_check_row *row, uint32_t site,
                const struct check_target *target, uint32_t items,
                const uintptr_t *addresses);
/* Loads of one place by the lanes from low to high. */
void race_place(struct vgpu_check_row *row, uint32_t site,
                const struct check_target *target, uintptr_t address, uint32_t low,
                uint32_t high);

/* The row's part for atomics and fences, made when it is first needed; NULL: no memory.
 */
struct check_row_sync *check_row_sync(struct vgpu_check_row *row);

#endif
