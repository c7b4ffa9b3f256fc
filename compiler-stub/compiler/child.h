/* SPDX-License-Identifier: MIT */
/* The process of vgpu-cc: started when it is first needed, kept, replaced where it
 * fails. It ends when this process has ended, however that ends. */
#ifndef VGPU_CHILD_H
#define VGPU_CHILD_H

#include <stddef.h>
#include <stdint.h>

/* vgpu_child_ask - sends a request (a message of request.h without its size) and waits
 * for the answer, which the caller frees. Any thread; requests run side by side, as many
 * as there are processors. 0, -ENOEXEC, -EIO or -ENOMEM as compiler.h has them, with a
 * log. */
int vgpu_child_ask(const void *request, size_t size, void **answer_out,
                   size_t *answer_size_out, char **log_out);

/* vgpu_child_seconds - how long a request may take: VGPU_COMPILE_SECONDS. */
uint32_t vgpu_child_seconds(void);

#endif
