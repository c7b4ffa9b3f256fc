/* SPDX-License-Identifier: MIT */
/* Kernels that the host program was built with, where observers look into them. */
#define _GNU_SOURCE
#include "object/built_watch.h"

#include "log.h"
#include "observe/profile.h" /* the room device/ */
#include "profile/key.h"
#include "unit_texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char no_memory[] = "there was no memory for its traced build";

/* A kernel of an object's unit. */
struct kernel {
    struct vgpu_kernel_code code;
    const char *why_not; /* it is not traced, or NULL: lock */
    bool is_settled;     /* lock */
};

/* The unit of an object of kernels, on devices of a kind: lives, like these, until the
 * process ends. */
struct object {
    struct object *next;
    const void *bytes; /* as they lie in the host program */
    const struct vgpu_device_spec *spec;
    struct vgpu_unit unit;
    struct kernel *kernels; /* as many, in the unit's order */
    bool is_read;           /* else there is no unit, and there are no kernels */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct object *objects;       /* lock */
static struct vgpu_code_links links; /* lock; made with the first of these */

static void read_object(struct object *object, size_t size)
{
    if (vgpu_unit_unpack(object->bytes, size, &object->unit) != 0)
        return;
    object->kernels = calloc(object->unit.num_kernels + 1, sizeof *object->kernels);
    object->is_read = object->kernels && vgpu_unit_texts_spread(&object->unit);
    for (size_t i = 0; object->is_read && i < object->unit.num_kernels; i++)
        vgpu_kernel_code_init(&object->kernels[i].code, &object->unit,
                              &object->unit.kernels[i], object->spec, &links);
}

/* lock held. NULL: no memory. */
static struct object *find_object(const struct vgpu_built_code *code,
                                  const struct vgpu_device_spec *spec)
{
    struct object *object = objects;

    while (object &&
           (object->bytes != code->unit || !vgpu_spec_is_alike(object->spec, spec)))
        object = object->next;
    if (object)
        return object;
    object = calloc(1, sizeof *object);
    if (!object)
        return NULL;
    if (!objects)
        links = vgpu_code_links_make(true);
    object->bytes = code->unit;
    object->spec = spec;
    object->next = objects;
    objects = object;
    read_object(object, code->unit_size);
    return object;
}

static struct kernel *find_kernel(const struct object *object, const char *name)
{
    for (size_t i = 0; object->is_read && i < object->unit.num_kernels; i++)
        if (strcmp(object->unit.kernels[i].declaration.name, name) == 0)
            return &object->kernels[i];
    return NULL;
}

/* Why the kernel is not traced, or NULL. What its traced code needs must be there in
 * launches of its other code; what is told of its memory is what it takes when nobody
 * looks, and its sub-groups are those it has then. */
static const char *settle(struct vgpu_unit_kernel *kernel,
                          struct vgpu_kernel_code *traced,
                          const struct vgpu_built_code *code)
{
    const uint64_t sub_group_size = code->tables[0]->sub_group_size;

    if (!kernel->traced)
        return "it uses functions or variables of the program that are not in its file's "
               "kernels, or calls functions that are too large to be inlined";
    if (kernel->local_bytes > code->local_bytes)
        return "its traced build has more __local variables than its other one";
    kernel->local_bytes = code->local_bytes;
    kernel->private_bytes = code->private_bytes;
    if (sub_group_size != 0)
        traced->sub_group_size = (unsigned)sub_group_size;
    return NULL;
}

static const char missing[] =
    "there is no traced build beside its code; vgpu-cc -v, or OPTIONS -v in "
    "vgpu_add_kernels, says why";

/* lock held. The kernel; NULL: *why_not_out says why there is none. */
static struct kernel *look_up(const struct vgpu_built_code *code, const char *name,
                              const struct vgpu_device_spec *spec,
                              const char **why_not_out)
{
    const struct object *const object = code->unit ? find_object(code, spec) : NULL;
    struct kernel *const kernel = object ? find_kernel(object, name) : NULL;

    if (kernel && !kernel->is_settled) {
        kernel->is_settled = true;
        kernel->why_not =
            settle(&object->unit.kernels[kernel - object->kernels], &kernel->code, code);
    }
    *why_not_out = kernel        ? kernel->why_not
                   : !code->unit ? missing
                   : !object     ? no_memory
                                 : "its traced build cannot be read; build it again";
    return kernel;
}

/* What was tried in vain is not tried again. The reason, which stays. */
static const char *refuse(struct kernel *kernel, const char *name, const char *log)
{
    const char *why_not;
    char *text = NULL;

    if (log ? asprintf(&text, "no traced code can be made of it: %.*s",
                       (int)strcspn(log, "\n"), log) < 0
            : !(text = strdup(vgpu_compiler_why_untraced(name))))
        text = NULL;
    pthread_mutex_lock(&lock);
    if (!kernel->why_not) {
        kernel->why_not = text ? text : no_memory;
        vgpu_log(VGPU_LOG_warning, "kernel %s is not traced: %s", name, kernel->why_not);
    } else {
        free(text);
    }
    why_not = kernel->why_not;
    pthread_mutex_unlock(&lock);
    return why_not;
}

void vgpu_built_code_watch(const struct vgpu_built_code *code, const char *name,
                           const struct vgpu_device_spec *spec,
                           struct vgpu_launch *launch)
{
    const char *why_not = NULL;
    struct kernel *kernel;
    char *log = NULL;

    pthread_mutex_lock(&lock);
    kernel = look_up(code, name, spec, &why_not);
    pthread_mutex_unlock(&lock);
    if (!why_not) {
        vgpu_kernel_code_bind_traced(&kernel->code, launch, &log);
        if (!launch->watched->traced)
            why_not = refuse(kernel, name, log);
        free(log);
    }
    if (why_not && vgpu_profile_is_on())
        vgpu_profile_untraced(name, why_not);
}
