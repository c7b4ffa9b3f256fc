/* SPDX-License-Identifier: MIT */
/* Which function of a module calls which. */
#ifndef VGPU_CC_CALL_GRAPH_H
#define VGPU_CC_CALL_GRAPH_H

#include "lockstep/pool.h"
#include "module.h"

struct vgpu_cc_caller {
    LLVMValueRef function;
    size_t size;  /* its own instructions */
    int *callees; /* numbers of functions; one for each call */
    int num_callees;
};

struct vgpu_cc_call_graph {
    struct vgpu_cc_pool pool;
    struct vgpu_cc_caller *functions; /* all that are defined */
    int num_functions;
    int *bottom_up; /* numbers, each after all that it calls */
};

/* vgpu_cc_call_graph_init - false, after a line in the log: functions call each other in
 * a circle (the line shows it), one is called through a pointer, or with other parameters
 * than it has. */
bool vgpu_cc_call_graph_init(struct vgpu_cc_call_graph *graph,
                             struct vgpu_cc_module *module);
void vgpu_cc_call_graph_fini(struct vgpu_cc_call_graph *graph);

#endif
