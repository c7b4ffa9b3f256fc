/* SPDX-License-Identifier: MIT */
/* The machine under the virtual GPUs: its topology, loaded once and shared by all
 * devices. */
#include "host.h"

#include "fault/watchdog.h"

#include "machine.h"
#include "message.h"
#include "profile/shipped.h"
#include "topology.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#define DEFAULT_CACHE_LINE 64u
#define NATIVE             "native"

static pthread_mutex_t host_lock = PTHREAD_MUTEX_INITIALIZER;
static struct vgpu_host
    shared_host;            /* guarded by host_lock; constant while it has users */
static unsigned host_users; /* guarded by host_lock */

static void host_fini(struct vgpu_host *host)
{
    vgpu_places_fini(&host->places);
    hwloc_bitmap_free(host->usable);
    if (host->topology)
        hwloc_topology_destroy(host->topology);
    memset(host, 0, sizeof *host);
}

static int host_init(struct vgpu_host *host)
{
    int err = vgpu_topology_load(&host->topology);

    if (err)
        return err;
    host->usable = vgpu_topology_usable(host->topology);
    if (host->usable &&
        vgpu_places_init(&host->places, host->topology, host->usable) == 0)
        return 0;
    host_fini(host);
    return -ENOMEM;
}

int vgpu_host_retain(const struct vgpu_host **host_out)
{
    int err = 0;

    pthread_mutex_lock(&host_lock);
    if (host_users == 0)
        err = host_init(&shared_host);
    if (err == 0)
        host_users++;
    pthread_mutex_unlock(&host_lock);
    if (err) {
        vgpu_message("hwloc cannot read which cores this machine has: %s",
                     strerror(-err));
        return err;
    }
    *host_out = &shared_host;
    return 0;
}

void vgpu_host_release(void)
{
    pthread_mutex_lock(&host_lock);
    if (--host_users == 0)
        host_fini(&shared_host);
    pthread_mutex_unlock(&host_lock);
}

void vgpu_host_defaults(const struct vgpu_host *host, struct vgpu_device_spec *spec)
{
    const unsigned cores = vgpu_topology_cores(host->topology, host->usable);

    memset(spec, 0, sizeof *spec);
    spec->compute_units = cores < VGPU_MAX_COMPUTE_UNITS ? cores : VGPU_MAX_COMPUTE_UNITS;
    spec->global_memory = vgpu_machine_memory();
    spec->lanes = vgpu_machine_lanes();
    spec->clock_hz = (uint64_t)vgpu_machine_clock_mhz() * 1000000;
    spec->watchdog_ns = vgpu_watchdog_ns();
    vgpu_topology_cache(host->topology, host->usable, &spec->cache_size,
                        &spec->cache_line);
    if (spec->cache_line == 0)
        spec->cache_line = DEFAULT_CACHE_LINE;
    vgpu_shipped_apply(vgpu_shipped_find(NATIVE, sizeof NATIVE - 1), spec);
}

unsigned vgpu_host_cpus(void)
{
    const struct vgpu_host *host;
    unsigned cores;

    if (vgpu_host_retain(&host) != 0)
        return 1;
    cores = vgpu_topology_cores(host->topology, host->usable);
    vgpu_host_release();
    return cores;
}
