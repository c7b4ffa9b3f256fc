/* SPDX-License-Identifier: MIT */
/* What a signal's handler can find out of what happened. */
#ifndef VGPU_FAULT_NOTE_H
#define VGPU_FAULT_NOTE_H

#include "fault/guard.h"

/* vgpu_fault_note - from a signal handler with these arguments, on the thread that it is
 * about. Follows the stack last, which faults in turn where it was destroyed; all else is
 * noted then. */
void vgpu_fault_note(struct vgpu_fault *fault, const siginfo_t *info,
                     const void *machine);

/* vgpu_fault_find_c_library - finds out where the C library's code lies, for
 * vgpu_fault_is_in_c_library. Not from a signal handler. */
void vgpu_fault_find_c_library(void);

/* vgpu_fault_is_in_c_library - whether a signal handler with this third argument
 * interrupted the C library's code, which may hold a lock there. */
bool vgpu_fault_is_in_c_library(const void *machine);

#endif
