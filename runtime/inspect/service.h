/* SPDX-License-Identifier: MIT */
/* Answers `vgpu mem`: a thread that sleeps until another process of this user asks. */
#ifndef VGPU_INSPECT_SERVICE_H
#define VGPU_INSPECT_SERVICE_H

/* vgpu_inspect_serve - from now on; called with each buffer that is made, and does
 * nothing but the first time. Where it cannot be had, nobody is told: the program does
 * not need it, and `vgpu mem` says that there is no answer. VGPU_INSPECT=0 forbids it.
 * Any thread. */
void vgpu_inspect_serve(void);

#endif
