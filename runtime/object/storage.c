/* SPDX-License-Identifier: MIT */
/* The copies of a buffer in the memories of a context. */
#define _GNU_SOURCE
#include "object/storage.h"

#include "command/carry.h"
#include "command/checked.h"
#include "command/command.h"
#include "log.h"
#include "memory.h" /* of the room device/ */
#include "object/context.h"
#include "object/device.h"
#include "object/name.h"
#include "observe/check/check.h"
#include "observe/counters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* `commits`: it is used at once. */
static void *allocate_on(struct vgpu_device *device, size_t size, bool commits)
{
    void *memory = NULL;

    if (device->ops->allocate(device, size, &memory) != 0)
        return NULL;
    if (commits && device->ops->commit(device, memory, size) != 0) {
        device->ops->release(device, memory, size);
        return NULL;
    }
    return memory;
}

/* Asks the machine before it is used, as devices do. */
static void *allocate_on_host(size_t size)
{
    struct vgpu_memory *const host = vgpu_host_memory();
    void *memory = NULL;

    if (vgpu_memory_allocate(host, size, &memory) != 0)
        return NULL;
    if (vgpu_memory_commit(host, memory, size) != 0) {
        vgpu_memory_release(host, memory, size);
        return NULL;
    }
    return memory;
}

/* The storage is locked, or nobody else knows it. */
static cl_int make_copy(cl_mem mem, unsigned memory, bool commits)
{
    struct vgpu_storage *const storage = mem->storage;
    struct vgpu_device *const device = mem->context->memories[memory];

    if (storage->at[memory])
        return CL_SUCCESS;
    storage->at[memory] =
        device ? allocate_on(device, mem->size, commits) : allocate_on_host(mem->size);
    if (!storage->at[memory])
        return device ? CL_MEM_OBJECT_ALLOCATION_FAILURE : CL_OUT_OF_HOST_MEMORY;
    if (device)
        vgpu_checked_copy_made(mem, storage->at[memory]);
    return CL_SUCCESS;
}

/* Of a buffer that is being made, so that nobody else knows it. */
static cl_int make_first_copy(cl_mem mem, unsigned memory, bool commits)
{
    cl_int err = make_copy(mem, memory, commits);

    if (err != CL_SUCCESS) {
        vgpu_commands_settle(); /* ended commands may be all that holds others */
        err = make_copy(mem, memory, commits);
    }
    return err;
}

static cl_int make_copy_locked(cl_mem mem, unsigned memory, bool *is_new_out)
{
    cl_int err;

    pthread_mutex_lock(&mem->storage->lock);
    *is_new_out = !mem->storage->at[memory];
    err = make_copy(mem, memory, true);
    pthread_mutex_unlock(&mem->storage->lock);
    return err;
}

void vgpu_storage_explain_host(cl_mem mem)
{
    char text[512];

    snprintf(text, sizeof text,
             "%s: the host has no room for its %zu bytes: the machine has not so much "
             "memory left beside the copies on devices: release buffers, or make them "
             "smaller",
             vgpu_name_of(mem).text, mem->size);
    vgpu_context_explain(mem->context, text);
}

/* Why the device has no copy. */
static void explain_lack(cl_mem mem, const struct vgpu_device_spec *spec)
{
    char text[512], limit[VGPU_LIMIT_CHARS];

    if (mem->size > spec->max_allocation)
        snprintf(text, sizeof text,
                 "%s has %zu bytes: too many for the memory of device \"%s\", where a "
                 "buffer has at most %zu (%s)",
                 vgpu_name_of(mem).text, mem->size, spec->name, spec->max_allocation,
                 vgpu_device_limit(spec, VGPU_KEY_alloc, limit));
    else
        snprintf(text, sizeof text,
                 "%s: there is no room for its %zu bytes in the memory of device \"%s\": "
                 "others have taken it (%s): release some, or make them smaller",
                 vgpu_name_of(mem).text, mem->size, spec->name,
                 vgpu_device_limit(spec, VGPU_KEY_mem, limit));
    vgpu_context_explain(mem->context, text);
}

cl_int vgpu_storage_reside(cl_mem mem, unsigned memory)
{
    const struct vgpu_device *const device = mem->context->memories[memory];
    bool is_new;
    cl_int err;

    if (device && mem->size > device->spec.max_allocation) {
        explain_lack(mem, &device->spec);
        return CL_MEM_OBJECT_ALLOCATION_FAILURE;
    }
    err = make_copy_locked(mem, memory, &is_new);
    if (err != CL_SUCCESS) {
        vgpu_commands_settle(); /* ended commands may be all that holds buffers */
        err = make_copy_locked(mem, memory, &is_new);
    }
    if (err != CL_SUCCESS && device)
        explain_lack(mem, &device->spec);
    else if (err != CL_SUCCESS)
        vgpu_storage_explain_host(mem);
    if (err == CL_SUCCESS && is_new && vgpu_logs(VGPU_LOG_info))
        vgpu_log(VGPU_LOG_info, "%s has a copy in the memory of %s now: %zu bytes",
                 vgpu_name_of(mem).text, device ? device->spec.name : "the host",
                 mem->size);
    return err;
}

char *vgpu_storage_map_area(cl_mem mem)
{
    struct vgpu_storage *const storage = mem->storage;

    if (mem->host_ptr)
        return mem->host_ptr;
    if (!storage->map_area)
        storage->map_area = allocate_on_host(mem->size);
    return storage->map_area;
}

/* Over the link to the device, and as long as that takes where it is paced. */
static void carry_over(cl_mem mem, struct vgpu_device *device, char *to, const char *from)
{
    struct vgpu_carry carry;
    struct timespec end;

    vgpu_carry_begin(&carry, NULL, device, mem->size);
    end = (struct timespec){.tv_sec = (time_t)(carry.carriage.end / 1000000000u),
                            .tv_nsec = (long)(carry.carriage.end % 1000000000u)};
    memcpy(to, from, mem->size);
    while (carry.carriage.is_paced &&
           clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
        ;
    vgpu_carry_end(&carry, VGPU_CARRIED_FOR_CREATION, mem, NULL);
}

/* The contents that a buffer is made with, on the only device, or kept for whichever
 * needs them first: the host's own are its own again when the buffer is made. */
static cl_int fill(cl_mem mem, const void *host_ptr)
{
    const unsigned host = mem->context->num_memories - 1;
    const unsigned to = host == 1 ? 0 : host;
    struct vgpu_device *const device = mem->context->memories[to];
    cl_int err = make_first_copy(mem, to, true);

    if (err != CL_SUCCESS)
        return err;
    if (device)
        carry_over(mem, device, mem->storage->at[to], host_ptr);
    else
        memcpy(mem->storage->at[to], host_ptr, mem->size);
    if (vgpu_validity_set(&mem->storage->current, 0, mem->size, VGPU_MEMORY_BIT(to)) != 0)
        return CL_OUT_OF_HOST_MEMORY;
    if (device) {
        vgpu_count(device->counters, VGPU_COUNTER_bytes_create, mem->size);
        vgpu_count(device->counters, VGPU_COUNTER_bytes_host_to_device, mem->size);
        vgpu_check_written((uintptr_t)mem->storage->at[to], mem->size);
    }
    return CL_SUCCESS;
}

cl_int vgpu_storage_create(cl_mem mem, const void *host_ptr)
{
    const unsigned count = mem->context->num_memories;
    struct vgpu_storage *const storage =
        calloc(1, sizeof *storage + count * sizeof storage->at[0]);

    if (!storage)
        return CL_OUT_OF_HOST_MEMORY;
    if (vgpu_validity_init(&storage->current, mem->size, 0) != 0) {
        free(storage);
        return CL_OUT_OF_HOST_MEMORY;
    }
    pthread_mutex_init(&storage->lock, NULL);
    mem->storage = storage;
    atomic_init(&mem->has_pages, true); /* a copy is given them when it is made */
    if (host_ptr)
        return fill(mem, host_ptr);
    if (count > 2)
        return CL_SUCCESS;
    atomic_init(&mem->has_pages, false); /* until a command uses it */
    return make_first_copy(mem, 0, false);
}

bool vgpu_storage_copy(cl_mem mem, unsigned memory, size_t *current_out,
                       size_t *written_out)
{
    struct vgpu_storage *const storage = vgpu_mem_root(mem)->storage;
    const size_t end = mem->origin + mem->size;
    size_t current = 0, written = 0;
    bool is_there;

    pthread_mutex_lock(&storage->lock);
    is_there = storage->at[memory] != NULL;
    for (size_t at = mem->origin; is_there && at < end;) {
        const struct vgpu_piece piece = vgpu_validity_at(&storage->current, at);
        const size_t size = (piece.end < end ? piece.end : end) - at;

        written += piece.where != 0 ? size : 0;
        current += piece.where & VGPU_MEMORY_BIT(memory) ? size : 0;
        at += size;
    }
    pthread_mutex_unlock(&storage->lock);
    *current_out = current;
    *written_out = written;
    return is_there;
}

const char *vgpu_storage_contents(cl_mem mem, size_t at, size_t *size_out)
{
    const cl_mem root = vgpu_mem_root(mem);
    struct vgpu_piece piece;
    unsigned memory = 0;

    if (mem->data) {
        *size_out = mem->size - at;
        return mem->data + at;
    }
    at += mem->origin;
    pthread_mutex_lock(&root->storage->lock);
    piece = vgpu_validity_at(&root->storage->current, at);
    pthread_mutex_unlock(&root->storage->lock);
    if (piece.end > mem->origin + mem->size)
        piece.end = mem->origin + mem->size;
    *size_out = piece.end - at;
    if (piece.where == 0)
        return NULL;
    while (!(piece.where & VGPU_MEMORY_BIT(memory)))
        memory++;
    return root->storage->at[memory] + at;
}

void vgpu_storage_destroy(struct vgpu_storage *storage, cl_context context, size_t size)
{
    const unsigned host = context->num_memories - 1;

    if (!storage)
        return;
    for (unsigned i = 0; i < host; i++)
        if (storage->at[i])
            context->memories[i]->ops->release(context->memories[i], storage->at[i],
                                               size);
    vgpu_memory_release(vgpu_host_memory(), storage->at[host], size);
    vgpu_memory_release(vgpu_host_memory(), storage->map_area, size);
    vgpu_validity_fini(&storage->current);
    pthread_mutex_destroy(&storage->lock);
    free(storage);
}
