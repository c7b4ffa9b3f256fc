/* SPDX-License-Identifier: MIT */
/* A question to vgpu-cc, answered by the cache where that can. */
#ifndef VGPU_QUESTION_H
#define VGPU_QUESTION_H

#include "cache.h"
#include "request.h"
#include "wire.h"

struct vgpu_question {
    enum vgpu_operation operation;
    enum vgpu_cache_kind kind;
    struct vgpu_writer body; /* the request's fields behind the current folder */
    bool depends_on_folder;  /* the current one */
};

/* What vgpu-cc made, now or before. */
struct vgpu_made {
    void *bytes; /* what `result` lies in */
    const void *result;
    size_t size;
    char *log;  /* or NULL */
    char *path; /* where the cache has it, if it does; the result comes first there */
    struct vgpu_hash key;
    bool is_cached; /* it was there before */
};

/* vgpu_question_ask - with `anew`, what the cache has is replaced. Errors and log as
 * compiler.h has them. */
int vgpu_question_ask(const struct vgpu_question *question,
                      const struct vgpu_cache *cache, bool anew,
                      struct vgpu_made *made_out, char **log_out);

void vgpu_made_fini(struct vgpu_made *made);
void vgpu_question_fini(struct vgpu_question *question);

/* vgpu_question_send - asks vgpu-cc itself. */
int vgpu_question_send(const struct vgpu_question *question, void **answer_out,
                       struct vgpu_reader *fields_out, char **log_out);

#endif
