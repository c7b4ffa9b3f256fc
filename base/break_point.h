/* SPDX-License-Identifier: MIT */
/* VGPU_BREAK: the work-items in which a debugger shall stop. */
#ifndef VGPU_BASE_BREAK_POINT_H
#define VGPU_BASE_BREAK_POINT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define VGPU_MAX_BREAK_POINTS      32u
#define VGPU_MAX_BREAK_KERNEL_NAME 256u /* bytes, with the terminator */

/* One row of the list. All but the last two never change once it is read. */
struct vgpu_break_point {
    char kernel[VGPU_MAX_BREAK_KERNEL_NAME];
    unsigned work_dim;   /* dimensions of `global_id` that were given: 1 to 3 */
    size_t global_id[3]; /* the others are 0 */
    unsigned line;       /* of the kernel's source; 0: where the work-item begins */
    char text[VGPU_MAX_BREAK_KERNEL_NAME + 80]; /* as it was written */
    atomic_bool is_launched;                    /* a launch of the kernel was seen */
    atomic_bool is_told;                        /* a message about it was written */
};

/* vgpu_break_point_read - one KERNEL:ID[,ID[,ID]][:LINE] that ends at the end of `text`
 * or at a ';'; *end_out is behind it. NULL, or what is wrong, as the end of a sentence.
 * The parts of *point_out that change are left alone. */
const char *vgpu_break_point_read(const char *text, struct vgpu_break_point *point_out,
                                  const char **end_out);

/* vgpu_break_points - those of VGPU_BREAK, which is read once; what cannot be read is
 * left out after a message. *count_out 0: there are none. Any thread. */
struct vgpu_break_point *vgpu_break_points(size_t *count_out);

/* vgpu_break_is_on - whether there are any. */
bool vgpu_break_is_on(void);

/* vgpu_break_names - whether one is in that kernel. */
bool vgpu_break_names(const char *kernel);

/* vgpu_break_note_launch - a kernel is launched: what VGPU_BREAK names and no launch had
 * is told of at the process' end, with the nearest name that was launched. */
void vgpu_break_note_launch(const char *kernel);

/* vgpu_is_debugged - whether a debugger traces this process. Reads a file. */
bool vgpu_is_debugged(void);

#endif
