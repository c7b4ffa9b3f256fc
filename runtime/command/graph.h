/* SPDX-License-Identifier: MIT */
/* The dependency graph: which command waits for which, and what starts when one ends. */
#ifndef VGPU_COMMAND_GRAPH_H
#define VGPU_COMMAND_GRAPH_H

#include "object/event.h"
#include "object/queue.h"

/* vgpu_depend - `waiter`, not released into the graph yet, waits for `before`, which the
 * caller keeps alive. fails_waiter: it fails when `before` does. Uses one of the waiter's
 * edges. */
void vgpu_depend(cl_event waiter, cl_event before, bool fails_waiter);

/* vgpu_join_close - `marker`, not released into the graph yet, waits for every command of
 * the join, which no further command enters; frees it when the last has left. */
void vgpu_join_close(struct vgpu_join *join, cl_event marker);

/* vgpu_join_destroy - of one that nothing is in, or NULL. */
void vgpu_join_destroy(struct vgpu_join *join);

/* vgpu_graph_release - every dependency of the command was added: it starts when the last
 * has ended, at once where there is none. The caller may not touch the command after,
 * unless it holds it. */
void vgpu_graph_release(cl_event command);

/* vgpu_graph_resume - a command that was started, and had to wait for what it uses, goes
 * on: on the calling thread, before this returns or after the command it is starting. */
void vgpu_graph_resume(cl_event command);

#endif
