/* SPDX-License-Identifier: MIT */
/* Compiled programs: shared units, and what one becomes on a device. */
#define _GNU_SOURCE
#include "object/executable.h"

#include "arithmetic.h"
#include "command/command.h"
#include "object/device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vgpu_shared_unit *vgpu_shared_unit_create(struct vgpu_unit *unit)
{
    struct vgpu_shared_unit *const shared = malloc(sizeof *shared);

    if (!shared) {
        vgpu_unit_fini(unit);
        return NULL;
    }
    atomic_init(&shared->refs, 1);
    shared->unit = *unit;
    return shared;
}

struct vgpu_shared_unit *vgpu_shared_unit_retain(struct vgpu_shared_unit *unit)
{
    if (unit)
        atomic_fetch_add(&unit->refs, 1);
    return unit;
}

void vgpu_shared_unit_release(struct vgpu_shared_unit *unit)
{
    if (!unit || atomic_fetch_sub(&unit->refs, 1) != 1)
        return;
    vgpu_unit_fini(&unit->unit);
    free(unit);
}

/* Whether the device can run a kernel at all; else the sentence that says why not. */
static bool fits(const struct vgpu_unit_kernel *kernel,
                 const struct vgpu_device_spec *spec, FILE *error)
{
    char limit[VGPU_LIMIT_CHARS];

    if (kernel->local_bytes <= spec->local_memory)
        return true;
    fprintf(error,
            "error: kernel '%s' has %zu bytes of __local variables, device '%s' has %zu "
            "bytes of local memory (%s): make them smaller\n",
            kernel->declaration.name, kernel->local_bytes, spec->name, spec->local_memory,
            vgpu_device_limit(spec, VGPU_KEY_local, limit));
    return false;
}

static bool all_fit(const struct vgpu_unit *unit, const struct vgpu_device_spec *spec,
                    FILE *error)
{
    bool result = unit->variables_size <= VGPU_MAX_VARIABLES_SIZE;

    if (!result)
        fprintf(error,
                "error: the program-scope variables take %zu bytes, and may take %zu "
                "(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE): make them smaller\n",
                unit->variables_size, VGPU_MAX_VARIABLES_SIZE);
    for (size_t i = 0; i < unit->num_kernels; i++)
        result &= fits(&unit->kernels[i], spec, error);
    return result;
}

/* As often as it is called, it goes on where it failed. */
static int allocate_variables(struct vgpu_executable *executable, size_t size)
{
    struct vgpu_device *const device = executable->device;
    void **const variables = &executable->links.variables;
    const int err = *variables ? 0 : device->ops->allocate(device, size, variables);

    return err != 0 ? err : device->ops->commit(device, *variables, size);
}

static int make_variables(struct vgpu_executable *executable, FILE *error)
{
    const struct vgpu_unit *const unit = &executable->unit->unit;
    const struct vgpu_device *const device = executable->device;
    int err;

    if (unit->variables_size == 0)
        return 0;
    err = allocate_variables(executable, unit->variables_size);
    if (err != 0) {
        vgpu_commands_settle(); /* ended commands may be all that holds buffers */
        err = allocate_variables(executable, unit->variables_size);
    }
    if (err != 0) {
        fprintf(
            error,
            "error: device '%s' has no memory left for the %zu bytes of program-scope "
            "variables\n",
            device->spec.name, unit->variables_size);
        return -ENOSPC;
    }
    vgpu_unit_fill_variables(unit, executable->links.variables);
    return 0;
}

/* A kernel that requires a local size has its code made at once. */
static int make_required(struct vgpu_kernel_code *code,
                         const struct vgpu_device_spec *spec, FILE *error)
{
    const size_t *const required = code->kernel->declaration.required_local_size;
    size_t items;
    char *log = NULL;
    int err;

    if (required[0] == 0 || !vgpu_multiply(required[0], required[1], &items) ||
        !vgpu_multiply(items, required[2], &items) || items > spec->max_work_group_size)
        return 0; /* which a launch is told */
    err = vgpu_kernel_code_prepare(code, required, &log);
    if (err != 0)
        fprintf(error, "error: kernel '%s' cannot be turned into code\n%s",
                code->kernel->declaration.name, log ? log : "");
    free(log);
    return err == 0 || err == -ENOMEM ? err : -EINVAL;
}

static int make_kernels(struct vgpu_executable *executable, FILE *error)
{
    const struct vgpu_unit *const unit = &executable->unit->unit;
    int err = 0;

    executable->kernels = calloc(unit->num_kernels + 1, sizeof *executable->kernels);
    if (!executable->kernels)
        return -ENOMEM;
    for (size_t i = 0; i < unit->num_kernels; i++)
        vgpu_kernel_code_init(&executable->kernels[i], unit, &unit->kernels[i],
                              &executable->device->spec, &executable->links);
    for (size_t i = 0; err == 0 && i < unit->num_kernels; i++)
        err = make_required(&executable->kernels[i], &executable->device->spec, error);
    return err;
}

static int create(struct vgpu_shared_unit *unit, struct vgpu_device *device, FILE *error,
                  struct vgpu_executable **executable_out)
{
    struct vgpu_executable *executable;
    int err;

    if (!all_fit(&unit->unit, &device->spec, error))
        return -EINVAL;
    executable = calloc(1, sizeof *executable);
    if (!executable)
        return -ENOMEM;
    executable->unit = vgpu_shared_unit_retain(unit);
    executable->device = device;
    executable->links = vgpu_code_links_make(vgpu_traced_wanted());
    err = make_variables(executable, error);
    if (err == 0)
        err = make_kernels(executable, error);
    if (err == 0)
        *executable_out = executable;
    else
        vgpu_executable_destroy(executable);
    return err;
}

int vgpu_executable_create(struct vgpu_shared_unit *unit, struct vgpu_device *device,
                           struct vgpu_executable **executable_out, char **error_out)
{
    char *text = NULL;
    size_t size;
    FILE *const error = open_memstream(&text, &size);
    int err;

    if (!error)
        return -ENOMEM;
    err = create(unit, device, error, executable_out);
    fclose(error);
    if (err == 0)
        free(text);
    else
        *error_out = text;
    return err;
}

void vgpu_executable_destroy(struct vgpu_executable *executable)
{
    if (!executable)
        return;
    for (size_t i = 0; executable->kernels && i < executable->unit->unit.num_kernels; i++)
        vgpu_kernel_code_fini(&executable->kernels[i]);
    if (executable->links.variables)
        executable->device->ops->release(executable->device, executable->links.variables,
                                         executable->unit->unit.variables_size);
    vgpu_shared_unit_release(executable->unit);
    free(executable->kernels);
    free(executable);
}

struct vgpu_kernel_code *vgpu_executable_kernel(const struct vgpu_executable *executable,
                                                const char *name)
{
    const struct vgpu_unit *const unit = &executable->unit->unit;

    for (size_t i = 0; i < unit->num_kernels; i++)
        if (strcmp(unit->kernels[i].declaration.name, name) == 0)
            return &executable->kernels[i];
    return NULL;
}
