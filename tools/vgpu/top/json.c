/* SPDX-License-Identifier: MIT */
/* The processes as JSON. */
#include "command.h"
#include "top/show.h"

#include <jansson.h>

static void set_count(json_t *object, const char *name, cl_ulong value)
{
    json_object_set_new(object, name, json_integer((json_int_t)value));
}

static json_t *name_of(const char name[VGPU_COUNTER_NAME])
{
    return json_string(top_plain_name(name).text);
}

static json_t *units_of(const struct top_figures *figures)
{
    json_t *units = json_array();

    for (uint32_t i = 0; i < figures->num_units; i++) {
        json_t *unit = json_object();

        json_object_set_new(unit, "busy", json_real(figures->units[i].busy));
#define ROW(name, words, help) set_count(unit, #name, figures->units[i].total.name);
        CL_VGPU_UNIT_COUNTERS(ROW)
#undef ROW
        json_array_append_new(units, unit);
    }
    return units;
}

static json_t *kernels_of(const struct top_figures *figures)
{
    json_t *kernels = json_array();

    for (uint32_t i = 0; i < figures->num_kernels; i++) {
        const struct top_kernel *const row = &figures->kernels[i];
        json_t *kernel = json_object(), *recent = json_object();

        json_object_set_new(kernel, "name", name_of(row->total.name));
        json_object_set_new(kernel, "busy", json_real(row->busy));
#define ROW(name, unit, help)                  \
    set_count(kernel, #name, row->total.name); \
    set_count(recent, #name, row->recent.name);
        CL_VGPU_KERNEL_COUNTERS(ROW)
#undef ROW
        json_object_set_new(kernel, "recent", recent);
        json_array_append_new(kernels, kernel);
    }
    return kernels;
}

static json_t *device_of(const struct top_figures *figures)
{
    json_t *device = json_object(), *total = json_object(), *recent = json_object();

    json_object_set_new(device, "name", name_of(figures->device->name));
    set_count(device, "memory_bytes", figures->device->memory_bytes);
    json_object_set_new(device, "busy", json_real(figures->busy));
    json_object_set_new(device, "seconds", json_real(figures->seconds));
#define ROW(name, unit, help)                     \
    set_count(total, #name, figures->total.name); \
    set_count(recent, #name, figures->recent.name);
#define NOW(name, unit, help) set_count(total, #name, figures->total.name);
    CL_VGPU_DEVICE_COUNTERS(ROW, NOW, ROW, ROW)
#undef ROW
#undef NOW
    json_object_set_new(device, "counters", total);
    json_object_set_new(device, "recent", recent);
    json_object_set_new(device, "compute_units", units_of(figures));
    json_object_set_new(device, "kernels", kernels_of(figures));
    return device;
}

static json_t *process_of(const struct top_process *process,
                          const struct top_list *before, enum top_order order)
{
    static struct top_figures figures; /* large */
    json_t *object = json_object(), *devices = json_array();

    set_count(object, "pid", (cl_ulong)process->pid);
    json_object_set_new(object, "same_version", json_boolean(process->segment != NULL));
    if (process->segment) {
        json_object_set_new(object, "program", name_of(process->segment->program));
        json_object_set_new(object, "seconds_up", json_real(top_seconds_up(process)));
    }
    for (uint32_t i = 0; process->segment && i < process->segment->num_devices; i++) {
        top_figures(process, top_find(before, process), i, order, &figures);
        json_array_append_new(devices, device_of(&figures));
    }
    json_object_set_new(object, "devices", devices);
    return object;
}

int top_show_json(const struct top_list *list, const struct top_list *before,
                  enum top_order order)
{
    json_t *root = json_object(), *processes = json_array();
    int err;

    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(processes, process_of(&list->processes[i], before, order));
    set_count(root, "version", 1);
    json_object_set_new(root, "processes", processes);
    err = json_dumpf(root, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(root);
    return err == 0 ? 0 : complain("the JSON could not be written to stdout");
}
