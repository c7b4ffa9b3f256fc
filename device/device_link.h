/* SPDX-License-Identifier: MIT */
/* The links between devices with a memory of their own and the host, as their profiles
 * model them.
 *
 * Each such device has one link, with a bandwidth for each direction and a delay. A
 * transfer takes its delay and its bytes at that bandwidth; what comes while the link is
 * in use in that direction waits until it is free. Between two devices a transfer uses
 * the one's way out and the other's way in, at the lesser bandwidth and with both delays.
 * A device whose memory is the host's has none: to it and from it nothing takes time. */
#ifndef VGPU_DEVICE_LINK_H
#define VGPU_DEVICE_LINK_H

#include "device.h"

struct vgpu_link_direction {
    uint64_t transfers, bytes;
    uint64_t modelled_ns; /* from when each could begin until it was there, added up */
    uint64_t waited_ns;   /* of that, before the link was free */
    uint64_t real_ns;     /* that they took in fact, as far as known */
    uint64_t migrations, bytes_migrated; /* of those, because commands needed them */
};

struct vgpu_link_totals {
    struct vgpu_link_direction in, out; /* to the device, from it */
};

/* A transfer as modelled. */
struct vgpu_carriage {
    uint64_t begin, end; /* of vgpu_now_ns: when it could begin, when it is there */
    uint64_t waited;     /* ns of that, before a link was free */
    uint64_t delay;      /* of the rest, when its bytes have left the link */
    bool is_paced;       /* a device asks that it take that long in fact */
};

/* vgpu_link_carry - `bytes` go now from one device to another; NULL: the host. Any
 * thread. */
struct vgpu_carriage vgpu_link_carry(const struct vgpu_device *from,
                                     const struct vgpu_device *to, size_t bytes);

/* vgpu_link_carried - it took that long in fact; so many bytes of it migrated, if it was
 * a migration. Any thread. */
void vgpu_link_carried(const struct vgpu_device *from, const struct vgpu_device *to,
                       size_t migrated, uint64_t real_ns);

/* vgpu_link_totals - of a device, since the process began. Any thread. */
struct vgpu_link_totals vgpu_link_totals(const struct vgpu_device *device);

struct vgpu_link;

/* vgpu_link_create - of a device with that spec. NULL: no memory. */
struct vgpu_link *vgpu_link_create(const struct vgpu_device_spec *spec);
void vgpu_link_destroy(struct vgpu_link *link);

#endif
