/* SPDX-License-Identifier: MIT */
/* Traced kernels written by hand, as calls: what tests of the checks are made of. */
#ifndef CHECK_CALLS_H
#define CHECK_CALLS_H

#include "observe/check/check.h"
#include "observe/check/finding.h"

/* Sites that the tests' one kernel has; line 10 + number. Sizes are 4 bytes. */
#define CALLS_SITES(SITE)                                                            \
    SITE(LOAD, LOAD, GLOBAL, 0)                                                      \
    SITE(STORE, STORE, GLOBAL, 0)                                                    \
    SITE(LOAD2, LOAD, GLOBAL, 0)                                                     \
    SITE(STORE2, STORE, GLOBAL, 0)                                                   \
    SITE(LOCAL_LOAD, LOAD, LOCAL, 0)                                                 \
    SITE(LOCAL_STORE, STORE, LOCAL, 0)                                               \
    SITE(RMW, ATOMIC, GLOBAL, VGPU_TRACED_READS | VGPU_TRACED_WRITES)                \
    SITE(RMW2, ATOMIC, GLOBAL, VGPU_TRACED_READS | VGPU_TRACED_WRITES)               \
    SITE(RMW_RELEASE, ATOMIC, GLOBAL,                                                \
         VGPU_TRACED_READS | VGPU_TRACED_WRITES | VGPU_TRACED_RELEASES)              \
    SITE(GET_ACQUIRE, ATOMIC, GLOBAL, VGPU_TRACED_READS | VGPU_TRACED_ACQUIRES)      \
    SITE(GET_RELAXED, ATOMIC, GLOBAL, VGPU_TRACED_READS)                             \
    SITE(VOLATILE_STORE, STORE, GLOBAL, VGPU_TRACED_VOLATILE)                        \
    SITE(VOLATILE_LOAD, LOAD, GLOBAL, VGPU_TRACED_VOLATILE)                          \
    SITE(FENCE, FENCE, GLOBAL, VGPU_TRACED_GLOBAL_FENCE)                             \
    SITE(BARRIER_LOCAL, BARRIER, LOCAL, VGPU_TRACED_LOCAL_FENCE)                     \
    SITE(BARRIER_GLOBAL, BARRIER, GLOBAL, VGPU_TRACED_GLOBAL_FENCE)                  \
    SITE(BARRIER_SUB_GROUP, BARRIER, LOCAL,                                          \
         VGPU_TRACED_LOCAL_FENCE | VGPU_TRACED_GLOBAL_FENCE | VGPU_TRACED_SUB_GROUP) \
    SITE(BYTE_STORE, STORE, GLOBAL, 0)                                               \
    SITE(BYTE_LOAD, LOAD, GLOBAL, 0)                                                 \
    SITE(VECTOR_STORE, STORE, GLOBAL, 0)

enum {
#define SITE(name, kind, space, flags) SITE_##name,
    CALLS_SITES(SITE)
#undef SITE
        NUM_SITES
};

#define CALLS_LINE(site) (10u + (site))

/* A launch of groups of 64 items in two rows, on buffers of the test's. */
struct calls {
    bool is_plain; /* set before: its kernel's atomics and fences are loads */
    struct vgpu_launch launch;
    struct vgpu_watched watched; /* the launch's */
    struct vgpu_check_command *command;
    struct vgpu_check_order order;
    struct vgpu_check_launch *checked;
    struct vgpu_check_group *group;
    struct vgpu_check_row *rows[2];
    _Alignas(128) char local[1024];
};

/* calls_begin - checks as given (a set), nothing found yet; findings are not printed. */
void calls_start(unsigned checks);
void calls_stop(void);

void calls_buffer(void *memory, size_t size, const char *name, bool is_written);
void calls_buffer_gone(void *memory, size_t size);

/* Launch and group; buffers with a size are arguments of the launch. */
void calls_launch(struct calls *calls, void *first, size_t first_size, void *second,
                  size_t second_size);
void calls_launch_end(struct calls *calls);
void calls_group(struct calls *calls, size_t group);
void calls_group_end(struct calls *calls);
void calls_barrier(struct calls *calls, uint32_t site);

/* The number of findings of the kind, and the line of the last one's first (0) or second
 * side. */
unsigned calls_found(enum vgpu_finding_kind kind);
uint32_t calls_line(enum vgpu_finding_kind kind, unsigned side);

#define ALL 0xffffffffu

#endif
