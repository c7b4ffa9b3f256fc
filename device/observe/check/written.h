/* SPDX-License-Identifier: MIT */
/* Notes of which bytes were written: 1 for each that was, else 0. Kernels that race set
 * and read the same note at a time, which is seen as before or after; ThreadSanitizer is
 * told so. */
#ifndef VGPU_CHECK_WRITTEN_H
#define VGPU_CHECK_WRITTEN_H

#include "fiber_sanitizer.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if VGPU_TSAN

static inline void written_set(uint8_t *notes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        __atomic_store_n(&notes[i], 1, __ATOMIC_RELAXED);
}

static inline bool written_has(const uint8_t *notes, uint8_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (__atomic_load_n(&notes[i], __ATOMIC_RELAXED) == value)
            return true;
    return false;
}

#else

static inline void written_set(uint8_t *notes, size_t size)
{
    memset(notes, 1, size);
}

/* written_has - some note has the value. */
static inline bool written_has(const uint8_t *notes, uint8_t value, size_t size)
{
    uint32_t word;

    if (size != sizeof word)
        return memchr(notes, value, size) != NULL;
    memcpy(&word, notes, sizeof word);
    return value ? word != 0 : word != 0x01010101u;
}

#endif
#endif
