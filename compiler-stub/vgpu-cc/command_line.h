/* SPDX-License-Identifier: MIT */
/* The command line of vgpu-cc. */
#ifndef VGPU_CC_COMMAND_LINE_H
#define VGPU_CC_COMMAND_LINE_H

#include "arguments.h"
#include "code.h"
#include "front_end.h"

enum vgpu_cc_emit { VGPU_CC_EMIT_UNIT, VGPU_CC_EMIT_CODE };

struct vgpu_cc_command_line {
    int serve; /* the socket, or -1 */
    bool has_language;
    enum vgpu_cc_language language;
    struct vgpu_cc_arguments options;    /* of clang: whole words */
    struct vgpu_cc_arguments extensions; /* those of extension.def where none are given */
    struct vgpu_cc_arguments files;
    const char *output;
    enum vgpu_cc_emit emit;
    enum vgpu_cc_form form;
    const char *kernel; /* or NULL: the only one */
    size_t (*local_sizes)[3];
    size_t num_local_sizes;
    unsigned mode;
    unsigned sub_group_size; /* 0: none was given */
    bool registers;          /* all kernels, and what registers them */
    const char *cpu;         /* of such code */
    bool is_untraced;        /* without what observers need */
    bool is_verbose;
    const char *depfile; /* where to list the files that it was made of, or NULL */
};

/* vgpu_cc_command_line_read - ends the process after a message where it makes no sense,
 * and after --help and --version. */
void vgpu_cc_command_line_read(struct vgpu_cc_command_line *line, int argc, char *argv[]);
void vgpu_cc_command_line_fini(struct vgpu_cc_command_line *line);

#endif
