/* SPDX-License-Identifier: MIT */
/* Paths that are kept while programs change their folder. */
#ifndef VGPU_OBSERVE_WHOLE_PATH_H
#define VGPU_OBSERVE_WHOLE_PATH_H

/* vgpu_whole_path - the path from the root, for the caller to free; as it is where the
 * current folder has no name. NULL: no memory. */
char *vgpu_whole_path(const char *path);

#endif
