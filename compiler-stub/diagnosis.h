/* SPDX-License-Identifier: MIT */
/* The first thing found wrong while reading a text: a status and a message. */
#ifndef VGPU_DIAGNOSIS_H
#define VGPU_DIAGNOSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "message.h"

/* Sticky: the first fault stays. Readers go on as if the text had ended there, so that
 * only the outermost function has to look at the status. Starts as {0}. */
struct vgpu_diagnosis {
    int status;       /* 0, -EINVAL or -ENOMEM */
    char *text;       /* of -EINVAL */
    const char *file; /* that is being read; NULL: the text itself */
};

/* vgpu_diagnose - -EINVAL and "line 3: text", or "file, line 3: text"; line 0 leaves the
 * place out. Control characters that the text quotes become '?'. */
void vgpu_diagnose(struct vgpu_diagnosis *diagnosis, uint32_t line, const char *format,
                   ...) VGPU_PRINTF(3, 4);

void vgpu_diagnose_no_memory(struct vgpu_diagnosis *diagnosis);

/* vgpu_diagnosis_finish - the status; the message goes to *error_out, or is freed where
 * nobody wants it. */
int vgpu_diagnosis_finish(struct vgpu_diagnosis *diagnosis, char **error_out);

#endif
