/* SPDX-License-Identifier: MIT */
/* What the checks are told of memory objects and commands. */
#include "command/checked.h"

#include "object/context.h"
#include "object/event.h"
#include "object/leak.h"
#include "object/mem.h"
#include "object/name.h"
#include "object/queue.h"
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

void vgpu_checked_mem_created(cl_mem mem)
{
    struct vgpu_name name;
    char made[128];

    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return;
    name = vgpu_name_of(mem);
    vgpu_mem_flags_text(mem->flags, made, sizeof made);
    vgpu_check_memory_created(&(struct vgpu_check_memory){
        .address = (uintptr_t)mem->data,
        .size = mem->size,
        .name = name.text,
        .made = made,
        .is_written = mem->flags & (CL_MEM_USE_HOST_PTR | CL_MEM_COPY_HOST_PTR),
    });
}

void vgpu_checked_mem_named(cl_mem mem)
{
    if (vgpu_check_is_on(VGPU_CHECK_OF_KERNELS) && !mem->parent)
        vgpu_check_memory_named((uintptr_t)mem->data, mem->size, vgpu_name_of(mem).text);
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

void vgpu_checked_mem_destroyed(cl_mem mem)
{
    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS) || !mem->data)
        return;
    if (mem->mappings)
        find_mapped(mem);
    if (!mem->parent)
        vgpu_check_memory_released((uintptr_t)mem->data, mem->size);
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

static struct vgpu_check_argument argument_of(const struct _cl_mem *mem, uint32_t index)
{
    return (struct vgpu_check_argument){
        .address = (uintptr_t)mem->data,
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
        check->arguments[i] = argument_of(ndrange->mems[i], i);
    ndrange->launch.watched->check = check;
}

void vgpu_checked_transfer(cl_event command)
{
    const struct vgpu_transfer *t = &command->payload.transfer;
    const bool is_copy = t->mems[1] != NULL;

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

void vgpu_checked_map(cl_event command)
{
    const struct vgpu_held *held = &command->payload.held;

    vgpu_check_mapped((uintptr_t)held->mapped, 0, held->mapped_size, held->is_written);
}

void vgpu_checked_unmap(cl_event command)
{
    vgpu_check_unmapped((uintptr_t)command->payload.held.mapped, 0);
}
