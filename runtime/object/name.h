/* SPDX-License-Identifier: MIT */
/* What objects are called wherever a person reads of them: log, trace, findings, reports.
 */
#ifndef VGPU_OBJECT_NAME_H
#define VGPU_OBJECT_NAME_H

#include "object/handle.h"

#include <CL/cl_vgpu.h>

/* Room for any object's name. */
#define VGPU_NAME_BYTES (CL_MEM_OBJECT_LABEL_SIZE_VGPU + 64)

struct vgpu_name {
    char text[VGPU_NAME_BYTES];
};

/* vgpu_name_of - the name of an object that the caller holds, or of NULL ("nothing"):
 * buffer 3 "weights", sub-buffer 4, queue 1, kernel saxpy, command 17 of queue 1. Numbers
 * run from 1 for each kind, in the order of creation (buffers and sub-buffers together);
 * devices have their index. Valid UTF-8 of one line. For expressions such as
 * printf("%s", vgpu_name_of(mem).text). Any thread; takes a buffer's lock. */
struct vgpu_name vgpu_name_of(const void *object);

/* vgpu_mem_flags_text - how a buffer was made: `CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR`.
 */
void vgpu_mem_flags_text(cl_mem_flags flags, char *text, size_t room);

/* vgpu_mem_set_label - copies the label, cleaned as vgpu_text_clean does and cut to
 * CL_MEM_OBJECT_LABEL_SIZE_VGPU with its closing 0; NULL or "" removes it.
 * CL_OUT_OF_HOST_MEMORY. Any thread. */
cl_int vgpu_mem_set_label(cl_mem mem, const char *label);

#endif
