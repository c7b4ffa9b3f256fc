/* SPDX-License-Identifier: MIT */
/* Memory objects: buffers and sub-buffers. [OpenCL 3.0, 5.2 and 5.5] */
#ifndef VGPU_OBJECT_MEM_H
#define VGPU_OBJECT_MEM_H

#include "object/handle.h"

#include <pthread.h>

struct vgpu_mapping {
    struct vgpu_mapping *next;
    char *pointer; /* what the host was given */
    size_t offset, size;
    cl_map_flags flags;
};

/* The host may write there. */
static inline bool vgpu_mapping_is_written(const struct vgpu_mapping *mapping)
{
    return mapping->flags & (CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION);
}

struct _cl_mem {
    struct vgpu_handle handle;
    cl_context context;
    cl_mem_flags flags;    /* as reported: with what a sub-buffer inherits */
    size_t size;           /* bytes */
    atomic_bool is_whole;  /* set when its creation is over */
    atomic_bool has_pages; /* set when it was first used: see vgpu_mem_use */
    char *data; /* where its bytes are, for host and devices alike; NULL: see storage */
    /* in a context with a device that has its own memory; of a sub-buffer NULL */
    struct vgpu_storage *storage;
    void *host_ptr;        /* of CL_MEM_USE_HOST_PTR, at this object's origin; or NULL */
    cl_mem parent;         /* of a sub-buffer; or NULL */
    size_t origin;         /* of a sub-buffer in its parent */
    size_t num_properties; /* of clCreateBufferWithProperties, with the closing 0; 0: none
                              given */
    cl_mem_properties *properties;
    atomic_uint trace_label;       /* the label's name in the trace */
    pthread_mutex_t lock;          /* guards the next four */
    char *label;                   /* of clSetMemObjectLabelVGPU, or NULL */
    struct vgpu_mapping *mappings; /* clEnqueueMapBuffer, until unmapped */
    struct vgpu_destructor_callback
        *destructor_callbacks; /* newest first: the order they run in */
    struct vgpu_farewell
        *farewell; /* made with the first of them, so that the end cannot fail */
};

/* vgpu_mem_flags_check - CL_INVALID_VALUE for flags that are unknown or exclude each
 * other, CL_INVALID_HOST_PTR where host_ptr does not fit them. [Table 13] */
cl_int vgpu_mem_flags_check(cl_mem_flags flags, const void *host_ptr);

/* vgpu_buffer_create - CL_MEM_OBJECT_ALLOCATION_FAILURE or CL_OUT_OF_HOST_MEMORY.
 * Arguments were checked. */
cl_int vgpu_buffer_create(cl_context context, const cl_mem_properties *properties,
                          cl_mem_flags flags, size_t size, void *host_ptr,
                          cl_mem *mem_out);
cl_int vgpu_sub_buffer_create(cl_mem parent, cl_mem_flags flags, size_t origin,
                              size_t size, cl_mem *mem_out);

/* vgpu_mem_is_leaving - the memory of some buffer is given back when its destructor
 * callbacks have been called. Not on the callback thread, which nobody may wait for
 * there. */
bool vgpu_mem_is_leaving(void);

/* vgpu_mem_commit - of vgpu_mem_use, the first time. */
cl_int vgpu_mem_commit(cl_mem mem);

/* vgpu_mem_use - before a command that uses the buffer is enqueued: sees to it that the
 * machine has the memory. CL_MEM_OBJECT_ALLOCATION_FAILURE, which is explained, where it
 * has not: devices may have more than the machine. Any thread. */
static inline cl_int vgpu_mem_use(cl_mem mem)
{
    /* acquire: pairs with the release that followed the commit */
    return __builtin_expect(atomic_load_explicit(&mem->has_pages, memory_order_acquire),
                            1)
               ? CL_SUCCESS
               : vgpu_mem_commit(mem);
}

/* vgpu_sub_buffer_flags - the flags of a sub-buffer with what it inherits;
 * CL_INVALID_VALUE where they ask for more than the parent allows. [5.2.2] */
cl_int vgpu_sub_buffer_flags(cl_mem parent, cl_mem_flags flags, cl_mem_flags *flags_out);

/* vgpu_mem_map - notes a mapping and gives its address. CL_INVALID_OPERATION where it
 * shares bytes with another and both are written; CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_mem_map(cl_mem mem, cl_map_flags flags, size_t offset, size_t size,
                    void **pointer_out);

/* vgpu_mem_unmap - forgets the newest mapping at that address, and gives it to the
 * caller, who frees it; NULL where there is none. */
struct vgpu_mapping *vgpu_mem_unmap(cl_mem mem, const void *pointer);

/* vgpu_mem_keep_mapped - takes back what vgpu_mem_unmap gave. */
void vgpu_mem_keep_mapped(cl_mem mem, struct vgpu_mapping *mapping);
cl_uint vgpu_mem_map_count(cl_mem mem);

/* vgpu_mem_root - the buffer itself, or that which a sub-buffer is a part of. */
static inline cl_mem vgpu_mem_root(cl_mem mem)
{
    return mem->parent ? mem->parent : mem;
}

/* vgpu_mem_on - where its bytes are for a device whose memory is that one of the
 * context's (see context.h), once it has a copy there. */
char *vgpu_mem_on(cl_mem mem, unsigned memory);

/* vgpu_mem_add_destructor - called, on the callback thread, when the object is gone,
 * before its memory is. CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_mem_add_destructor(cl_mem mem, void(CL_CALLBACK *function)(cl_mem, void *),
                               void *user_data);
void vgpu_mem_destroy(void *mem);

#endif
