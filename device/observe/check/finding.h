/* SPDX-License-Identifier: MIT */
/* Findings: each is kept once, told on stderr at once, and handed to reports. */
#ifndef VGPU_CHECK_FINDING_H
#define VGPU_CHECK_FINDING_H

#include "traced_abi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vgpu_finding_kind {
#define FINDING(name, check, word, advice) VGPU_FINDING_##name,
#include "finding.def"
#undef FINDING
    VGPU_FINDING_COUNT
};

/* A place in a kernel's source and, unless `has_item` is false, the work-item that was
 * there. */
struct vgpu_finding_side {
    const char *kernel;
    const char *file;      /* as the compiler names it; NULL: not known */
    const char *code;      /* the line's text, without its indentation; NULL: not known */
    uint32_t line, column; /* from 1; 0: not known */
    const char *action;    /* "reads", "writes", "waits at a barrier", ... */
    const char *object;    /* name of the argument or variable, or NULL */
    bool has_item;
    size_t global_id[3], local_id[3], group_id[3];
};

struct vgpu_finding {
    enum vgpu_finding_kind kind;
    char *text; /* what is wrong, a sentence */
    uint32_t num_sides;
    struct vgpu_finding_side sides[2];
    uint64_t address; /* 0: none */
    char *memory;     /* `buffer 3 "weights"`, its size and making; or NULL */
    uint64_t count;   /* how often, as far as it was counted */
};

/* What a finding is recognised by when it comes again. */
struct vgpu_finding_key {
    enum vgpu_finding_kind kind;
    uint64_t places[2]; /* see vgpu_check_kernel_place_key; 0: none */
};

const char *vgpu_finding_word(enum vgpu_finding_kind kind);
const char *vgpu_finding_check(enum vgpu_finding_kind kind); /* "memory", ... */
const char *vgpu_finding_advice(enum vgpu_finding_kind kind);

/* vgpu_finding_in_words - lines, without "vgpu: " and the closing newline, for the caller
 * to free. NULL: no memory. */
char *vgpu_finding_in_words(const struct vgpu_finding *finding, bool has_colour);

/* vgpu_finding_is_wanted - its check is on. */
bool vgpu_finding_is_wanted(enum vgpu_finding_kind kind);

/* vgpu_finding_is_new - counts it; true: it is to be added, by this caller. False for the
 * same key ever after, and once VGPU_FINDING_LIMIT have been added. Any thread. */
#define VGPU_FINDING_LIMIT 1000u
bool vgpu_finding_is_new(const struct vgpu_finding_key *key);

/* vgpu_finding_add - takes the finding (its text and memory from malloc; the strings of
 * the sides live for good), prints it, and tells the listener, which may be NULL. */
struct vgpu_check_listener;
void vgpu_finding_add(const struct vgpu_finding_key *key,
                      const struct vgpu_finding *finding,
                      const struct vgpu_check_listener *listener);

/* vgpu_findings_visit - each finding in the order they were found in. Called with a lock
 * held that finding something takes. */
void vgpu_findings_visit(void (*visit)(const struct vgpu_finding *finding, void *data),
                         void *data);
uint64_t vgpu_findings_count(void); /* different ones */

/* vgpu_findings_forget - as if nothing had been found yet. For tests. */
void vgpu_findings_forget(void);

/* vgpu_findings_unseen - a launch of that kernel runs unchecked; its name goes into the
 * summary. Any thread. */
void vgpu_findings_unseen(const char *kernel);

/* vgpu_findings_summary - prints how many of what there were, and which kernels were not
 * checked; nothing where checks are off. */
void vgpu_findings_summary(void);

/* vgpu_findings_print_to - where findings go: stderr, unless a test wants them elsewhere.
 * Lines without "vgpu: " and the closing newline. */
void vgpu_findings_print_to(void (*print)(const char *text));

#endif
