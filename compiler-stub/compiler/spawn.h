/* SPDX-License-Identifier: MIT */
/* Starting a program that this process need not look after. */
#ifndef VGPU_SPAWN_H
#define VGPU_SPAWN_H

/* The number under which the program finds the descriptor. */
#define VGPU_SPAWN_DESCRIPTOR 3

/* vgpu_spawn_detached - starts the program at `path` in a session of its own, with
 * default signal handlers, nothing blocked, /dev/null as 0 to 2 and `descriptor`; no
 * other descriptor is passed on. It is not a child of this process: the program sees no
 * SIGCHLD and its waits find nothing. 0, or a negative errno that says why it does not
 * start. */
int vgpu_spawn_detached(const char *path, char *const arguments[], int descriptor);

#endif
