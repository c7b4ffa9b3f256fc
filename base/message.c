/* SPDX-License-Identifier: MIT */
/* Messages to the person who runs the program. */
#include "message.h"

#include "critical.h"
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void vgpu_message(const char *format, ...)
{
    const int saved_errno = errno;
    char text[2048];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    vgpu_critical_enter();
    fprintf(stderr, "vgpu: %s\n", text);
    vgpu_log_copy(text);
    vgpu_critical_leave();
    errno = saved_errno;
}
