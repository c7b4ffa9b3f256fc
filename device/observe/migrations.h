/* SPDX-License-Identifier: MIT */
/* Which buffers went from memory to memory, and how often: for the profile. */
#ifndef VGPU_OBSERVE_MIGRATIONS_H
#define VGPU_OBSERVE_MIGRATIONS_H

#include <jansson.h>
#include <stdint.h>

/* A piece of a buffer that went from one memory to another. */
struct vgpu_migration {
    uint64_t buffer;   /* its number */
    const char *name;  /* of that */
    uint32_t from, to; /* devices, or VGPU_TRACE_HOST */
    uint64_t bytes;
};

/* vgpu_migrations_note - any thread; takes a lock. */
void vgpu_migrations_note(const struct vgpu_migration *migration);

/* vgpu_migrations_json - a fresh array of {"buffer", "pieces", "bytes", "returns"}, those
 * that returned most often first: a piece returns where it goes the way back that the
 * buffer's last one came. Of very many buffers some are left out. */
json_t *vgpu_migrations_json(void);

#endif
