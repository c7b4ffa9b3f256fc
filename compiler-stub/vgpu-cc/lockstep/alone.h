/* SPDX-License-Identifier: MIT */
/* Kernels that gain where nothing else with atomics runs: these need no bus locks then,
 * and no cache line is passed to and fro. */
#ifndef VGPU_CC_ALONE_H
#define VGPU_CC_ALONE_H

#include "lockstep/graph.h"

#include <stdbool.h>

/* vgpu_cc_has_atomics - the kernel has accesses to memory by which work-groups may meet:
 * atomic or volatile ones, but those that stay within a group. */
bool vgpu_cc_has_atomics(LLVMValueRef kernel);

/* vgpu_cc_gains_alone - it changes memory by atomics, and does not wait for what other
 * work-groups do: one compute unit runs them one after the other. */
bool vgpu_cc_gains_alone(const struct vgpu_cc_graph *graph);

#endif
