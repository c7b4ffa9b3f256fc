/* SPDX-License-Identifier: MIT */
/* Requests of compiler/request.h, and the answers to them. */
#ifndef VGPU_CC_ANSWER_H
#define VGPU_CC_ANSWER_H

#include "compiler/request.h"
#include "compiler/wire.h"

/* What every request begins with. */
struct vgpu_cc_request {
    unsigned operation; /* enum vgpu_operation */
    unsigned seconds;
    char *folder; /* the library's current one, or "" */
    struct vgpu_reader rest;
};

/* vgpu_cc_request_read - false: it is none of this version, or cut short. The bytes stay
 * where they are; the caller frees `folder`. */
bool vgpu_cc_request_read(const void *bytes, size_t size,
                          struct vgpu_cc_request *request_out);

/* vgpu_cc_answer - does what the request asks for, in its folder, which becomes the
 * current one. The answer's bytes, for the caller to free; false: no memory. */
bool vgpu_cc_answer(struct vgpu_cc_request *request, void **bytes_out, size_t *size_out);

/* vgpu_cc_answer_failure - an answer of status VGPU_STATUS_FAILED with that log. */
bool vgpu_cc_answer_failure(const char *log, void **bytes_out, size_t *size_out);

#endif
