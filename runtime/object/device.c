/* SPDX-License-Identifier: MIT */
/* A cl_device_id: what a virtual GPU says of itself. */
#include "object/device.h"

#include "object/executable.h"
#include "object/feature.h"
#include "object/platform.h"
#include "registry.h"

#include <CL/cl_ext.h>
#include <CL/cl_vgpu.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What processors of this kind do, and with them the C functions that kernels are. */
#define IEEE_754                                                                   \
    (CL_FP_DENORM | CL_FP_INF_NAN | CL_FP_ROUND_TO_NEAREST | CL_FP_ROUND_TO_ZERO | \
     CL_FP_ROUND_TO_INF | CL_FP_FMA)

static const cl_name_version c_versions[] = {
    {CL_MAKE_VERSION(1, 0, 0), "OpenCL C"},
    {CL_MAKE_VERSION(1, 1, 0), "OpenCL C"},
    {CL_MAKE_VERSION(1, 2, 0), "OpenCL C"},
    {CL_MAKE_VERSION(3, 0, 0), "OpenCL C"},
};

cl_device_id vgpu_device_object_create(cl_platform_id platform,
                                       struct vgpu_device *device)
{
    const cl_device_id object = vgpu_handle_create(VGPU_KIND_device);

    if (object) {
        object->device = device;
        object->platform = platform;
    }
    return object;
}

void vgpu_device_object_destroy(void *device)
{
    const cl_device_id object = device;

    object->device->ops->destroy(object->device);
}

cl_device_type vgpu_device_type(cl_device_id device)
{
    static const cl_device_type types[] = {[VGPU_TYPE_GPU] = CL_DEVICE_TYPE_GPU,
                                           [VGPU_TYPE_CPU] = CL_DEVICE_TYPE_CPU,
                                           [VGPU_TYPE_ACCELERATOR] =
                                               CL_DEVICE_TYPE_ACCELERATOR};

    return types[device->device->spec.type];
}

const char *vgpu_device_limit(const struct vgpu_device_spec *spec,
                              enum vgpu_key_index key, char out[VGPU_LIMIT_CHARS])
{
    char value[VGPU_KEY_CHARS];

    snprintf(out, VGPU_LIMIT_CHARS, "%s=%s of profile %s", vgpu_keys[key].name,
             vgpu_key_write(&vgpu_keys[key], spec, value), spec->profile);
    return out;
}

static cl_int answer_built_in_kernels(const struct vgpu_answer *answer)
{
    char *const names = vgpu_registry_names();
    cl_int err;

    if (!names)
        return CL_OUT_OF_HOST_MEMORY;
    err = vgpu_answer_bytes(answer, names, strlen(names) + 1);
    free(names);
    return err;
}

/* Turns "a;b;c" into an array; a name that is too long for it is cut. */
static size_t versions_from_names(const char *names, cl_name_version *versions)
{
    size_t count = 0;

    while (*names) {
        const size_t length = strcspn(names, ";");
        const size_t fits = CL_NAME_VERSION_MAX_NAME_SIZE - 1;

        versions[count].version = CL_MAKE_VERSION(1, 0, 0);
        memcpy(versions[count].name, names, length < fits ? length : fits);
        count++;
        names += length + (names[length] == ';');
    }
    return count;
}

static cl_int answer_built_in_kernels_with_version(const struct vgpu_answer *answer)
{
    char *const names = vgpu_registry_names();
    cl_name_version *versions = NULL;
    cl_int err = CL_OUT_OF_HOST_MEMORY;
    size_t most = 1, count;

    if (!names)
        goto out;
    for (const char *c = names; *c; c++)
        most += *c == ';';
    versions = calloc(most, sizeof *versions);
    if (!versions)
        goto out;
    count = versions_from_names(names, versions);
    err = vgpu_answer_bytes(answer, versions, count * sizeof *versions);
out:
    free(versions);
    free(names);
    return err;
}

/* The core that each compute unit is pinned to; CL_UINT_MAX: none. */
static cl_int answer_unit_cpus(cl_device_id device, const struct vgpu_answer *answer)
{
    cl_uint cpus[VGPU_MAX_COMPUTE_UNITS];
    struct vgpu_unit_placement placement;
    unsigned count = 0;

    while (count < VGPU_MAX_COMPUTE_UNITS &&
           vgpu_device_placement(device->device, count, &placement) == 0)
        cpus[count++] = placement.pinned ? placement.cpu : CL_UINT_MAX;
    return vgpu_answer_bytes(answer, cpus, count * sizeof *cpus);
}

static cl_int answer_numa_nodes(cl_device_id device, const struct vgpu_answer *answer)
{
    cl_uint nodes[VGPU_MAX_COMPUTE_UNITS];
    const unsigned count =
        vgpu_device_nodes(device->device, nodes, VGPU_MAX_COMPUTE_UNITS);

    return vgpu_answer_bytes(answer, nodes, count * sizeof *nodes);
}

static cl_int answer_description(const struct vgpu_device_spec *spec,
                                 const struct vgpu_answer *answer)
{
    char text[sizeof spec->profile + VGPU_SPEC_CHARS];
    const int head = snprintf(text, sizeof text, "# %s\n", spec->profile);
    const size_t size = vgpu_spec_print(spec, text + head, sizeof text - (size_t)head);

    return vgpu_answer_bytes(answer, text, (size_t)head + size + 1);
}

static unsigned max_sub_groups(const struct vgpu_device_spec *spec)
{
    return (unsigned)((spec->max_work_group_size + spec->sub_group_size - 1) /
                      spec->sub_group_size);
}

cl_int vgpu_device_info(cl_device_id device, cl_device_info name,
                        const struct vgpu_answer *answer)
{
    const struct vgpu_device_spec *spec = &device->device->spec;
    const bool has_compiler = vgpu_platform_has_compiler();
    const size_t work_item_sizes[3] = {VGPU_MAX_WORK_GROUP_SIZE, VGPU_MAX_WORK_GROUP_SIZE,
                                       VGPU_MAX_WORK_GROUP_SIZE};

    switch (name) {
#include "object/device_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}
