/* SPDX-License-Identifier: MIT */
/* The modelled links between devices and the host. */
#include "device_link.h"

#include "clock.h"

#include <pthread.h>
#include <stdlib.h>

enum { IN, OUT };

struct vgpu_link {
    uint64_t bandwidth; /* bytes per second in each direction; 0: no limit */
    uint64_t delay_ns;
    bool is_paced;
    uint64_t free_at[2]; /* when the last transfer in a direction has left it */
    struct vgpu_link_direction totals[2];
};

/* Guards all links: a transfer between devices uses two. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct vgpu_link *vgpu_link_create(const struct vgpu_device_spec *spec)
{
    struct vgpu_link *const link = calloc(1, sizeof *link);

    if (!link)
        return NULL;
    link->bandwidth = spec->link_bandwidth;
    link->delay_ns = spec->link_delay_ns;
    link->is_paced = spec->link == VGPU_LINK_PACED;
    return link;
}

void vgpu_link_destroy(struct vgpu_link *link)
{
    free(link);
}

/* ns that the bytes need, rounded up. */
static uint64_t time_of(uint64_t bytes, uint64_t bandwidth)
{
    __extension__ typedef unsigned __int128 wide;

    if (bandwidth == 0)
        return 0;
    return (uint64_t)(((wide)bytes * 1000000000u + bandwidth - 1) / bandwidth);
}

static void count(struct vgpu_link *link, int direction, size_t bytes,
                  const struct vgpu_carriage *carriage)
{
    struct vgpu_link_direction *const totals = &link->totals[direction];

    totals->transfers++;
    totals->bytes += bytes;
    totals->modelled_ns += carriage->end - carriage->begin;
    totals->waited_ns += carriage->waited;
}

static void count_end(struct vgpu_link_direction *totals, size_t migrated,
                      uint64_t real_ns)
{
    totals->real_ns += real_ns;
    totals->migrations += migrated > 0;
    totals->bytes_migrated += migrated;
}

struct vgpu_carriage vgpu_link_carry(const struct vgpu_device *from,
                                     const struct vgpu_device *to, size_t bytes)
{
    struct vgpu_link *const links[2] = {
        [IN] = to ? to->link : NULL, [OUT] = from ? from->link : NULL};
    struct vgpu_carriage carriage = {.begin = vgpu_now_ns()};
    uint64_t start = carriage.begin, duration = 0, delay = 0;

    pthread_mutex_lock(&lock);
    for (int i = 0; i < 2; i++) {
        uint64_t alone;

        if (!links[i])
            continue;
        alone = time_of(bytes, links[i]->bandwidth);
        if (links[i]->free_at[i] > start)
            start = links[i]->free_at[i];
        if (alone > duration)
            duration = alone;
        delay += links[i]->delay_ns;
        carriage.is_paced = carriage.is_paced || links[i]->is_paced;
    }
    carriage.waited = start - carriage.begin;
    carriage.delay = delay;
    carriage.end = start + duration + delay;
    for (int i = 0; i < 2; i++)
        if (links[i]) {
            links[i]->free_at[i] = start + duration;
            count(links[i], i, bytes, &carriage);
        }
    pthread_mutex_unlock(&lock);
    return carriage;
}

void vgpu_link_carried(const struct vgpu_device *from, const struct vgpu_device *to,
                       size_t migrated, uint64_t real_ns)
{
    pthread_mutex_lock(&lock);
    if (to && to->link)
        count_end(&to->link->totals[IN], migrated, real_ns);
    if (from && from->link)
        count_end(&from->link->totals[OUT], migrated, real_ns);
    pthread_mutex_unlock(&lock);
}

struct vgpu_link_totals vgpu_link_totals(const struct vgpu_device *device)
{
    struct vgpu_link_totals totals = {0};

    if (!device->link)
        return totals;
    pthread_mutex_lock(&lock);
    totals.in = device->link->totals[IN];
    totals.out = device->link->totals[OUT];
    pthread_mutex_unlock(&lock);
    return totals;
}
