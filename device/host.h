/* SPDX-License-Identifier: MIT */
/* The machine under the virtual GPUs: its topology, loaded once and shared by all
 * devices. */
#ifndef VGPU_HOST_H
#define VGPU_HOST_H

#include "device.h"
#include "placement.h"

struct vgpu_host {
    hwloc_topology_t topology;
    hwloc_bitmap_t usable; /* processors this process may use */
    struct vgpu_places places;
};

/* vgpu_host_retain - the host; the first call reads it, from the calling thread's
 * binding. Each call is answered by a release, the last of which frees it. 0 or negative
 * errno after a message. Any thread. */
int vgpu_host_retain(const struct vgpu_host **host_out);
void vgpu_host_release(void);

/* vgpu_host_defaults - what a device is that says nothing about itself: the profile
 * native, with all of the machine. */
void vgpu_host_defaults(const struct vgpu_host *host, struct vgpu_device_spec *spec);

#endif
