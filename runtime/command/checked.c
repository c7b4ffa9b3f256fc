/* SPDX-License-Identifier: MIT */
/* What the checks are told of memory objects and commands. */
#include "command/checked.h"

#include "object/context.h"
#include "object/event.h"
#include "object/leak.h"
#include "object/mem.h"
#include "object/name.h"
#include "object/queue.h"
#include "object/storage.h"
#include "observe/check/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vgpu_checked_init(void)
{
    vgpu_check_init();
    if (vgpu_check_is_on(VGPU_CHECK_leak))
        vgpu_check_at_end(vgpu_leaks_report);
}

/* --- Memory objects. --- */

static void tell_created(cl_mem mem, const char *data, bool is_written)
{
    const struct vgpu_name name = vgpu_name_of(mem);
    char made[128];

    vgpu_mem_flags_text(mem->flags, made, sizeof made);
    vgpu_check_memory_created(&(struct vgpu_check_memory){
        .address = (uintptr_t)data,
        .size = mem->size,
        .name = name.text,
        .made = made,
        .is_written = is_written,
    });
}

void vgpu_checked_mem_created(cl_mem mem)
{
    if (vgpu_check_is_on(VGPU_CHECK_OF_KERNELS) && mem->data)
        tell_created(mem, mem->data,
                     mem->flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR));
}

void vgpu_checked_copy_made(cl_mem mem, const char *data)
{
    if (vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        tell_created(mem, data, false);
}

/* Calls `tell` for each place where the buffer's bytes are for some device. */
static void for_each_copy(cl_mem mem,
                          void (*tell)(cl_mem mem, const char *data, const void *more),
                          const void *more)
{
    if (mem->data)
        tell(mem, mem->data, more);
    if (!mem->storage)
        return;
    for (unsigned i = 0; i + 1 < mem->context->num_memories; i++)
        if (mem->storage->at[i])
            tell(mem, mem->storage->at[i], more);
}

static void tell_named(cl_mem mem, const char *data, const void *name)
{
    vgpu_check_memory_named((uintptr_t)data, mem->size, name);
}

void vgpu_checked_mem_named(cl_mem mem)
{
    if (vgpu_check_is_on(VGPU_CHECK_OF_KERNELS) && !mem->parent)
        for_each_copy(mem, tell_named, vgpu_name_of(mem).text);
}

/* What is found goes to the context's callback, too. */
static void found(void *context, const char *text)
{
    vgpu_context_tell(context, text);
}

static struct vgpu_check_listener listener_of(cl_context context)
{
    return (struct vgpu_check_listener){context->notify ? found : NULL, context};
}

static void find_mapped(cl_mem mem)
{
    const struct vgpu_check_listener listener = listener_of(mem->context);
    char text[VGPU_NAME_BYTES + 80];

    snprintf(text, sizeof text, "%s was released for the last time while it was mapped",
             vgpu_name_of(mem).text);
    vgpu_check_host_mistake(VGPU_FINDING_RELEASED_MAPPED, mem->handle.number, text,
                            &listener);
}

static void tell_released(cl_mem mem, const char *data, const void *unused)
{
    (void)unused;
    vgpu_check_memory_released((uintptr_t)data, mem->size);
}

void vgpu_checked_mem_destroyed(cl_mem mem)
{
    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return;
    if (mem->mappings)
        find_mapped(mem);
    if (!mem->parent)
        for_each_copy(mem, tell_released, NULL);
}

/* --- The order of commands. --- */

void vgpu_checked_order_new(cl_event event)
{
    event->order = NULL;
    if (!event->queue)
        return;
    event->order = malloc(sizeof *event->order);
    if (event->order)
        vgpu_check_order_new(event->order,
                             event->type ==
                                     &vgpu_command_types[VGPU_COMMAND_NDRANGE_KERNEL] ||
                                 event->type == &vgpu_command_types[VGPU_COMMAND_TASK]);
}

void vgpu_checked_depend_on(cl_event waiter, cl_event before)
{
    if (waiter->order && before->order)
        vgpu_check_order_after(waiter->order, before->order);
}

void vgpu_checked_join(struct vgpu_join *join, cl_event command)
{
    if (!vgpu_check_is_on(VGPU_CHECK_race) || !command->order)
        return;
    if (!join->order)
        join->order = calloc(1, sizeof *join->order);
    if (join->order)
        vgpu_check_order_after(join->order, command->order);
}

void vgpu_checked_join_close(const struct vgpu_join *join, cl_event marker)
{
    if (vgpu_check_is_on(VGPU_CHECK_race) && join->order && marker->order)
        vgpu_check_order_after(marker->order, join->order);
}

/* --- Commands. --- */

static struct vgpu_check_argument argument_of(cl_mem mem, unsigned memory, uint32_t index)
{
    return (struct vgpu_check_argument){
        .address = (uintptr_t)vgpu_mem_on(mem, memory),
        .size = mem->size,
        .index = index,
        .may_read = !(mem->flags & CL_MEM_WRITE_ONLY),
        .may_write = !(mem->flags & CL_MEM_READ_ONLY),
    };
}

void vgpu_checked_ndrange(cl_event command)
{
    struct vgpu_ndrange *ndrange = &command->payload.ndrange;
    struct vgpu_check_command *check;

    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return;
    if (!ndrange->launch.watched->traced && !vgpu_ndrange_is_empty(&ndrange->launch))
        vgpu_findings_unseen(ndrange->launch.name);
    check = malloc(sizeof *check + ndrange->num_mems * sizeof check->arguments[0]);
    if (!check)
        return;
    check->order = vgpu_check_is_on(VGPU_CHECK_race) ? command->order : NULL;
    check->listener = listener_of(command->context);
    check->num_arguments = ndrange->num_mems;
    for (uint32_t i = 0; i < ndrange->num_mems; i++)
        check->arguments[i] = argument_of(ndrange->mems[i], command->queue->memory, i);
    ndrange->launch.watched->check = check;
}

void vgpu_checked_transfer(cl_event command)
{
    const struct vgpu_transfer *t = &command->payload.transfer;
    const bool is_copy = t->to_mem && t->from_mem;

    if (!vgpu_check_is_on(VGPU_CHECK_uninit))
        return;
    for (size_t z = 0; z < t->region[2]; z++)
        for (size_t y = 0; y < t->region[1]; y++) {
            const uintptr_t to = (uintptr_t)t->to + z * t->to_slice + y * t->to_row;
            const uintptr_t from =
                (uintptr_t)t->from + z * t->from_slice + y * t->from_row;

            if (is_copy)
                vgpu_check_copied(to, from, t->region[0]);
            else /* what a read writes is the host's, and known to no check */
                vgpu_check_written(to, t->region[0]);
        }
}

void vgpu_checked_fill(cl_event command)
{
    const struct vgpu_fill *fill = &command->payload.fill;

    vgpu_check_written((uintptr_t)fill->to, fill->size);
}

static void tell_mapped(cl_mem mem, const char *data, const void *more)
{
    const struct vgpu_held *const held = more;

    (void)mem;
    vgpu_check_mapped((uintptr_t)data + held->own_mem->origin + held->mapped_offset, 0,
                      held->mapped_size, held->is_written);
}

void vgpu_checked_map(cl_event command)
{
    const struct vgpu_held *const held = &command->payload.held;

    if (vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        for_each_copy(vgpu_mem_root(held->own_mem), tell_mapped, held);
}

static void tell_unmapped(cl_mem mem, const char *data, const void *more)
{
    const struct vgpu_held *const held = more;

    (void)mem;
    vgpu_check_unmapped((uintptr_t)data + held->own_mem->origin + held->mapped_offset, 0);
}

void vgpu_checked_unmap(cl_event command)
{
    const struct vgpu_held *const held = &command->payload.held;

    if (vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        for_each_copy(vgpu_mem_root(held->own_mem), tell_unmapped, held);
}
