/* SPDX-License-Identifier: MIT */
/* Which buffer an address belongs to, or is nearest to. */
#include "inspect/nearest.h"

#include "inspect/buffers.h"
#include "object/context.h"
#include "object/name.h"
#include "object/storage.h"

#include <stdio.h>

#define SHARED UINT32_MAX /* in place of a memory: the bytes are where all devices are \
                           */

/* A buffer's bytes in one memory. */
struct place {
    cl_mem mem; /* held; NULL: none was found yet */
    uintptr_t first;
    uint32_t memory;
};

/* Bytes from there to the address; 0: it is in it. */
static size_t gap(const struct place *place, uintptr_t address)
{
    const uintptr_t end = place->first + place->mem->size;

    return address < place->first ? place->first - address
           : address < end        ? 0
                                  : address - end + 1;
}

static void describe(const struct place *place, struct vgpu_allocation *found)
{
    const cl_mem mem = place->mem;
    const struct vgpu_device *const device =
        place->memory == SHARED ? NULL : mem->context->memories[place->memory];
    char made[128];

    vgpu_mem_flags_text(mem->flags, made, sizeof made);
    found->first = place->first;
    found->size = mem->size;
    snprintf(found->name, sizeof found->name, "%s (%zu bytes, %s%s%s)",
             vgpu_name_of(mem).text, mem->size, made,
             place->memory == SHARED ? "" : ", its copy in the memory of ",
             place->memory == SHARED ? ""
             : device                ? device->spec.name
                                     : "the host");
}

static void consider(struct place *best, const struct place *place, uintptr_t address)
{
    if (place->first == 0 || (best->mem && gap(place, address) >= gap(best, address)))
        return;
    vgpu_retain(place->mem);
    if (best->mem)
        vgpu_release(best->mem);
    *best = *place;
}

/* Looks at each copy of the buffer, which the caller holds. */
static void look_at(cl_mem mem, struct place *best, uintptr_t address)
{
    struct place place = {mem, (uintptr_t)mem->data, SHARED};

    if (!mem->storage) {
        consider(best, &place, address);
        return;
    }
    for (uint32_t i = 0; i < mem->context->num_memories; i++) {
        pthread_mutex_lock(&mem->storage->lock);
        place.first = (uintptr_t)mem->storage->at[i];
        pthread_mutex_unlock(&mem->storage->lock);
        place.memory = i;
        consider(best, &place, address);
    }
}

bool vgpu_inspect_nearest(uintptr_t address, struct vgpu_allocation *found_out)
{
    struct place best = {0};
    bool is_end = false;

    for (uint64_t i = 0; !is_end; i++) {
        const cl_mem mem = vgpu_inspect_hold(i, &is_end);

        if (mem && !mem->parent)
            look_at(mem, &best, address);
        if (mem)
            vgpu_release(mem);
    }
    if (!best.mem)
        return false;
    describe(&best, found_out);
    vgpu_release(best.mem);
    return true;
}
