/* SPDX-License-Identifier: MIT */
/* Buffers and sub-buffers: flags, storage, end. */
#include "object/mem.h"

#include "command/checked.h"
#include "inspect/service.h"
#include "log.h"
#include "object/callback.h"
#include "object/context.h"
#include "object/device.h"
#include "object/name.h"
#include "object/storage.h"
#include "observe/counters.h" /* of the room device/ */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCESS (CL_MEM_READ_WRITE | CL_MEM_WRITE_ONLY | CL_MEM_READ_ONLY)
#define HOST_ACCESS \
    (CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS)
#define HOST_PTR (CL_MEM_USE_HOST_PTR | CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR)

/* Hands the memory back once the application has seen that the object is gone. */
struct vgpu_farewell {
    struct vgpu_destructor_callback *callbacks;
    cl_mem mem; /* the handle as the application knew it: already refused */
    cl_context context;
    void *memory;
    struct vgpu_storage *storage;
    size_t size;
};

static bool at_most_one(cl_mem_flags flags, cl_mem_flags group)
{
    flags &= group;
    return (flags & (flags - 1)) == 0;
}

static bool access_flags_are_valid(cl_mem_flags flags)
{
    return !(flags & ~(cl_mem_flags)(ACCESS | HOST_ACCESS | HOST_PTR)) &&
           at_most_one(flags, ACCESS) && at_most_one(flags, HOST_ACCESS);
}

cl_int vgpu_mem_flags_check(cl_mem_flags flags, const void *host_ptr)
{
    if (!access_flags_are_valid(flags))
        return CL_INVALID_VALUE;
    if ((flags & CL_MEM_USE_HOST_PTR) &&
        (flags & (CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR)))
        return CL_INVALID_VALUE;
    if ((host_ptr != NULL) !=
        ((flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR)) != 0))
        return CL_INVALID_HOST_PTR;
    return CL_SUCCESS;
}

cl_int vgpu_sub_buffer_flags(cl_mem parent, cl_mem_flags flags, cl_mem_flags *flags_out)
{
    const cl_mem_flags of_parent = parent->flags;

    if (!access_flags_are_valid(flags) || (flags & HOST_PTR))
        return CL_INVALID_VALUE;
    if ((of_parent & CL_MEM_WRITE_ONLY) &&
        (flags & (CL_MEM_READ_WRITE | CL_MEM_READ_ONLY)))
        return CL_INVALID_VALUE;
    if ((of_parent & CL_MEM_READ_ONLY) &&
        (flags & (CL_MEM_READ_WRITE | CL_MEM_WRITE_ONLY)))
        return CL_INVALID_VALUE;
    if ((of_parent & CL_MEM_HOST_WRITE_ONLY) && (flags & CL_MEM_HOST_READ_ONLY))
        return CL_INVALID_VALUE;
    if ((of_parent & CL_MEM_HOST_READ_ONLY) && (flags & CL_MEM_HOST_WRITE_ONLY))
        return CL_INVALID_VALUE;
    if ((of_parent & CL_MEM_HOST_NO_ACCESS) &&
        (flags & (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_WRITE_ONLY)))
        return CL_INVALID_VALUE;
    if (!(flags & ACCESS))
        flags |= of_parent & ACCESS;
    if (!(flags & HOST_ACCESS))
        flags |= of_parent & HOST_ACCESS;
    *flags_out = flags | (of_parent & HOST_PTR);
    return CL_SUCCESS;
}

/* Unified memory: one allocation that every device of the context reaches, counted on the
 * first. */
static struct vgpu_device *home(cl_context context)
{
    return context->devices[0]->device;
}

static cl_int allocate(cl_mem mem, const void *host_ptr)
{
    struct vgpu_device *device = home(mem->context);
    void *memory;
    int err;

    if (mem->flags & CL_MEM_USE_HOST_PTR)
        mem->host_ptr = (void *)(uintptr_t)host_ptr;
    if (mem->context->num_memories > 0)
        return vgpu_storage_create(mem, host_ptr);
    if (mem->host_ptr) {
        mem->data = mem->host_ptr;
        atomic_init(&mem->has_pages, true);
        return CL_SUCCESS;
    }
    err = device->ops->allocate(device, mem->size, &memory);
    if (err != 0) {
        vgpu_commands_settle(); /* ended commands may hold the last reference to released
                                   buffers */
        err = device->ops->allocate(device, mem->size, &memory);
    }
    if (err != 0)
        return CL_MEM_OBJECT_ALLOCATION_FAILURE;
    mem->data = memory;
    if (mem->flags & CL_MEM_COPY_HOST_PTR) {
        if (vgpu_mem_use(mem) != CL_SUCCESS)
            return CL_MEM_OBJECT_ALLOCATION_FAILURE;
        memcpy(mem->data, host_ptr, mem->size);
        vgpu_count(device->counters, VGPU_COUNTER_bytes_create, mem->size);
        vgpu_count(device->counters, VGPU_COUNTER_bytes_host_to_device, mem->size);
    }
    return CL_SUCCESS;
}

char *vgpu_mem_on(cl_mem mem, unsigned memory)
{
    return mem->data ? mem->data : vgpu_mem_root(mem)->storage->at[memory] + mem->origin;
}

static void explain_shortage(cl_mem mem)
{
    char text[512], limit[VGPU_LIMIT_CHARS];

    snprintf(
        text, sizeof text,
        "%s of %zu bytes cannot be used now: the machine has not so much memory left, "
        "whatever the device's profile says (%s): release buffers, or make them "
        "smaller",
        vgpu_name_of(mem).text, mem->size,
        vgpu_device_limit(&home(mem->context)->spec, VGPU_KEY_mem, limit));
    vgpu_context_explain(mem->context, text);
}

/* Of a buffer, no sub-buffer, with one copy on one device. */
static int commit(cl_mem mem)
{
    struct vgpu_device *const device = home(mem->context);
    int err = 0;

    pthread_mutex_lock(&mem->lock);
    if (!atomic_load(&mem->has_pages))
        err = device->ops->commit(device, vgpu_mem_on(mem, 0), mem->size);
    if (err == 0)
        atomic_store_explicit(&mem->has_pages, true, memory_order_release);
    pthread_mutex_unlock(&mem->lock);
    return err;
}

cl_int vgpu_mem_commit(cl_mem mem)
{
    const cl_mem buffer = mem->parent ? mem->parent : mem;
    int err = commit(buffer);

    if (err != 0) {
        vgpu_commands_settle(); /* as when it was allocated */
        err = commit(buffer);
    }
    if (err != 0) {
        explain_shortage(buffer);
        return CL_MEM_OBJECT_ALLOCATION_FAILURE;
    }
    atomic_store_explicit(&mem->has_pages, true, memory_order_release);
    return CL_SUCCESS;
}

static cl_int copy_properties(cl_mem mem, const cl_mem_properties *properties)
{
    size_t count = 1;

    if (!properties)
        return CL_SUCCESS;
    while (properties[count - 1] != 0)
        count += 2;
    mem->properties = malloc(count * sizeof *properties);
    if (!mem->properties)
        return CL_OUT_OF_HOST_MEMORY;
    memcpy(mem->properties, properties, count * sizeof *properties);
    mem->num_properties = count;
    return CL_SUCCESS;
}

static cl_mem mem_create(cl_context context, cl_mem_flags flags, size_t size)
{
    cl_mem mem = vgpu_handle_create(VGPU_KIND_mem);

    if (!mem)
        return NULL;
    pthread_mutex_init(&mem->lock, NULL);
    vgpu_retain(context);
    mem->context = context;
    mem->flags = flags & ACCESS ? flags : flags | CL_MEM_READ_WRITE;
    mem->size = size;
    return mem;
}

cl_int vgpu_mem_add_destructor(cl_mem mem, void(CL_CALLBACK *function)(cl_mem, void *),
                               void *user_data)
{
    struct vgpu_destructor_callback *callback = malloc(sizeof *callback);
    cl_int err = CL_SUCCESS;

    if (!callback)
        return CL_OUT_OF_HOST_MEMORY;
    callback->mem_function = function;
    callback->user_data = user_data;
    pthread_mutex_lock(&mem->lock);
    if (!mem->farewell)
        mem->farewell = malloc(sizeof *mem->farewell);
    if (mem->farewell) {
        callback->next = mem->destructor_callbacks;
        mem->destructor_callbacks = callback;
    } else {
        free(callback);
        err = CL_OUT_OF_HOST_MEMORY;
    }
    pthread_mutex_unlock(&mem->lock);
    return err;
}

/* From now on others may look at it. */
static void finish(cl_mem mem)
{
    /* release: who sees it finds the object whole */
    atomic_store_explicit(&mem->is_whole, true, memory_order_release);
    vgpu_inspect_serve();
}

static void explain_no_room(cl_mem mem)
{
    char text[512], limit[VGPU_LIMIT_CHARS];

    snprintf(text, sizeof text,
             "%s of %zu bytes could not be made: the device's memory or the machine's is "
             "used up (%s): release buffers, or make them smaller",
             vgpu_name_of(mem).text, mem->size,
             vgpu_device_limit(&home(mem->context)->spec, VGPU_KEY_mem, limit));
    vgpu_context_explain(mem->context, text);
}

cl_int vgpu_buffer_create(cl_context context, const cl_mem_properties *properties,
                          cl_mem_flags flags, size_t size, void *host_ptr,
                          cl_mem *mem_out)
{
    cl_mem mem = mem_create(context, flags, size);
    cl_int err;

    if (!mem)
        return CL_OUT_OF_HOST_MEMORY;
    err = copy_properties(mem, properties);
    if (err == CL_SUCCESS)
        err = allocate(mem, host_ptr);
    if (err != CL_SUCCESS) {
        explain_no_room(mem);
        vgpu_app_release(VGPU_KIND_mem, mem, CL_INVALID_MEM_OBJECT);
        return err;
    }
    finish(mem);
    vgpu_checked_mem_created(mem);
    vgpu_log(VGPU_LOG_info, "%s made: %zu bytes in %s%s", vgpu_name_of(mem).text, size,
             vgpu_name_of(context).text,
             mem->host_ptr && mem->data ? ", in the program's own memory"
             : host_ptr                 ? ", filled from host memory"
                                        : "");
    *mem_out = mem;
    return CL_SUCCESS;
}

cl_int vgpu_sub_buffer_create(cl_mem parent, cl_mem_flags flags, size_t origin,
                              size_t size, cl_mem *mem_out)
{
    cl_mem mem = mem_create(parent->context, flags, size);

    if (!mem)
        return CL_OUT_OF_HOST_MEMORY;
    vgpu_retain(parent);
    mem->parent = parent;
    mem->origin = origin;
    mem->data = parent->data ? parent->data + origin : NULL;
    if (parent->host_ptr)
        mem->host_ptr = (char *)parent->host_ptr + origin;
    finish(mem);
    vgpu_log(VGPU_LOG_info, "%s made: %zu bytes from byte %zu of %s",
             vgpu_name_of(mem).text, size, origin, vgpu_name_of(parent).text);
    *mem_out = mem;
    return CL_SUCCESS;
}

/* What it owns: one of the two, or neither. */
static void give_back(cl_context context, void *memory, struct vgpu_storage *storage,
                      size_t size)
{
    if (memory)
        home(context)->ops->release(home(context), memory, size);
    vgpu_storage_destroy(storage, context, size);
}

/* Buffers whose destructor callbacks are still to come, or are being called. */
static atomic_uint num_leaving;

bool vgpu_mem_is_leaving(void)
{
    return atomic_load(&num_leaving) > 0 && !vgpu_on_callback_thread();
}

/* On the callback thread: the spec lets the application free its host pointer in the
 * callback, so nothing of ours touches it after. */
static void say_farewell(void *work)
{
    struct vgpu_farewell *farewell = work;

    while (farewell->callbacks) {
        struct vgpu_destructor_callback *callback = farewell->callbacks;
        farewell->callbacks = callback->next;
        callback->mem_function(farewell->mem, callback->user_data);
        free(callback);
    }
    give_back(farewell->context, farewell->memory, farewell->storage, farewell->size);
    vgpu_release(farewell->context);
    free(farewell);
    atomic_fetch_sub(&num_leaving, 1);
}

static void call_destructors(cl_mem mem, void *memory)
{
    struct vgpu_farewell *farewell = mem->farewell;

    *farewell = (struct vgpu_farewell){
        mem->destructor_callbacks, mem, mem->context, memory, mem->storage, mem->size};
    atomic_fetch_add(&num_leaving, 1);
    if (vgpu_callback_post(say_farewell, farewell) != 0)
        say_farewell(farewell); /* no memory for the detour */
}

void vgpu_mem_destroy(void *object)
{
    cl_mem mem = object;
    void *const owned = mem->parent || mem->host_ptr ? NULL : mem->data;

    vgpu_checked_mem_destroyed(mem);
    vgpu_log(VGPU_LOG_info, "%s gone: %zu bytes", vgpu_name_of(mem).text, mem->size);
    while (mem->mappings) {
        struct vgpu_mapping *mapping = mem->mappings;
        mem->mappings = mapping->next;
        free(mapping);
    }
    free(mem->properties);
    free(mem->label);
    pthread_mutex_destroy(&mem->lock);
    if (mem->parent)
        vgpu_release(mem->parent);
    if (mem->destructor_callbacks) {
        call_destructors(mem, owned);
    } else {
        give_back(mem->context, owned, mem->storage, mem->size);
        vgpu_release(mem->context);
    }
}
