/* SPDX-License-Identifier: MIT */
/* How much the kernels of these tests do. */
#ifndef SIZES_H
#define SIZES_H

#include "sanitizer.h"

/* A unit has a fiber for each work-item of a group, and ThreadSanitizer keeps as much of
 * a fiber as of a thread: about a megabyte. */
#if VGPU_TSAN
#define GROUP 8u
#else
#define GROUP 64u
#endif
#define GROUPS 160u
#define ITEMS  (GROUP * GROUPS)
#define BINS   61

#endif
