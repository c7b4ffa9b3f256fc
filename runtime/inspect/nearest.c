/* SPDX-License-Identifier: MIT */
/* Which buffer an address belongs to, or is nearest to. */
#include "inspect/nearest.h"

#include "inspect/buffers.h"
#include "object/mem.h"
#include "object/name.h"

#include <stdio.h>

/* Bytes from the buffer to the address; 0: it holds it. */
static size_t gap(cl_mem mem, uintptr_t address)
{
    const uintptr_t first = (uintptr_t)mem->data, end = first + mem->size;

    return address < first ? first - address : address < end ? 0 : address - end + 1;
}

static void describe(cl_mem mem, struct vgpu_allocation *found)
{
    char made[128];

    vgpu_mem_flags_text(mem->flags, made, sizeof made);
    found->first = (uintptr_t)mem->data;
    found->size = mem->size;
    snprintf(found->name, sizeof found->name, "%s (%zu bytes, %s)",
             vgpu_name_of(mem).text, mem->size, made);
}

/* The one of both that is nearer; lets go of the other. */
static cl_mem choose(cl_mem best, cl_mem mem, uintptr_t address)
{
    if (!best || gap(mem, address) < gap(best, address)) {
        if (best)
            vgpu_release(best);
        return mem;
    }
    vgpu_release(mem);
    return best;
}

bool vgpu_inspect_nearest(uintptr_t address, struct vgpu_allocation *found_out)
{
    cl_mem best = NULL;
    bool is_end = false;

    for (uint64_t i = 0; !is_end; i++) {
        const cl_mem mem = vgpu_inspect_hold(i, &is_end);

        if (mem && !mem->parent && mem->data)
            best = choose(best, mem, address);
        else if (mem)
            vgpu_release(mem);
    }
    if (!best)
        return false;
    describe(best, found_out);
    vgpu_release(best);
    return true;
}
