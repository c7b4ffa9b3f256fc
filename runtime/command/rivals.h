/* SPDX-License-Identifier: MIT */
/* Commands that write the same bytes of a buffer at the same time, each in the memory of
 * its own device: what one of them writes is lost. Said where warnings are logged. */
#ifndef VGPU_COMMAND_RIVALS_H
#define VGPU_COMMAND_RIVALS_H

#include "object/storage.h"

/* vgpu_rivals_note - the command, which begins, may write [begin, end) of the buffer in
 * a memory. A command that is under way and may write some of it in another one, held
 * for the caller to tell; NULL: none is, or one was told for this buffer before. The
 * buffer's storage is locked. */
cl_event vgpu_rivals_note(struct vgpu_storage *storage, cl_event command, unsigned memory,
                          size_t begin, size_t end);

/* vgpu_rivals_tell - says so, and lets go of `rival`. No lock held. */
void vgpu_rivals_tell(cl_mem root, cl_event command, cl_event rival);

#endif
