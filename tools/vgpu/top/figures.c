/* SPDX-License-Identifier: MIT */
/* Rates and shares from what was counted at two moments. */
#include "top/figures.h"

#include <stdlib.h>
#include <string.h>

const char *const top_order_names[TOP_ORDERS] = {"busy", "time", "name"};

struct top_name top_plain_name(const char name[VGPU_COUNTER_NAME])
{
    struct top_name plain = {{0}};

    for (size_t i = 0; i + 1 < sizeof plain.text && name[i]; i++)
        plain.text[i] = name[i] >= ' ' && name[i] <= '~' ? name[i] : '?';
    return plain;
}

const struct top_process *top_find(const struct top_list *before,
                                   const struct top_process *process)
{
    for (size_t i = 0; i < before->count; i++)
        if (before->processes[i].pid == process->pid &&
            before->processes[i].file == process->file)
            return &before->processes[i];
    return NULL;
}

double top_seconds_up(const struct top_process *process)
{
    const uint64_t start = process->segment->start_ns;

    return process->now > start ? (double)(process->now - start) / 1e9 : 0;
}

/* Counters grow; what a damaged process has may not. */
static uint64_t grown(uint64_t now, uint64_t before)
{
    return now > before ? now - before : 0;
}

static double share(uint64_t part_ns, double seconds)
{
    const double share = (double)part_ns / (seconds * 1e9);

    return share < 1 ? share : 1;
}

/* The two moments between which things are counted. */
struct interval {
    const struct vgpu_segment *now, *before; /* before: NULL: nothing was counted yet */
    uint64_t now_ns, before_ns;
    double seconds;
    uint32_t device;
};

static struct interval interval_of(const struct top_process *process,
                                   const struct top_process *before, uint32_t device)
{
    struct interval interval = {
        .now = process->segment, .now_ns = process->now, .device = device};

    if (before && before->segment && before->now < process->now &&
        before->segment->total_bytes == process->segment->total_bytes &&
        device < before->segment->num_devices &&
        before->segment->devices[device].num_units ==
            process->segment->devices[device].num_units) {
        interval.before = before->segment;
        interval.before_ns = before->now;
        interval.seconds = (double)(process->now - before->now) / 1e9;
    } else {
        interval.seconds = top_seconds_up(process);
    }
    if (interval.seconds < 1e-6)
        interval.seconds = 1e-6;
    return interval;
}

static void read_device(const struct interval *interval, struct top_figures *figures)
{
    cl_device_counters_vgpu old = {0};

    vgpu_segment_read_device(interval->now, interval->device, interval->now_ns,
                             &figures->total);
    if (interval->before)
        vgpu_segment_read_device(interval->before, interval->device, interval->before_ns,
                                 &old);
#define ROW(name, unit, help) figures->recent.name = grown(figures->total.name, old.name);
    CL_VGPU_DEVICE_COUNTERS(ROW, ROW, ROW, ROW)
#undef ROW
    figures->busy = figures->num_units ? share(figures->recent.busy_ns,
                                               interval->seconds * figures->num_units)
                                       : 0;
}

static void read_unit(const struct interval *interval, uint32_t index,
                      struct top_unit *unit)
{
    cl_compute_unit_counters_vgpu old = {0};

    vgpu_segment_read_unit(interval->now, interval->device, index, interval->now_ns,
                           &unit->total);
    if (interval->before)
        vgpu_segment_read_unit(interval->before, interval->device, index,
                               interval->before_ns, &old);
    unit->busy = share(grown(unit->total.busy_ns, old.busy_ns), interval->seconds);
}

static void read_kernel(const struct interval *interval, uint32_t row, uint32_t num_units,
                        struct top_kernel *kernel)
{
    cl_kernel_counters_vgpu old = {0};

    vgpu_segment_read_kernel(interval->now, interval->device, row, interval->now_ns,
                             &kernel->total);
    if (interval->before)
        vgpu_segment_read_kernel(interval->before, interval->device, row,
                                 interval->before_ns, &old);
#define ROW(name, unit, help) kernel->recent.name = grown(kernel->total.name, old.name);
    CL_VGPU_KERNEL_COUNTERS(ROW)
#undef ROW
    kernel->busy =
        num_units ? share(kernel->recent.busy_ns, interval->seconds * num_units) : 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct top_kernel *)a)->total.name,
                  ((const struct top_kernel *)b)->total.name);
}

static int more_first(uint64_t a, uint64_t b)
{
    return (a < b) - (a > b);
}

static int by_time(const void *a, const void *b)
{
    const struct top_kernel *const one = a, *const other = b;
    const int order = more_first(one->total.busy_ns, other->total.busy_ns);

    return order ? order : by_name(a, b);
}

static int by_busy(const void *a, const void *b)
{
    const struct top_kernel *const one = a, *const other = b;
    const int order = more_first(one->recent.busy_ns, other->recent.busy_ns);

    return order ? order : by_time(a, b);
}

void top_figures(const struct top_process *process, const struct top_process *before,
                 uint32_t device, enum top_order order, struct top_figures *figures_out)
{
    static int (*const comparisons[TOP_ORDERS])(const void *, const void *) = {
        by_busy, by_time, by_name};
    const struct interval interval = interval_of(process, before, device);
    const uint32_t num_rows = vgpu_segment_kernels(process->segment);

    memset(figures_out, 0, sizeof *figures_out);
    figures_out->device = &process->segment->devices[device];
    figures_out->num_units = figures_out->device->num_units;
    figures_out->seconds = interval.seconds;
    read_device(&interval, figures_out);
    for (uint32_t i = 0; i < figures_out->num_units; i++)
        read_unit(&interval, i, &figures_out->units[i]);
    for (uint32_t row = 0; row < num_rows; row++) {
        struct top_kernel *const kernel = &figures_out->kernels[figures_out->num_kernels];

        kernel->is_kernel = row >= VGPU_ROW_OTHERS;
        read_kernel(&interval, row, figures_out->num_units, kernel);
        if (kernel->total.launches > 0 || kernel->total.busy_ns > 0)
            figures_out->num_kernels++;
    }
    qsort(figures_out->kernels, figures_out->num_kernels, sizeof *figures_out->kernels,
          comparisons[order]);
}

/* What a process is sorted by. */
struct key {
    struct top_process process;
    uint64_t busy_ns;
    char name[VGPU_COUNTER_NAME];
};

static int by_key(const void *a, const void *b)
{
    const struct key *const one = a, *const other = b;
    const int order = more_first(one->busy_ns, other->busy_ns);
    const int name = order ? order : strcmp(one->name, other->name);

    return name ? name
                : (one->process.pid > other->process.pid) -
                      (one->process.pid < other->process.pid);
}

static struct key key_of(const struct top_process *process, const struct top_list *before,
                         enum top_order order)
{
    struct key key = {.process = *process};
    static struct top_figures figures;

    if (!process->segment)
        return key;
    memcpy(key.name, process->segment->program, sizeof key.name);
    for (uint32_t i = 0; order != TOP_BY_NAME && i < process->segment->num_devices; i++) {
        top_figures(process, top_find(before, process), i, order, &figures);
        key.busy_ns +=
            order == TOP_BY_TIME ? figures.total.busy_ns : (uint64_t)(figures.busy * 100);
    }
    return key;
}

void top_sort(struct top_list *list, const struct top_list *before, enum top_order order)
{
    struct key *keys = calloc(list->count ? list->count : 1, sizeof *keys);

    if (!keys)
        return; /* then they are as they are */
    for (size_t i = 0; i < list->count; i++)
        keys[i] = key_of(&list->processes[i], before, order);
    qsort(keys, list->count, sizeof *keys, by_key);
    for (size_t i = 0; i < list->count; i++)
        list->processes[i] = keys[i].process;
    free(keys);
}
