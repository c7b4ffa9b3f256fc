/* SPDX-License-Identifier: MIT */
/* Where vgpu-cc is. */
#ifndef VGPU_LOCATE_H
#define VGPU_LOCATE_H

/* vgpu_compiler_locate - VGPU_CC, else vgpu-cc of the build folder or the prefix that
 * this library lies in. The path is absolute where it was found; the caller frees. 0;
 * -ENOENT: there is no such program, and the path is where it was looked for first;
 * -ENOMEM. */
int vgpu_compiler_locate(char **path_out);

#endif
