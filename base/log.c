/* SPDX-License-Identifier: MIT */
/* The log of VGPU_LOG: what the runtime did and why. */
#define _GNU_SOURCE
#include "log.h"

#include "clock.h"
#include "environment.h"
#include "plain_text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LONGEST 2048

atomic_int vgpu_log_limit = VGPU_LOG_NOTHING;

/* Both set before the limit is. */
static int descriptor = STDERR_FILENO;
static uint64_t origin;

static const char *const level_names[VGPU_LOG_LEVELS] = {
#define LEVEL(name, text) [VGPU_LOG_##name] = #name,
#include "log_level.def"
#undef LEVEL
};

static enum vgpu_log_level level_of(const char *text, size_t length)
{
    for (int level = VGPU_LOG_NOTHING + 1; level < VGPU_LOG_LEVELS; level++)
        if (strlen(level_names[level]) == length &&
            strncmp(level_names[level], text, length) == 0)
            return (enum vgpu_log_level)level;
    return VGPU_LOG_NOTHING;
}

/* Lines are added to what is there, so that several processes may share a file. */
static void open_file(const char *name)
{
    const int file = open(
        name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);

    if (file >= 0)
        descriptor = file;
    else
        vgpu_message("VGPU_LOG: %s cannot be written: %s; the log goes to stderr: give a "
                     "file in a folder that this process may write to",
                     name, strerror(errno));
}

void vgpu_log_start(void)
{
    static const char file_key[] = ",file=";
    const char *const text = vgpu_environment(VGPU_ENV_LOG);
    const size_t length = text ? strcspn(text, ",") : 0;
    const enum vgpu_log_level level = text ? level_of(text, length) : VGPU_LOG_NOTHING;
    const char *const rest = text ? text + length : "";
    const bool has_file = strncmp(rest, file_key, sizeof file_key - 1) == 0;

    if (!text)
        return;
    if (level == VGPU_LOG_NOTHING || (*rest && !has_file)) {
        vgpu_message(
            "VGPU_LOG: '%.100s' is no level (error, warning, info or debug), alone "
            "or as in 'info,file=run.log'; nothing is logged",
            text);
        return;
    }
    if (has_file)
        open_file(rest + sizeof file_key - 1);
    origin = vgpu_now_ns();
    atomic_store(&vgpu_log_limit, (int)level);
}

/* One write, so that lines of several threads and processes do not mix. */
static void write_line(const char *level, const char *text)
{
    const uint64_t since = vgpu_now_ns() - origin;
    const int saved_errno = errno;
    char line[LONGEST + 64];
    const int prefix = snprintf(line, 64, "vgpu[%ld] %llu.%06llu %s: ", (long)getpid(),
                                (unsigned long long)(since / 1000000000u),
                                (unsigned long long)(since / 1000 % 1000000), level);
    const size_t length = vgpu_text_clean(line + prefix, LONGEST, text) + (size_t)prefix;

    line[length] = '\n';
    /* A log that cannot be written is no reason to fail, nor to say so a million times.
     */
    if (write(descriptor, line, length + 1) < 0)
        errno = saved_errno;
    errno = saved_errno;
}

void vgpu_log_line(enum vgpu_log_level level, const char *format, ...)
{
    char text[LONGEST];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    write_line(level_names[level], text);
}

void vgpu_log_copy(const char *text)
{
    if (vgpu_logs(VGPU_LOG_error) && descriptor != STDERR_FILENO)
        write_line("message", text);
}
