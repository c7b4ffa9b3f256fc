/* SPDX-License-Identifier: MIT */
/* Code of kernels, loaded into this process and run group by group, without a runtime:
 * fibers are made of ucontext. */
#ifndef VGPU_CC_RUNNING_H
#define VGPU_CC_RUNNING_H

#include "code_abi.h"
#include "unit.h"

#include <stdbool.h>

struct run {
    size_t local_size[3]; /* 0: 1 */
    size_t num_groups[3]; /* 0: 1 */
    void **args;          /* pointers to values, as in CL/cl_vgpu_abi.h */
    void *variables;
    bool for_any_size; /* code that is not made for this local size */
    bool is_alone;     /* what runs where nothing else with atomics does, if there is */
    bool *had_alone;   /* out, or NULL: there was */
    /* Of traced code; NULL: calls that let every access pass. */
    const struct vgpu_traced_calls *watching;
    struct vgpu_traced_row *watcher;
};

/* run_kernel - all groups of it, in that mode; 0: in the one that
 * vgpu-cc chooses, which has to be fibers. Notes a failure and returns false where it
 * cannot be done, or the code is of another mode. */
bool run_kernel(const struct vgpu_unit *unit, const char *kernel,
                enum vgpu_code_mode mode, const struct run *run);

/* What barriers said since the last call: the source line of the last one. */
unsigned run_barrier_line(void);

#endif
