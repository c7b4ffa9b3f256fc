/* SPDX-License-Identifier: MIT */
/* What was compiled before, in a folder: entries by the hash of all that they depend on.
 *
 * The folder is $VGPU_CACHE_DIR, else $XDG_CACHE_HOME/vgpu, else $HOME/.cache/vgpu.
 * Entries are written beside their place and renamed to it, so that any number of
 * processes and threads use one folder at a time. An entry ends with a checksum; a
 * damaged one is deleted, and never given out. Where the folder cannot be read or
 * written, or the disk is full, all goes on without it. Nothing here waits, and nothing
 * but the folder keeps a state. */
#ifndef VGPU_CACHE_H
#define VGPU_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "hash.h"

struct vgpu_cache {
    int folder; /* a descriptor, or -1: there is no cache */
    char *path; /* of the folder, absolute; NULL where there is none */
};

/* What lies in a folder besides: the name's end. */
enum vgpu_cache_kind { VGPU_CACHE_UNIT, VGPU_CACHE_CODE, VGPU_CACHE_TOOLS };

struct vgpu_cache_entry {
    void *bytes; /* of the whole file */
    const void *payload;
    size_t payload_size;
    const void *notes; /* what is kept beside the payload */
    size_t notes_size;
};

/* vgpu_cache_open - the folder, made where it is missing (0700, as everything in it). One
 * that belongs to another user, or that others may write to, is not used, after a message
 * once per process. False: there is no cache; all functions below then do nothing. */
bool vgpu_cache_open(struct vgpu_cache *cache_out);
void vgpu_cache_close(struct vgpu_cache *cache);

/* vgpu_cache_find - the entry, which now counts as used. False: there is none. */
bool vgpu_cache_find(const struct vgpu_cache *cache, enum vgpu_cache_kind kind,
                     struct vgpu_hash key, struct vgpu_cache_entry *entry_out);
void vgpu_cache_entry_fini(struct vgpu_cache_entry *entry);

/* vgpu_cache_store - keeps an entry, in place of another of the same key; one that is the
 * same stays, as code may have been loaded from it. Of a folder larger than
 * VGPU_CACHE_BYTES the entries that were used longest ago go, now and then. */
void vgpu_cache_store(const struct vgpu_cache *cache, enum vgpu_cache_kind kind,
                      struct vgpu_hash key, const void *payload, size_t payload_size,
                      const void *notes, size_t notes_size);

/* vgpu_cache_drop - forgets an entry. */
void vgpu_cache_drop(const struct vgpu_cache *cache, enum vgpu_cache_kind kind,
                     struct vgpu_hash key);

/* vgpu_cache_keep_source - the text, for debuggers, lies in the folder, as a file of the
 * name given out, or false. */
bool vgpu_cache_keep_source(const struct vgpu_cache *cache, struct vgpu_hash key,
                            const char *text, size_t length, char **name_out);

/* vgpu_cache_path - where an entry lies; its payload comes first in the file. The caller
 * frees. NULL: no cache, no memory. */
char *vgpu_cache_path(const struct vgpu_cache *cache, enum vgpu_cache_kind kind,
                      struct vgpu_hash key);

#endif
