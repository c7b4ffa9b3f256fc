/* SPDX-License-Identifier: MIT */
/* Running a program with the OpenCL library that this tool is linked with. */
#ifndef VGPU_TOOL_RUN_PROGRAM_H
#define VGPU_TOOL_RUN_PROGRAM_H

/* use_our_library - sets the environment so that programs find our library first: as
 * libOpenCL.so.1 (LD_LIBRARY_PATH), and behind an ICD loader (OCL_ICD_VENDORS and
 * others). Returns 0 or a negative errno. */
int use_our_library(void);

/* run_program - to its end; interrupts from the terminal are the program's, and those
 * that end us are handed on to it. Returns its exit status; 128 + the signal that killed
 * it; or, after a message, NOT_STARTED + 126 or 127, as shells have it, where it did not
 * start. */
#define NOT_STARTED 1000
int run_program(char *const argv[]);

#endif
