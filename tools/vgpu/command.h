/* SPDX-License-Identifier: MIT */
/* What the commands of `vgpu` share. */
#ifndef VGPU_TOOL_COMMAND_H
#define VGPU_TOOL_COMMAND_H

#include <CL/cl.h>
#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

/* Each command gets its own name as argv[0], and, where it is PLAIN, only such arguments
 * as it takes; it returns the program's exit status after a message where that is not 0.
 */
#define COMMAND(name, reading, arguments, help) int command_##name(int argc, char **argv);
#include "command.def"
#undef COMMAND

/* complain - a message on stderr. Returns 1. */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* read_command_line - for a command that reads its own options, with argp: `argp` says
 * which there are; its parser gets ARGP_KEY_ARG, too. Arguments are read in order, so
 * what follows the first may be another program's command line: its parser takes the rest
 * by setting state->next to state->argc. -h and --help are seen to; doc,
 * where `argp` leaves it NULL, comes from command.def. Does not return where the command
 * line cannot be read: the program ends with 64 after a message. */
void read_command_line(const struct argp *argp, int argc, char **argv, void *input);

/* An option whose word is kept as it is: in that member, a const char *, of the parser's
 * input. */
struct word_option {
    int key;
    size_t member;
};

/* keep_word - whether the key is of one of the options, which are closed by a key of 0;
 * its word then is kept. */
bool keep_word(const struct word_option *options, int key, const char *word, void *input);

/* find_platform - our platform among those of the OpenCL library, NULL after a message.
 */
cl_platform_id find_platform(void);

/* find_devices - its devices in a fresh array, NULL after a message. */
cl_device_id *find_devices(cl_platform_id platform, cl_uint *count_out);

/* platform_text, device_text - what a query answers, as a fresh string; "" where it
 * answers none. */
char *platform_text(cl_platform_id platform, cl_platform_info what);
char *device_text(cl_device_id device, cl_device_info what);

#endif
