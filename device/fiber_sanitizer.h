/* SPDX-License-Identifier: MIT */
/* What AddressSanitizer and ThreadSanitizer must be told about fibers; nothing in other
 * builds. */
#ifndef VGPU_FIBER_SANITIZER_H
#define VGPU_FIBER_SANITIZER_H

#include "critical.h"
#include "sanitizer.h"

#include <stddef.h>

/* vgpu_sanitizer_prepare: a fiber on that stack. _adopt: the calling thread's own. _leave
 * and _arrive: before and behind a switch. _come_home: the fiber was left without a
 * switch, and the thread stands on its own stack. _fini: nothing switches to it again. */

#if VGPU_ASAN

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

struct vgpu_sanitizer_fiber {
    const void *bottom; /* of the stack */
    size_t size;
    void *fake_stack; /* ASan's own, while the fiber is stopped */
};

static inline void vgpu_sanitizer_prepare(struct vgpu_sanitizer_fiber *fiber,
                                          const void *bottom, size_t size)
{
    fiber->bottom = bottom;
    fiber->size = size;
    fiber->fake_stack = NULL;
    __asan_unpoison_memory_region(bottom, size);
}

void vgpu_sanitizer_adopt(struct vgpu_sanitizer_fiber *fiber);

static inline void vgpu_sanitizer_leave(struct vgpu_sanitizer_fiber *from,
                                        const struct vgpu_sanitizer_fiber *to)
{
    vgpu_critical_enter(); /* what begins a switch must end it */
    __sanitizer_start_switch_fiber(&from->fake_stack, to->bottom, to->size);
}

static inline void vgpu_sanitizer_arrive(struct vgpu_sanitizer_fiber *here)
{
    __sanitizer_finish_switch_fiber(here->fake_stack, NULL, NULL);
    vgpu_critical_leave();
}

static inline void vgpu_sanitizer_come_home(struct vgpu_sanitizer_fiber *home)
{
    __sanitizer_start_switch_fiber(NULL, home->bottom, home->size);
    __sanitizer_finish_switch_fiber(home->fake_stack, NULL, NULL);
}

static inline void vgpu_sanitizer_fini(struct vgpu_sanitizer_fiber *fiber)
{
    __asan_unpoison_memory_region(fiber->bottom, fiber->size);
}

#elif VGPU_TSAN

#include <sanitizer/tsan_interface.h>

struct vgpu_sanitizer_fiber {
    void *tsan;
};

static inline void vgpu_sanitizer_fini(struct vgpu_sanitizer_fiber *fiber)
{
    if (fiber->tsan)
        __tsan_destroy_fiber(fiber->tsan);
    fiber->tsan = NULL;
}

static inline void vgpu_sanitizer_prepare(struct vgpu_sanitizer_fiber *fiber,
                                          const void *bottom, size_t size)
{
    (void)bottom;
    (void)size;
    vgpu_sanitizer_fini(fiber);
    fiber->tsan = __tsan_create_fiber(0);
}

static inline void vgpu_sanitizer_adopt(struct vgpu_sanitizer_fiber *fiber)
{
    fiber->tsan = __tsan_get_current_fiber();
}

static inline void vgpu_sanitizer_leave(struct vgpu_sanitizer_fiber *from,
                                        const struct vgpu_sanitizer_fiber *to)
{
    (void)from;
    __tsan_switch_to_fiber(to->tsan, 0);
}

static inline void vgpu_sanitizer_arrive(struct vgpu_sanitizer_fiber *here)
{
    (void)here;
}

static inline void vgpu_sanitizer_come_home(struct vgpu_sanitizer_fiber *home)
{
    if (__tsan_get_current_fiber() != home->tsan)
        __tsan_switch_to_fiber(home->tsan, 0);
}

#else

/* Not an empty struct, which ISO C does not have. */
struct vgpu_sanitizer_fiber {
    char unused;
};

static inline void vgpu_sanitizer_prepare(struct vgpu_sanitizer_fiber *fiber,
                                          const void *bottom, size_t size)
{
    (void)fiber;
    (void)bottom;
    (void)size;
}

static inline void vgpu_sanitizer_adopt(struct vgpu_sanitizer_fiber *fiber)
{
    (void)fiber;
}

static inline void vgpu_sanitizer_leave(struct vgpu_sanitizer_fiber *from,
                                        const struct vgpu_sanitizer_fiber *to)
{
    (void)from;
    (void)to;
}

static inline void vgpu_sanitizer_arrive(struct vgpu_sanitizer_fiber *here)
{
    (void)here;
}

static inline void vgpu_sanitizer_come_home(struct vgpu_sanitizer_fiber *home)
{
    (void)home;
}

static inline void vgpu_sanitizer_fini(struct vgpu_sanitizer_fiber *fiber)
{
    (void)fiber;
}

#endif
#endif
