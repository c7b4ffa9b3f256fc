/* SPDX-License-Identifier: MIT */
/* Mapping, unmapping and migrating memory objects. [OpenCL 3.0, 5.2.4, 5.5.2 and 5.5.4]
 */
#include "api/check.h"
#include "arithmetic.h"
#include "command/uses.h"
#include "object/event.h"
#include "object/info.h"
#include "object/mem.h"
#include "object/queue.h"

#include <stdlib.h>

/* A command that only keeps one buffer alive. */
static cl_int create_held(cl_command_queue queue, enum vgpu_command type, cl_mem mem,
                          cl_uint num_events, const cl_event *wait_list,
                          cl_event *command_out)
{
    struct vgpu_held *held;
    const cl_int err =
        vgpu_command_create(queue, type, num_events, wait_list, command_out);

    if (err != CL_SUCCESS)
        return err;
    held = &(*command_out)->payload.held;
    vgpu_retain(mem);
    held->own_mem = mem;
    held->mems = &held->own_mem;
    held->num_mems = 1;
    held->bytes = 0;
    return CL_SUCCESS;
}

/* What it keeps alive, and itself. */
static cl_int discard(cl_event command, cl_int err)
{
    vgpu_held_release(command);
    vgpu_command_discard(command);
    return err;
}

static cl_int check_map(cl_command_queue queue, cl_mem buffer, cl_map_flags flags,
                        size_t offset, size_t size)
{
    const cl_map_flags writes = CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION;
    const cl_int err = vgpu_check_queue_buffer(queue, buffer);

    if (err != CL_SUCCESS)
        return err;
    if ((flags & ~(CL_MAP_READ | writes)) ||
        ((flags & CL_MAP_WRITE_INVALIDATE_REGION) &&
         (flags & (CL_MAP_READ | CL_MAP_WRITE))) ||
        size == 0 || !vgpu_range_fits(offset, size, buffer->size))
        return CL_INVALID_VALUE;
    return vgpu_check_host_access(buffer, flags & CL_MAP_READ, flags & writes);
}

CL_API_ENTRY void *CL_API_CALL clEnqueueMapBuffer(
    cl_command_queue command_queue, cl_mem buffer, cl_bool blocking_map,
    cl_map_flags map_flags, size_t offset, size_t size, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event, cl_int *errcode_ret)
{
    void *pointer = NULL;
    struct vgpu_held *held;
    cl_event command;
    cl_int err = check_map(command_queue, buffer, map_flags, offset, size);

    if (err == CL_SUCCESS)
        err = create_held(command_queue, VGPU_COMMAND_MAP_BUFFER, buffer,
                          num_events_in_wait_list, event_wait_list, &command);
    if (err != CL_SUCCESS)
        goto out;
    held = &command->payload.held;
    if (!(map_flags & CL_MAP_WRITE_INVALIDATE_REGION))
        held->bytes = size;
    err = vgpu_uses_create(command, 1);
    if (err == CL_SUCCESS && held->bytes > 0)
        err = vgpu_uses_add(command, buffer, offset, size, VGPU_USE_READ_ANYWHERE);
    if (err == CL_SUCCESS)
        err = vgpu_mem_map(buffer, map_flags, offset, size, &pointer);
    held->mapped = pointer;
    held->mapped_offset = offset;
    held->mapped_size = size;
    held->is_written = map_flags != CL_MAP_READ;
    if (err != CL_SUCCESS) {
        discard(command, err);
        goto out;
    }
    err = vgpu_command_enqueue(command, num_events_in_wait_list, event_wait_list,
                               blocking_map, event);
    if (err != CL_SUCCESS) {
        free(vgpu_mem_unmap(buffer, pointer));
        pointer = NULL;
    }
out:
    vgpu_store_errcode(errcode_ret, err);
    return pointer;
}

static cl_int prepare_unmap(cl_event command, cl_mem mem,
                            const struct vgpu_mapping *mapping)
{
    struct vgpu_held *const held = &command->payload.held;
    cl_int err;

    held->mapped = mapping->pointer;
    held->mapped_offset = mapping->offset;
    held->bytes = vgpu_mapping_is_written(mapping) ? mapping->size : 0;
    err = vgpu_uses_create(command, 1);
    if (err == CL_SUCCESS && held->bytes > 0)
        err = vgpu_uses_add(command, mem, mapping->offset, mapping->size, VGPU_USE_WRITE);
    return err;
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueUnmapMemObject(cl_command_queue command_queue,
                                                        cl_mem memobj, void *mapped_ptr,
                                                        cl_uint num_events_in_wait_list,
                                                        const cl_event *event_wait_list,
                                                        cl_event *event)
{
    struct vgpu_mapping *mapping;
    cl_event command;
    cl_int err = vgpu_check_queue_buffer(command_queue, memobj);

    if (err == CL_SUCCESS)
        err = create_held(command_queue, VGPU_COMMAND_UNMAP_MEM_OBJECT, memobj,
                          num_events_in_wait_list, event_wait_list, &command);
    if (err != CL_SUCCESS)
        return err;
    mapping = vgpu_mem_unmap(memobj, mapped_ptr);
    if (!mapping)
        return discard(command, CL_INVALID_VALUE);
    err = prepare_unmap(command, memobj, mapping);
    if (err == CL_SUCCESS)
        err = vgpu_command_enqueue(command, num_events_in_wait_list, event_wait_list,
                                   false, event);
    else
        discard(command, err);
    if (err == CL_SUCCESS)
        free(mapping);
    else
        vgpu_mem_keep_mapped(memobj, mapping); /* so that it can be tried again */
    return err;
}

static cl_int check_migration(cl_command_queue queue, cl_uint num_mems,
                              const cl_mem *mems, cl_mem_migration_flags flags)
{
    const cl_mem_migration_flags known =
        CL_MIGRATE_MEM_OBJECT_HOST | CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED;

    if (!VGPU_IS(queue, queue))
        return CL_INVALID_COMMAND_QUEUE;
    if (num_mems == 0 || !mems || (flags & ~known))
        return CL_INVALID_VALUE;
    for (cl_uint i = 0; i < num_mems; i++) {
        const cl_int err = vgpu_check_queue_buffer(queue, mems[i]);
        if (err != CL_SUCCESS)
            return err;
    }
    return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueMigrateMemObjects(
    cl_command_queue command_queue, cl_uint num_mem_objects, const cl_mem *mem_objects,
    cl_mem_migration_flags flags, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    const bool to_host = flags & CL_MIGRATE_MEM_OBJECT_HOST;
    const bool has_contents = !(flags & CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED);
    struct vgpu_held *held;
    cl_event command;
    cl_int err = check_migration(command_queue, num_mem_objects, mem_objects, flags);

    if (err == CL_SUCCESS)
        err = vgpu_command_create(command_queue, VGPU_COMMAND_MIGRATE_MEM_OBJECTS,
                                  num_events_in_wait_list, event_wait_list, &command);
    if (err != CL_SUCCESS)
        return err;
    held = &command->payload.held;
    held->mems = calloc(num_mem_objects, sizeof(cl_mem));
    if (!held->mems) {
        vgpu_command_discard(command);
        return CL_OUT_OF_HOST_MEMORY;
    }
    held->num_mems = num_mem_objects;
    held->bytes = 0;
    held->to_host = to_host;
    for (cl_uint i = 0; i < num_mem_objects; i++) {
        if (has_contents)
            held->bytes += mem_objects[i]->size;
        vgpu_retain(mem_objects[i]);
        held->mems[i] = mem_objects[i];
    }
    err = vgpu_uses_create(command, num_mem_objects);
    for (cl_uint i = 0; i < num_mem_objects && err == CL_SUCCESS; i++)
        err = vgpu_uses_add(command, mem_objects[i], 0, mem_objects[i]->size,
                            (has_contents ? VGPU_USE_READ : VGPU_USE_WRITE) |
                                (to_host ? VGPU_USE_TO_HOST : 0));
    if (err != CL_SUCCESS)
        return discard(command, err);
    return vgpu_command_enqueue(command, num_events_in_wait_list, event_wait_list, false,
                                event);
}
