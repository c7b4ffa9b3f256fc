/* SPDX-License-Identifier: MIT */
/* OpenCL C's printf, on the host's side. [OpenCL C 3.0, 6.15.14] */
#ifndef VGPU_PRINT_H
#define VGPU_PRINT_H

/* vgpu_print - writes one call's text to stdout, in one piece and at once. Kinds and
 * values are as code_abi.h says. Whatever the format has that does not fit the values is
 * printed as it stands, or as another kind of value; nothing is read that is not there.
 * 0, or -1: the format is not one of OpenCL C's (what comes before the fault is written),
 * or stdout takes no more. Any thread. */
int vgpu_print(const char *format, const char *kinds, const void *values);

#endif
