/* SPDX-License-Identifier: MIT */
/* Which compiler this is: what the cache's keys begin with. */
#ifndef VGPU_TOOLS_H
#define VGPU_TOOLS_H

#include "cache.h"
#include "wire.h"

/* vgpu_tools_write - bytes that differ where vgpu-cc, or anything that it works with, is
 * another: paths, sizes and times of change. Asks vgpu-cc which files these are where the
 * cache does not know. False: they cannot be told, and nothing is to be cached. */
bool vgpu_tools_write(const struct vgpu_cache *cache, struct vgpu_writer *writer);

#endif
