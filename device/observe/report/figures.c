/* SPDX-License-Identifier: MIT */
/* From a report's document to figures. Documents come from files too: nothing in them is
 * taken for granted. */
#include "figures.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SUB_GROUP 32

double vgpu_json_number(const json_t *object, const char *key)
{
    const double value = json_number_value(json_object_get(object, key));

    return isfinite(value) ? value : 0;
}

const char *vgpu_json_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

double vgpu_ideal_sectors(const struct vgpu_access_figures *access)
{
    if (access->useful <= 0)
        return 0;
    return fmax(1, access->sectors_per_request * fmin(1, access->useful));
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static const char *const access_keys[VGPU_ACCESS_COUNT] = {
    [VGPU_ACCESS_GLOBAL_LOAD] = "global_load",
    [VGPU_ACCESS_GLOBAL_STORE] = "global_store",
    [VGPU_ACCESS_CONSTANT_LOAD] = "constant_load",
    [VGPU_ACCESS_LOCAL_LOAD] = "local_load",
    [VGPU_ACCESS_LOCAL_STORE] = "local_store",
    [VGPU_ACCESS_ATOMICS] = "atomics",
};

static struct vgpu_access_figures access_of(const json_t *access)
{
    const double requests = vgpu_json_number(access, "requests");
    struct vgpu_access_figures figures = {
        .requests = requests,
        .sectors_per_request = vgpu_json_number(access, "sectors_per_request"),
        .lines_per_request = ratio(vgpu_json_number(access, "lines"), requests),
        .useful = vgpu_json_number(access, "useful_bytes_fraction"),
        .conflict = vgpu_json_number(access, "conflict_degree"),
        .max_conflict = vgpu_json_number(access, "max_conflict_degree"),
        .contention = vgpu_json_number(access, "contention"),
        .max_contention = vgpu_json_number(access, "max_contention"),
    };

    if (figures.sectors_per_request == 0)
        figures.sectors_per_request =
            ratio(vgpu_json_number(access, "sectors"), requests);
    return figures;
}

static struct vgpu_site_figures site_of(const json_t *site)
{
    struct vgpu_site_figures figures = {
        .file = vgpu_json_text(site, "file"),
        .line = (long)json_integer_value(json_object_get(site, "line")),
        .issues = vgpu_json_number(site, "issues"),
        .simt_efficiency = vgpu_json_number(site, "simt_efficiency"),
        .branches = vgpu_json_number(site, "branches"),
        .divergent_branches = vgpu_json_number(site, "divergent_branches"),
    };

    for (int i = 0; i < VGPU_ACCESS_COUNT; i++)
        figures.access[i] = access_of(json_object_get(site, access_keys[i]));
    return figures;
}

static int read_sites(struct vgpu_kernel_figures *figures, const json_t *lines)
{
    const size_t count = json_array_size(lines);

    if (count == 0)
        return 0;
    figures->sites = calloc(count, sizeof *figures->sites);
    if (!figures->sites)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        figures->sites[i] = site_of(json_array_get(lines, i));
    figures->site_count = count;
    return 0;
}

/* read_occupancy - {"fraction": 0.5, "limit": "local memory"}. */
static void read_occupancy(struct vgpu_kernel_figures *figures, const json_t *occupancy)
{
    figures->occupancy = fmin(1, vgpu_json_number(occupancy, "fraction"));
    figures->occupancy_limit = json_string_value(json_object_get(occupancy, "limit"));
}

static double microseconds(const json_t *estimate, const char *key)
{
    return fmax(0, vgpu_json_number(estimate, key) / 1000);
}

static struct vgpu_estimate_figures estimate_of(const json_t *estimate)
{
    return (struct vgpu_estimate_figures){
        .profile = vgpu_json_text(estimate, "profile"),
        .bound = vgpu_json_text(estimate, "bound"),
        .us = microseconds(estimate, "ns"),
        .low_us = microseconds(estimate, "low_ns"),
        .high_us = microseconds(estimate, "high_ns"),
        .memory_us = microseconds(estimate, "memory_ns"),
        .arithmetic_us = microseconds(estimate, "arithmetic_ns"),
        .latency_us = microseconds(estimate, "latency_ns"),
        .is_sampled = json_is_true(json_object_get(estimate, "sampled")),
    };
}

/* Kernels may say what they were counted with; else it is what the device has. */
static void read_device(struct vgpu_kernel_figures *figures, const json_t *document,
                        const json_t *kernel)
{
    const json_t *device = json_array_get(json_object_get(document, "devices"), 0);

    figures->compute_units = vgpu_json_number(device, "compute_units");
    figures->is_native = strcmp(vgpu_json_text(device, "profile"), "native") == 0;
    figures->sub_group_size = vgpu_json_number(kernel, "sub_group_size");
    if (figures->sub_group_size < 1)
        figures->sub_group_size = vgpu_json_number(device, "sub_group_size");
    if (figures->sub_group_size < 1)
        figures->sub_group_size = DEFAULT_SUB_GROUP;
}

int vgpu_kernel_figures_init(struct vgpu_kernel_figures *figures, const json_t *document,
                             const json_t *kernel)
{
    const json_t *sampled = json_object_get(kernel, "sampled");

    *figures = (struct vgpu_kernel_figures){
        .name = vgpu_json_text(kernel, "name"),
        .traced = !json_is_false(json_object_get(kernel, "traced")),
        .sampled = json_is_object(sampled),
        .sampled_groups = vgpu_json_number(sampled, "groups"),
        .sampled_of = vgpu_json_number(sampled, "of"),
        .launches = vgpu_json_number(kernel, "launches"),
        .groups = vgpu_json_number(kernel, "groups"),
        .sub_groups = vgpu_json_number(kernel, "sub_groups"),
        .work_items = vgpu_json_number(kernel, "work_items"),
        .barriers = vgpu_json_number(kernel, "barriers"),
        .private_bytes = vgpu_json_number(kernel, "private_bytes"),
        .local_bytes = vgpu_json_number(kernel, "local_bytes"),
        .time_us = vgpu_json_number(kernel, "time_us"),
        .estimate = estimate_of(json_object_get(kernel, "estimate")),
        .total = site_of(kernel),
    };
    figures->total.line = 0;
    read_occupancy(figures, json_object_get(kernel, "occupancy"));
    read_device(figures, document, kernel);
    return read_sites(figures, json_object_get(kernel, "lines"));
}

void vgpu_kernel_figures_fini(struct vgpu_kernel_figures *figures)
{
    free(figures->sites);
    figures->sites = NULL;
    figures->site_count = 0;
}

static void add_transfers(struct vgpu_program_figures *figures, const json_t *transfers)
{
    size_t i;
    json_t *row;

    json_array_foreach (transfers, i, row) {
        figures->transfers += vgpu_json_number(row, "commands");
        figures->transfer_bytes += vgpu_json_number(row, "bytes");
    }
}

static void add_migrations(struct vgpu_program_figures *figures, const json_t *migrations)
{
    size_t i;
    json_t *row;

    json_array_foreach (migrations, i, row) {
        const double returns = vgpu_json_number(row, "returns");

        if (returns <= figures->bounces)
            continue;
        figures->bouncing = vgpu_json_text(row, "buffer");
        figures->bounces = returns;
        figures->bounced_pieces = vgpu_json_number(row, "pieces");
        figures->bounced_bytes = vgpu_json_number(row, "bytes");
    }
}

struct vgpu_program_figures vgpu_program_figures_of(const json_t *document)
{
    const json_t *time = json_object_get(json_object_get(document, "timeline"), "totals");
    struct vgpu_program_figures figures = {
        .kernel_us = vgpu_json_number(time, "kernel_us"),
        .transfer_us = vgpu_json_number(time, "transfer_us"),
        .busy_us = vgpu_json_number(time, "busy_us"),
        .span_us = vgpu_json_number(time, "span_us"),
        .built_us = vgpu_json_number(time, "built_us"),
        .commands = vgpu_json_number(time, "commands"),
        .units = vgpu_json_number(time, "units"),
        .unit_busy_max_us = vgpu_json_number(time, "unit_busy_max_us"),
        .unit_busy_sum_us = vgpu_json_number(time, "unit_busy_sum_us"),
    };
    size_t i;
    json_t *kernel;

    figures.link_us =
        vgpu_json_number(json_object_get(document, "estimate"), "link_ns") / 1000;
    figures.estimated_us =
        vgpu_json_number(json_object_get(document, "estimate"), "kernels_ns") / 1000;
    add_migrations(&figures, json_object_get(document, "migrations"));
    add_transfers(&figures, json_object_get(document, "transfers"));
    json_array_foreach (json_object_get(document, "kernels"), i, kernel)
        if (json_is_false(json_object_get(kernel, "traced")))
            figures.untraced_kernels++;
    return figures;
}
