/* SPDX-License-Identifier: MIT */
/* Objects that the application has not released. */
#ifndef VGPU_OBJECT_LEAK_H
#define VGPU_OBJECT_LEAK_H

/* vgpu_leaks_report - a finding for each kind of which the application still holds some.
 * Called at the end of the process. */
void vgpu_leaks_report(void);

#endif
