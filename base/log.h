/* SPDX-License-Identifier: MIT */
/* The log of VGPU_LOG: what the runtime did and why, one line each, in plain words. */
#ifndef VGPU_BASE_LOG_H
#define VGPU_BASE_LOG_H

#include "message.h"

#include <stdatomic.h>
#include <stdbool.h>

/* Rows: LEVEL(name, what it tells), least first. */
enum vgpu_log_level {
    VGPU_LOG_NOTHING,
#define LEVEL(name, text) VGPU_LOG_##name,
#include "log_level.def"
#undef LEVEL
    VGPU_LOG_LEVELS
};

extern atomic_int vgpu_log_limit;

/* vgpu_logs - lines of that level are written. One predictable branch. */
static inline bool vgpu_logs(enum vgpu_log_level level)
{
    /* relaxed: set once, early */
    return __builtin_expect(
        atomic_load_explicit(&vgpu_log_limit, memory_order_relaxed) >= (int)level, 0);
}

/* vgpu_log_start - reads VGPU_LOG; what is wrong with it, or with its file, is said on
 * stderr. Once, early. */
void vgpu_log_start(void);

/* vgpu_log - writes a line if lines of that level are written: `vgpu[pid] seconds level:
 * text`. Arguments are evaluated only then. Any thread; lines do not mix. */
#define vgpu_log(level, ...)                   \
    do {                                       \
        if (vgpu_logs(level))                  \
            vgpu_log_line(level, __VA_ARGS__); \
    } while (0)
void vgpu_log_line(enum vgpu_log_level level, const char *format, ...) VGPU_PRINTF(2, 3);

/* vgpu_log_copy - a message that went to stderr: it goes into the log's file too, where
 * there is one. */
void vgpu_log_copy(const char *text);

#endif
