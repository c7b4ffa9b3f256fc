/* SPDX-License-Identifier: MIT */
/* Handles: what every OpenCL object begins with, and how one is told from garbage.
 *
 * Objects of a kind live in slots of one reserved address range, so any pointer value can
 * be checked without following it: in the range, at the start of a slot, and held by the
 * application. A slot is never unmapped; a released handle is refused. [OpenCL 3.0, 5.1
 * "reference counts"] */
#ifndef VGPU_OBJECT_HANDLE_H
#define VGPU_OBJECT_HANDLE_H

#define CL_TARGET_OPENCL_VERSION 300
#define CL_USE_DEPRECATED_OPENCL_1_0_APIS
#define CL_USE_DEPRECATED_OPENCL_1_1_APIS
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#define CL_USE_DEPRECATED_OPENCL_2_0_APIS
#define CL_USE_DEPRECATED_OPENCL_2_1_APIS
#define CL_USE_DEPRECATED_OPENCL_2_2_APIS
#include <CL/cl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rows: KIND(name, struct, slot bytes (a power of two), slots, destroy) */
enum vgpu_kind {
#define KIND(name, type, slot_size, slots, destroy) VGPU_KIND_##name,
#include "kind.def"
#undef KIND
    VGPU_KIND_COUNT
};

struct vgpu_handle {
    const void *dispatch; /* the ICD loader's: must stand first */
    atomic_uint app_refs; /* clRetain*, clRelease*; 0: the handle is refused */
    atomic_uint
        refs; /* the runtime's; the application's hold, however many, counts as one */
    uint32_t generation; /* changes each time the slot is used again */
    uint32_t kind;       /* enum vgpu_kind */
    union {
        struct vgpu_handle *next_free; /* of a slot without an object */
        uint64_t number; /* of an object: 1, 2, ... among those of its kind; of a command,
                            among those of its queue, once it has its place there */
    };
};

struct vgpu_handle_range {
    atomic_uintptr_t base; /* set before `used` is first non-zero, then fixed */
    size_t slot_size;
    atomic_size_t used; /* bytes from base that hold slots; grows only */
};

extern struct vgpu_handle_range vgpu_handle_ranges[VGPU_KIND_COUNT];

/* vgpu_handle_is - `handle`, any pointer value, is an object of that kind that the
 * application holds. */
static inline bool vgpu_handle_is(enum vgpu_kind kind, const void *handle)
{
    const struct vgpu_handle_range *range = &vgpu_handle_ranges[kind];
    /* acquire: pairs with the release that published base and the slots below `used` */
    const size_t used = atomic_load_explicit(&range->used, memory_order_acquire);
    const uintptr_t offset =
        (uintptr_t)handle - atomic_load_explicit(&range->base, memory_order_relaxed);

    return offset < used && (offset & (range->slot_size - 1)) == 0 &&
           atomic_load_explicit(&((struct vgpu_handle *)(uintptr_t)handle)->app_refs,
                                memory_order_acquire) != 0;
}
#define VGPU_IS(kind, handle) vgpu_handle_is(VGPU_KIND_##kind, handle)

/* vgpu_handle_create - a zeroed object held once by the application. Of kind event only
 * the handle is set; it is held by nobody until its maker sets both counts. NULL: no
 * memory. Any thread. */
void *vgpu_handle_create(enum vgpu_kind kind);

/* vgpu_handle_count - objects of the kind that somebody holds: what a leak would leave.
 * Exact while no other thread makes or releases one. */
size_t vgpu_handle_count(enum vgpu_kind kind);

/* vgpu_handle_visit - calls `visit` for each object of the kind that the application
 * holds, which must not change meanwhile. */
void vgpu_handle_visit(enum vgpu_kind kind, void (*visit)(void *object, void *data),
                       void *data);

/* The application's count: the result of clRetain* and clRelease*. `invalid` is the error
 * for a handle that is not (any more) of the kind. */
cl_int vgpu_app_retain(enum vgpu_kind kind, void *handle, cl_int invalid);
cl_int vgpu_app_release(enum vgpu_kind kind, void *handle, cl_int invalid);

/* vgpu_app_release_last - the same; where it was the application's last hold, `last` is
 * called before the object may go. */
cl_int vgpu_app_release_last(enum vgpu_kind kind, void *handle, cl_int invalid,
                             void (*last)(void *object));
cl_uint vgpu_app_refs(const void *handle);

/* vgpu_app_lend - a hold for the time of a callback, also where the application has let
 * go. It is taken back with vgpu_app_release. The caller holds the object. */
void vgpu_app_lend(void *handle);

/* The runtime's count: whoever stores a pointer retains it. Release destroys at zero, and
 * must not be called with a lock held. Any thread. */
static inline void vgpu_retain(void *handle)
{
    /* relaxed: the caller already has a hold, so the object cannot go away meanwhile */
    atomic_fetch_add_explicit(&((struct vgpu_handle *)handle)->refs, 1,
                              memory_order_relaxed);
}
void vgpu_release(void *handle);

/* vgpu_try_retain - for who found the handle valid but has no hold, as another thread of
 * the application may let go of it meanwhile. False: the object is gone. */
static inline bool vgpu_try_retain(void *handle)
{
    atomic_uint *refs = &((struct vgpu_handle *)handle)->refs;
    unsigned count =
        atomic_load_explicit(refs, memory_order_relaxed); /* the exchange checks */

    while (count != 0)
        if (atomic_compare_exchange_weak_explicit(
                refs, &count, count + 1, memory_order_acquire, memory_order_relaxed))
            return true;
    return false;
}

#endif
