/* SPDX-License-Identifier: MIT */
/* Mappings of memory objects: with zero copy, a note of what is mapped.
 * [OpenCL 3.0, 5.5.2] */
#include "object/mem.h"

#include <stdlib.h>

#define WRITES (CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION)

/* Two mappings that share bytes and are both written. [5.5.2 "CL_INVALID_OPERATION"] */
static bool collide(const struct vgpu_mapping *a, const struct vgpu_mapping *b)
{
    return (a->flags & WRITES) && (b->flags & WRITES) &&
           a->offset < b->offset + b->size && b->offset < a->offset + a->size;
}

cl_int vgpu_mem_map(cl_mem mem, cl_map_flags flags, size_t offset, size_t size,
                    void **pointer_out)
{
    struct vgpu_mapping *mapping = malloc(sizeof *mapping);
    bool is_free = true;

    if (!mapping)
        return CL_OUT_OF_HOST_MEMORY;
    mapping->offset = offset;
    mapping->size = size;
    mapping->flags = flags;
    pthread_mutex_lock(&mem->lock);
    for (const struct vgpu_mapping *other = mem->mappings; other; other = other->next)
        is_free = is_free && !collide(mapping, other);
    if (is_free) {
        mapping->next = mem->mappings;
        mem->mappings = mapping;
    }
    pthread_mutex_unlock(&mem->lock);
    if (!is_free) {
        free(mapping);
        return CL_INVALID_OPERATION;
    }
    *pointer_out = mem->data + offset;
    return CL_SUCCESS;
}

cl_int vgpu_mem_unmap(cl_mem mem, const void *pointer, size_t *written_out)
{
    struct vgpu_mapping **at, *found;

    pthread_mutex_lock(&mem->lock);
    at = &mem->mappings;
    while (*at && mem->data + (*at)->offset != (const char *)pointer)
        at = &(*at)->next;
    found = *at;
    if (found)
        *at = found->next;
    pthread_mutex_unlock(&mem->lock);
    if (!found)
        return CL_INVALID_VALUE;
    *written_out = found->flags & WRITES ? found->size : 0;
    free(found);
    return CL_SUCCESS;
}

cl_uint vgpu_mem_map_count(cl_mem mem)
{
    cl_uint count = 0;

    pthread_mutex_lock(&mem->lock);
    for (const struct vgpu_mapping *mapping = mem->mappings; mapping;
         mapping = mapping->next)
        count++;
    pthread_mutex_unlock(&mem->lock);
    return count;
}
