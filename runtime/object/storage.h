/* SPDX-License-Identifier: MIT */
/* Where the bytes of a buffer are, in a context with a device that has its own memory.
 *
 * Such a context has several memories: one of each device with memory=separate, one that
 * its other devices share, and the host's. A buffer has a copy in each memory that needed
 * it so far; of each byte it is known which copies are current. Commands say what they
 * use (command/uses.h), and what is stale is brought there before they run. Where all
 * devices of a context share the host's memory there is none of this: a buffer's `data`
 * serves them all.
 *
 * What the host maps is neither: bytes are copied there when the map's command runs, and
 * from there when it is unmapped. A pointer kept longer is of no use, as on a card.
 * [OpenCL 3.0, 5.2 and 5.5] */
#ifndef VGPU_OBJECT_STORAGE_H
#define VGPU_OBJECT_STORAGE_H

#include "object/mem.h"
#include "object/validity.h"

/* A command that may write some of a buffer in a memory; it may have ended. */
struct vgpu_writer {
    cl_event command;    /* not held: its slot may be another event's by now */
    uint32_t generation; /* of its handle */
    unsigned memory;
    size_t begin, end;
};

#define VGPU_STORAGE_WRITERS 4u

struct vgpu_storage {
    /* Guards what follows, but at[] of a memory that the reader knows to have a copy:
     * that stays as it is. */
    pthread_mutex_t lock;
    struct vgpu_validity current;   /* copies that hold what the buffer does */
    bool is_moving;                 /* a command moves some of it */
    cl_event waiting, last_waiting; /* commands that wait until that is over */
    /* The newest of some memories, and whether two were told of; where warnings are
     * logged. See command/rivals.h. */
    struct vgpu_writer writers[VGPU_STORAGE_WRITERS];
    bool has_rivals;
    char *map_area; /* what is mapped, unless the host gave it; NULL: nothing ever was */
    char *at[];     /* the copy in each of the context's memories, or NULL */
};

/* vgpu_storage_create - for a buffer (no sub-buffer) whose size, flags and context are
 * set, with the contents of `host_ptr` if that is not NULL. With one device the copy in
 * its memory is made at once; else at the first use. CL_OUT_OF_HOST_MEMORY,
 * CL_MEM_OBJECT_ALLOCATION_FAILURE. */
cl_int vgpu_storage_create(cl_mem mem, const void *host_ptr);
void vgpu_storage_destroy(struct vgpu_storage *storage, cl_context context, size_t size);

/* vgpu_storage_reside - gives the buffer (no sub-buffer) a copy in a memory, with no
 * contents, where it has none. CL_MEM_OBJECT_ALLOCATION_FAILURE, or
 * CL_OUT_OF_HOST_MEMORY of the host's. Any thread, storage not locked. */
cl_int vgpu_storage_reside(cl_mem mem, unsigned memory);

/* vgpu_storage_map_area - where the host sees the buffer's byte 0; NULL: no memory. The
 * same in each call. Storage locked. */
char *vgpu_storage_map_area(cl_mem mem);

/* vgpu_storage_explain_host - tells the context that the host has no room for a copy of
 * the buffer (no sub-buffer), or for mapping it. Storage not locked. */
void vgpu_storage_explain_host(cl_mem mem);

/* vgpu_storage_copy - what a memory has of a memory object: of the bytes that somebody
 * wrote those that are current there, and of all those that somebody wrote. False: it has
 * no copy. Any thread, storage not locked. */
bool vgpu_storage_copy(cl_mem mem, unsigned memory, size_t *current_out,
                       size_t *written_out);

/* vgpu_storage_contents - where byte `at` of a memory object is current, and how many
 * bytes behind it are there, too; NULL: nobody wrote them yet. It may be written
 * meanwhile. Any thread, storage not locked. */
const char *vgpu_storage_contents(cl_mem mem, size_t at, size_t *size_out);

#endif
