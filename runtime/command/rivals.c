/* SPDX-License-Identifier: MIT */
/* Commands that write the same bytes of a buffer at the same time in several memories. */
#include "command/rivals.h"

#include "log.h"
#include "object/event.h"
#include "object/name.h"
#include "object/queue.h"

/* Whether the writer is the same command still, and has not ended: then it is held. What
 * comes after it in any order finds that it has ended. */
static bool hold(const struct vgpu_writer *writer)
{
    const cl_event command = writer->command;

    if (!command || !vgpu_try_retain(command))
        return false;
    if (command->handle.generation == writer->generation && !vgpu_event_ended(command))
        return true;
    vgpu_release(command);
    return false;
}

cl_event vgpu_rivals_note(struct vgpu_storage *storage, cl_event command, unsigned memory,
                          size_t begin, size_t end)
{
    cl_event rival = NULL;

    for (unsigned i = 0; i < VGPU_STORAGE_WRITERS && !storage->has_rivals; i++) {
        const struct vgpu_writer *const writer = &storage->writers[i];

        if (writer->memory != memory && writer->begin < end && begin < writer->end &&
            hold(writer)) {
            rival = writer->command;
            storage->has_rivals = true;
        }
    }
    storage->writers[memory % VGPU_STORAGE_WRITERS] =
        (struct vgpu_writer){command, command->handle.generation, memory, begin, end};
    return rival;
}

void vgpu_rivals_tell(cl_mem root, cl_event command, cl_event rival)
{
    vgpu_log(VGPU_LOG_warning,
             "%s: %s, on %s, and %s, on %s, may both write it at the same time, each in "
             "the memory of its device: what one of them writes is lost. Let one wait "
             "for the other's event, give each a sub-buffer of its own, or say const "
             "where a kernel only reads",
             vgpu_name_of(root).text, vgpu_name_of(rival).text,
             vgpu_name_of(rival->queue->device).text, vgpu_name_of(command).text,
             vgpu_name_of(command->queue->device).text);
    vgpu_release(rival);
}
