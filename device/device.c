/* SPDX-License-Identifier: MIT */
/* A device: its compute units, its run list and its memory, behind the ops of device.h.
 */
#include "device.h"

#include "compute_unit.h"
#include "fault/handler.h"
#include "host.h"
#include "device_link.h"
#include "machine.h"
#include "memory.h"
#include "message.h"
#include "observe/counters.h"
#include "observe/profile.h"
#include "observe/traced.h"
#include "profile/devices.h"
#include "run_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(VGPU_MAX_DEVICES <= VGPU_SEGMENT_DEVICES &&
                   VGPU_MAX_COMPUTE_UNITS <= VGPU_SEGMENT_UNITS,
               "all devices have counters");

/* The device that is not an observer. */
struct real_device {
    struct vgpu_device device; /* first: the ops are handed a pointer to it */
    unsigned index;
    const struct vgpu_host *host;
    struct vgpu_run_list runs;
    struct vgpu_memory memory;
    hwloc_nodeset_t nodes; /* of its units; none where the machine has only one */
    struct vgpu_device_counters counters;
    pthread_mutex_t start_lock;
    atomic_bool running; /* set under start_lock: units exist */
    unsigned num_units;  /* guarded by start_lock until running */
    struct vgpu_compute_unit
        *units; /* as many as the spec says, the first num_units started */
};

static struct real_device *real(struct vgpu_device *device)
{
    return (struct real_device *)device;
}

static void start_all_units(struct real_device *device)
{
    const unsigned wanted = device->device.spec.compute_units;
    unsigned started = 0;
    int err = 0;

    vgpu_fault_handlers_install(); /* before a unit can fault */
    while (started < wanted) {
        char name[16];
        snprintf(name, sizeof name, "vgpu%u.%u", device->index % 1000, started % 1000);
        err = vgpu_compute_unit_start(&device->units[started], device->host->topology,
                                      &device->device.spec, name);
        if (err)
            break;
        started++;
    }
    if (started < wanted)
        vgpu_message(
            "%s: only %u of %u compute units could be started (%s): allow this process "
            "more threads or memory, or ask for fewer with VGPU_DEVICES",
            device->device.spec.name, started, wanted, strerror(-err));
    if (started == 0)
        return;
    vgpu_run_list_set_units(&device->runs, started);
    device->num_units = started;
    atomic_store_explicit(&device->running, true, memory_order_release);
}

/* Starts the units at the first use. Acquire: num_units and the units are seen by whoever
 * sees that they run. */
static bool ensure_running(struct real_device *device)
{
    if (__builtin_expect(atomic_load_explicit(&device->running, memory_order_acquire), 1))
        return true;
    pthread_mutex_lock(&device->start_lock);
    if (!atomic_load(&device->running))
        start_all_units(device);
    pthread_mutex_unlock(&device->start_lock);
    return atomic_load(&device->running);
}

static void begin_watched(const struct vgpu_device_spec *spec, struct vgpu_launch *launch)
{
    if (launch->watched->traced)
        vgpu_traced_launch_begin(launch);
    if (vgpu_profile_is_on() && (launch->watched->traced || launch->counter_row != 0))
        vgpu_profile_launch(spec, launch);
}

static void real_submit(struct vgpu_device *device, struct vgpu_launch *launch)
{
    ensure_running(real(device));
    if (__builtin_expect(launch->watched != NULL, 0))
        begin_watched(&device->spec, launch);
    vgpu_run_list_submit(&real(device)->runs, launch);
}

static int real_allocate(struct vgpu_device *device, size_t size, void **memory_out)
{
    const int err = vgpu_memory_allocate(&real(device)->memory, size, memory_out);

    if (err == 0)
        vgpu_count_memory_taken(device->counters, size);
    return err;
}

static int real_commit(struct vgpu_device *device, void *memory, size_t size)
{
    return vgpu_memory_commit(&real(device)->memory, memory, size);
}

static void real_release(struct vgpu_device *device, void *memory, size_t size)
{
    vgpu_memory_release(&real(device)->memory, memory, size);
    if (memory)
        vgpu_count_memory_returned(device->counters, size);
}

static void real_destroy(struct vgpu_device *device)
{
    struct real_device *self = real(device);

    vgpu_profile_remove_device(device);
    vgpu_run_list_stop(&self->runs);
    for (unsigned i = 0; i < self->num_units; i++)
        vgpu_compute_unit_join(&self->units[i]);
    vgpu_run_list_fini(&self->runs);
    vgpu_counters_release(self->counters.all);
    vgpu_link_destroy(self->device.link);
    pthread_mutex_destroy(&self->start_lock);
    hwloc_bitmap_free(self->nodes);
    free(self->units);
    free(self);
    vgpu_host_release();
}

static const struct vgpu_device_ops real_ops = {
    .submit = real_submit,
    .allocate = real_allocate,
    .commit = real_commit,
    .release = real_release,
    .destroy = real_destroy,
};

/* Gives the units their cores and counters. */
static void settle_units(struct real_device *device, unsigned count,
                         const struct vgpu_unit_placement *placements)
{
    unsigned *only_cpu = &device->device.only_cpu;

    for (unsigned i = 0; i < count; i++) {
        struct vgpu_compute_unit *unit = &device->units[i];

        unit->runs = &device->runs;
        unit->counters.block = &device->counters.units[i];
        unit->device = device->index;
        unit->index = i;
        unit->placement = placements[i];
        if (i == 0)
            *only_cpu = unit->placement.cpu;
        else if (unit->placement.cpu != *only_cpu)
            *only_cpu = VGPU_SEVERAL_CPUS;
    }
}

/* Makes a device whose units live where `placements` says; the only one: no other shares
 * its memory. NULL: no memory. */
static struct vgpu_device *create_device(const struct vgpu_device_spec *spec,
                                         unsigned index,
                                         const struct vgpu_unit_placement *placements,
                                         bool is_only, struct vgpu_counters *counters)
{
    struct real_device *device;
    void *memory;

    if (posix_memalign(&memory, VGPU_BASE_ALIGN, sizeof *device) != 0)
        return NULL;
    device = memset(memory, 0, sizeof *device);
    device->units = calloc(spec->compute_units, sizeof *device->units);
    if (spec->memory == VGPU_MEMORY_SEPARATE) {
        device->device.link = vgpu_link_create(spec);
        if (!device->device.link)
            goto fail;
    }
    if (!device->units || vgpu_host_retain(&device->host) != 0)
        goto fail;
    device->nodes =
        vgpu_placement_nodes(device->host->topology, placements, spec->compute_units);
    if (!device->nodes)
        goto fail_retained;
    vgpu_device_counters_bind(&device->counters, counters, index);
    device->device.counters = &device->counters;
    device->index = index;
    settle_units(device, spec->compute_units, placements);
    device->runs.may_be_alone = is_only;
    device->runs.watchdog_ns = spec->watchdog_ns;
    if (vgpu_run_list_init(&device->runs, spec->compute_units, device->device.only_cpu) !=
        0)
        goto fail_host;
    pthread_mutex_init(&device->start_lock, NULL);
    device->memory.capacity = spec->global_memory;
    device->memory.budget = vgpu_machine_budget();
    if (device->device.link && !hwloc_bitmap_iszero(device->nodes)) {
        device->memory.topology = device->host->topology;
        device->memory.nodes = device->nodes;
    }
    device->device.ops = &real_ops;
    device->device.spec = *spec;
    return &device->device;
fail_host:
    vgpu_counters_release(counters);
    hwloc_bitmap_free(device->nodes);
fail_retained:
    vgpu_host_release();
fail:
    vgpu_link_destroy(device->device.link);
    free(device->units);
    free(device);
    return NULL;
}

static int create_counters(const struct vgpu_device_spec *specs, unsigned count,
                           struct vgpu_counters **counters_out)
{
    struct vgpu_counted_device devices[VGPU_MAX_DEVICES];

    for (unsigned i = 0; i < count; i++)
        devices[i] = (struct vgpu_counted_device){specs[i].name, specs[i].global_memory,
                                                  specs[i].compute_units};
    return vgpu_counters_create(devices, count, counters_out);
}

/* Where all units of all devices live, in order; the caller frees. NULL: no memory. */
static struct vgpu_unit_placement *place_devices(const struct vgpu_host *host,
                                                 const struct vgpu_device_spec *specs,
                                                 unsigned count)
{
    struct vgpu_unit_placement *all, *placements[VGPU_MAX_DEVICES];
    unsigned units[VGPU_MAX_DEVICES], total = 0;

    for (unsigned i = 0; i < count; i++)
        total += units[i] = specs[i].compute_units;
    all = calloc(total, sizeof *all);
    if (!all)
        return NULL;
    for (unsigned i = 0, first = 0; i < count; first += units[i++])
        placements[i] = &all[first];
    if (vgpu_place_units(&host->places, units, count, placements) == 0)
        return all;
    free(all);
    return NULL;
}

static int create_devices(const struct vgpu_device_spec *specs, unsigned count,
                          const struct vgpu_unit_placement *placements,
                          struct vgpu_device **devices_out)
{
    struct vgpu_counters *counters;
    int err = create_counters(specs, count, &counters);

    if (err)
        return err;
    for (unsigned i = 0; i < count; placements += specs[i++].compute_units) {
        devices_out[i] = create_device(&specs[i], i, placements, count == 1, counters);
        if (!devices_out[i]) {
            while (i-- > 0)
                real_destroy(devices_out[i]);
            err = -ENOMEM;
            break;
        }
    }
    vgpu_counters_release(counters); /* the devices hold it */
    return err;
}

static int place_and_create(const struct vgpu_host *host,
                            const struct vgpu_device_spec *specs, unsigned count,
                            struct vgpu_device **devices_out)
{
    struct vgpu_unit_placement *const placements = place_devices(host, specs, count);
    const int err =
        placements ? create_devices(specs, count, placements, devices_out) : -ENOMEM;

    free(placements);
    return err;
}

int vgpu_devices_create(const char *text, struct vgpu_device **devices_out,
                        unsigned *count_out)
{
    struct vgpu_device_spec defaults, specs[VGPU_MAX_DEVICES];
    struct vgpu_device *devices[VGPU_MAX_DEVICES];
    const struct vgpu_host *host;
    char error[VGPU_DEVICES_ERROR_CHARS];
    unsigned count;
    int err = vgpu_host_retain(&host);

    if (err)
        return err;
    vgpu_profile_init();
    vgpu_host_defaults(host, &defaults);
    err = vgpu_device_specs_parse("VGPU_DEVICES", text, &defaults, specs, &count, error,
                                  sizeof error);
    if (err)
        vgpu_message("%s", error);
    else
        err = place_and_create(host, specs, count, devices);
    vgpu_host_release();
    if (err)
        return err;
    for (unsigned i = 0; i < count; i++)
        vgpu_profile_add_device(devices[i]);
    memcpy(devices_out, devices, count * sizeof *devices);
    *count_out = count;
    return 0;
}

int vgpu_device_placement(struct vgpu_device *device, unsigned index,
                          struct vgpu_unit_placement *placement_out)
{
    struct real_device *self = real(device);

    if (device->ops != &real_ops || index >= device->spec.compute_units)
        return -ESRCH;
    if (!ensure_running(self))
        return -EAGAIN;
    vgpu_fault_handlers_install(); /* the program may have set its own meanwhile */
    if (index >= self->num_units)
        return -ESRCH;
    *placement_out = self->units[index].placement;
    return 0;
}

unsigned vgpu_device_nodes(const struct vgpu_device *device, unsigned *nodes_out,
                           unsigned capacity)
{
    const struct real_device *const self = (const struct real_device *)device;
    unsigned count = 0;

    if (device->ops != &real_ops)
        return 0;
    for (int node = hwloc_bitmap_first(self->nodes); node >= 0 && count < capacity;
         node = hwloc_bitmap_next(self->nodes, node))
        nodes_out[count++] = (unsigned)node;
    return count;
}
