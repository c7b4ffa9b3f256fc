/* SPDX-License-Identifier: MIT */
/* VGPU_REPORT: the report that a process writes of itself when it exits. */
#ifndef VGPU_OBSERVE_LIVE_REPORT_H
#define VGPU_OBSERVE_LIVE_REPORT_H

struct vgpu_device_counters;

/* vgpu_live_report_init - reads VGPU_REPORT, once; later calls do nothing. A file that
 * cannot be written is said here; else the observers that it needs are switched on, and
 * the report is written when the process exits, by the process that called this. Before
 * there are devices. Any thread. */
void vgpu_live_report_init(void);

/* vgpu_live_report_add_device - the report has the transfers of this device, too. Its
 * counters live as long as the process. One thread at a time. */
void vgpu_live_report_add_device(const struct vgpu_device_counters *counters);

#endif
