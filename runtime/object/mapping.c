/* SPDX-License-Identifier: MIT */
/* Mappings of memory objects: a note of what is mapped, and where.
 * [OpenCL 3.0, 5.5.2] */
#include "object/mem.h"

#include "object/storage.h"

#include <stdlib.h>

/* Two mappings that share bytes and are both written. [5.5.2 "CL_INVALID_OPERATION"] */
static bool collide(const struct vgpu_mapping *a, const struct vgpu_mapping *b)
{
    return vgpu_mapping_is_written(a) && vgpu_mapping_is_written(b) &&
           a->offset < b->offset + b->size && b->offset < a->offset + a->size;
}

/* Where the host sees the memory object's first byte; NULL: no memory. */
static char *map_base(cl_mem mem)
{
    const cl_mem root = vgpu_mem_root(mem);
    char *area;

    if (mem->data)
        return mem->data;
    pthread_mutex_lock(&root->storage->lock);
    area = vgpu_storage_map_area(root);
    pthread_mutex_unlock(&root->storage->lock);
    if (!area)
        vgpu_storage_explain_host(root);
    return area ? area + mem->origin : NULL;
}

cl_int vgpu_mem_map(cl_mem mem, cl_map_flags flags, size_t offset, size_t size,
                    void **pointer_out)
{
    char *const base = map_base(mem);
    struct vgpu_mapping *mapping = base ? malloc(sizeof *mapping) : NULL;
    bool is_free = true;

    if (!mapping)
        return CL_OUT_OF_HOST_MEMORY;
    mapping->pointer = base + offset;
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
    *pointer_out = base + offset;
    return CL_SUCCESS;
}

struct vgpu_mapping *vgpu_mem_unmap(cl_mem mem, const void *pointer)
{
    struct vgpu_mapping **at, *found;

    pthread_mutex_lock(&mem->lock);
    at = &mem->mappings;
    while (*at && (*at)->pointer != (const char *)pointer)
        at = &(*at)->next;
    found = *at;
    if (found)
        *at = found->next;
    pthread_mutex_unlock(&mem->lock);
    return found;
}

void vgpu_mem_keep_mapped(cl_mem mem, struct vgpu_mapping *mapping)
{
    pthread_mutex_lock(&mem->lock);
    mapping->next = mem->mappings;
    mem->mappings = mapping;
    pthread_mutex_unlock(&mem->lock);
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
