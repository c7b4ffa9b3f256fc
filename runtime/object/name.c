/* SPDX-License-Identifier: MIT */
/* What objects are called: running numbers, and the labels of buffers. */
#include "object/name.h"

#include "command/checked.h"
#include "object/event.h"
#include "object/kernel.h"
#include "object/mem.h"
#include "object/queue.h"
#include "observe/trace.h"
#include "plain_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long long number_of(const void *object)
{
    return ((const struct vgpu_handle *)object)->number;
}

static struct vgpu_name numbered(const char *kind, const void *object)
{
    struct vgpu_name name;

    snprintf(name.text, sizeof name.text, "%s %llu", kind, number_of(object));
    return name;
}

/* Devices are made in order, for good, and are counted from 0 everywhere. */
static struct vgpu_name name_of_device(const void *device)
{
    struct vgpu_name name;

    snprintf(name.text, sizeof name.text, "device %llu", number_of(device) - 1);
    return name;
}

static struct vgpu_name name_of_mem(const void *object)
{
    cl_mem mem = (cl_mem)(uintptr_t)object;
    struct vgpu_name name = numbered(mem->parent ? "sub-buffer" : "buffer", mem);
    char label[CL_MEM_OBJECT_LABEL_SIZE_VGPU] = "";

    pthread_mutex_lock(&mem->lock);
    if (mem->label)
        vgpu_text_clean(label, sizeof label, mem->label);
    pthread_mutex_unlock(&mem->lock);
    if (label[0])
        snprintf(name.text, sizeof name.text, "%s %llu \"%s\"",
                 mem->parent ? "sub-buffer" : "buffer", number_of(mem), label);
    return name;
}

static struct vgpu_name name_of_kernel(const void *object)
{
    const struct _cl_kernel *kernel = object;
    struct vgpu_name name;

    snprintf(name.text, sizeof name.text, "kernel %.128s",
             kernel->info->declaration.name);
    return name;
}

static struct vgpu_name name_of_event(const void *object)
{
    const struct _cl_event *event = object;
    struct vgpu_name name;

    if (!event->queue)
        return numbered("user event", event);
    snprintf(name.text, sizeof name.text, "command %llu of queue %llu", number_of(event),
             number_of(event->queue));
    return name;
}

struct vgpu_name vgpu_name_of(const void *object)
{
    if (!object)
        return (struct vgpu_name){"nothing"};
    switch ((enum vgpu_kind)((const struct vgpu_handle *)object)->kind) {
    case VGPU_KIND_device:
        return name_of_device(object);
    case VGPU_KIND_mem:
        return name_of_mem(object);
    case VGPU_KIND_kernel:
        return name_of_kernel(object);
    case VGPU_KIND_event:
        return name_of_event(object);
    case VGPU_KIND_context:
        return numbered("context", object);
    case VGPU_KIND_queue:
        return numbered("queue", object);
    case VGPU_KIND_program:
        return numbered("program", object);
    case VGPU_KIND_platform:
    case VGPU_KIND_COUNT:
        break;
    }
    return (struct vgpu_name){"the platform"};
}

cl_int vgpu_mem_set_label(cl_mem mem, const char *label)
{
    char clean[CL_MEM_OBJECT_LABEL_SIZE_VGPU];
    char *copy = NULL, *old;

    if (vgpu_text_clean(clean, sizeof clean, label) > 0) {
        copy = strdup(clean);
        if (!copy)
            return CL_OUT_OF_HOST_MEMORY;
    }
    pthread_mutex_lock(&mem->lock);
    old = mem->label;
    mem->label = copy;
    atomic_store(&mem->trace_label, vgpu_trace_name(clean));
    pthread_mutex_unlock(&mem->lock);
    free(old);
    vgpu_checked_mem_named(mem);
    return CL_SUCCESS;
}

static const struct {
    cl_mem_flags flag;
    const char *name;
} flag_names[] = {
    {CL_MEM_READ_WRITE, "CL_MEM_READ_WRITE"},
    {CL_MEM_WRITE_ONLY, "CL_MEM_WRITE_ONLY"},
    {CL_MEM_READ_ONLY, "CL_MEM_READ_ONLY"},
    {CL_MEM_USE_HOST_PTR, "CL_MEM_USE_HOST_PTR"},
    {CL_MEM_ALLOC_HOST_PTR, "CL_MEM_ALLOC_HOST_PTR"},
    {CL_MEM_COPY_HOST_PTR, "CL_MEM_COPY_HOST_PTR"},
};

void vgpu_mem_flags_text(cl_mem_flags flags, char *text, size_t room)
{
    size_t length = 0;

    text[0] = 0;
    for (size_t i = 0; i < sizeof flag_names / sizeof flag_names[0]; i++)
        if ((flags & flag_names[i].flag) && length < room)
            length += (size_t)snprintf(text + length, room - length, "%s%s",
                                       length ? " | " : "", flag_names[i].name);
}
