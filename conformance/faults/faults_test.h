/* SPDX-License-Identifier: MIT */
/* What the tests of faults share. */
#ifndef FAULTS_TEST_H
#define FAULTS_TEST_H

#include "sanitizer.h"

#include <stdio.h>

/* What a kernel of kernels.c does wrong, in the work-item whose global id it is given. */
enum fault_kind {
    FAULT_NONE, /* adds 1 to each element */
    FAULT_WILD, /* writes two elements behind `size` */
    FAULT_NULL, /* reads through a null pointer */
    FAULT_CALL, /* calls a function where there is no memory */
    FAULT_DIVISION,
    FAULT_ILLEGAL,
    FAULT_OVERFLOW,
    FAULT_ABORT,
    FAULT_BUS,   /* reads its element: the memory is a mapping of a file that is too short
                  */
    FAULT_LOOP,  /* goes on for good */
    FAULT_PRINT, /* prints a text that is nowhere; only in OpenCL C */
    FAULT_RAISED, /* calls raise: of SIGSEGV where `size` is even, else of SIGFPE */
    FAULT_KINDS
};

/* Of kernels.c, at which a kernel erred last; not of FAULT_OVERFLOW and FAULT_LOOP. */
extern volatile int fault_line;

/* That print_loop prints to. */
extern FILE *fault_stream;

/* Writes there, in code that no sanitizer looks after. */
void fault_touch(int *address);

#ifdef VGPU_TEST_H

/* ThreadSanitizer keeps signals back while code makes no system call. */
#if VGPU_TSAN
#define NEEDS_SIGNALS VGPU_SKIP("ThreadSanitizer has its own way with signals")
#else
#define NEEDS_SIGNALS ((void)0)
#endif

/* Page 0 can be accessed, page 1 not. */
struct fault_pages {
    char *first;
    size_t bytes; /* of a page */
};

struct fault_pages fault_pages_make(void);
void fault_pages_free(struct fault_pages *pages);

/* The first page as a buffer with the label "fence". */
cl_mem fault_fence(const struct vgpu_fixture *f, const struct fault_pages *pages);

/* Launches `kernel` (data, kind, size of data in elements, the item that errs) over
 * `global` items in groups of `local`, waits, and gives its event's status. */
cl_int fault_run(const struct vgpu_fixture *f, cl_kernel kernel, cl_mem data,
                 enum fault_kind kind, cl_int item, size_t global, size_t local);

/* The same, of which the message is returned (the shim's, until the next). */
const char *fault_message(const struct vgpu_fixture *f, cl_kernel kernel, cl_mem data,
                          enum fault_kind kind, cl_int item, size_t global, size_t local,
                          cl_int *status_out);

/* Kinds that every build can contain; the watchdog's is not among them. */
extern const enum fault_kind fault_plain_kinds[];
extern const size_t fault_num_plain_kinds;

/* A part of the message that each kind has. */
const char *fault_words(enum fault_kind kind);

#endif
#endif
