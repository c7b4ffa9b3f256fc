/* SPDX-License-Identifier: MIT */
/* The first thing found wrong while reading a text. */
#include "diagnosis.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vgpu_diagnose(struct vgpu_diagnosis *diagnosis, uint32_t line, const char *format,
                   ...)
{
    char text[1024];
    int length = 0;
    va_list values;

    if (diagnosis->status)
        return;
    if (line)
        length = snprintf(text, sizeof text,
                          "%.500s%sline %u: ", diagnosis->file ? diagnosis->file : "",
                          diagnosis->file ? ", " : "", line);
    va_start(values, format);
    vsnprintf(text + length, sizeof text - (size_t)length, format, values);
    va_end(values);
    for (char *at = text; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = '?';
    }
    diagnosis->text = strdup(text);
    diagnosis->status = diagnosis->text ? -EINVAL : -ENOMEM;
}

void vgpu_diagnose_no_memory(struct vgpu_diagnosis *diagnosis)
{
    if (!diagnosis->status)
        diagnosis->status = -ENOMEM;
}

int vgpu_diagnosis_finish(struct vgpu_diagnosis *diagnosis, char **error_out)
{
    const int status = diagnosis->status;
    if (status == -EINVAL && error_out)
        *error_out = diagnosis->text;
    else
        free(diagnosis->text);
    *diagnosis = (struct vgpu_diagnosis){0};
    return status;
}
