/* SPDX-License-Identifier: MIT */
/* The process' buffers, as another process is told of them. All functions: any thread,
 * while the application goes on. */
#ifndef VGPU_INSPECT_BUFFERS_H
#define VGPU_INSPECT_BUFFERS_H

#include "inspect_wire.h"

#include "object/handle.h"

/* vgpu_inspect_hold - the buffer or sub-buffer in slot `index` (0, 1, ...), held for the
 * caller, who lets go with vgpu_release; NULL: none is there now. *is_end_out: no slots
 * follow. */
cl_mem vgpu_inspect_hold(uint64_t index, bool *is_end_out);

/* vgpu_inspect_list - up to `most` buffers, from place *at on; *at is then the place of
 * the next, or 0. Returns how many. */
uint32_t vgpu_inspect_list(uint64_t *at, struct vgpu_inspect_buffer *rows, uint32_t most);

/* vgpu_inspect_find - the buffer of that number, held for the caller, who lets go with
 * vgpu_release; NULL: there is none. */
cl_mem vgpu_inspect_find(uint64_t number);

#endif
