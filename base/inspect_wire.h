/* SPDX-License-Identifier: MIT */
/* What `vgpu mem` and a process say to each other about its buffers.
 *
 * The process listens on an abstract SOCK_SEQPACKET address, and answers processes of its
 * own user. Each request is one packet, and has one packet as its answer: a struct
 * vgpu_inspect_reply, then records or bytes. Neither side trusts what the other says. */
#ifndef VGPU_BASE_INSPECT_WIRE_H
#define VGPU_BASE_INSPECT_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#define VGPU_INSPECT_VERSION    2u
#define VGPU_INSPECT_NAME       "vgpu-inspect-" /* of addresses, before the process' id */
#define VGPU_INSPECT_MOST_BYTES (32u << 10)     /* of contents in one answer */
#define VGPU_INSPECT_MOST_ROWS  32u             /* records in one answer */
#define VGPU_INSPECT_SECONDS    3 /* that one side waits for the other's packet */

enum vgpu_inspect_ask {
    VGPU_INSPECT_LIST = 1, /* buffers, from place `at` on */
    VGPU_INSPECT_READ = 2  /* of buffer `number`, `size` bytes from byte `at` on */
};

struct vgpu_inspect_request {
    uint32_t version, ask;
    uint64_t number, at, size;
};

enum vgpu_inspect_status {
    VGPU_INSPECT_DONE = 0,
    VGPU_INSPECT_REFUSED = 1,   /* another version, or a request that makes no sense */
    VGPU_INSPECT_NO_BUFFER = 2, /* of that number, or it is gone by now */
    VGPU_INSPECT_BEHIND = 3,    /* `at` is not before the buffer's end */
    VGPU_INSPECT_NO_MEMORY = 4  /* the bytes are no longer there: a host pointer that the
                                   program has freed */
};

struct vgpu_inspect_reply {
    uint32_t version, status;
    uint64_t
        next; /* LIST: place of the next; 0: that was all. READ: bytes of the buffer */
    uint32_t rows;  /* records that follow */
    uint32_t bytes; /* of contents that follow */
};

/* A buffer. Texts end with a 0. */
struct vgpu_inspect_buffer {
    uint64_t number, parent; /* of the buffer that it is part of; 0: of none */
    uint64_t size, origin;   /* bytes; where in its parent */
    uint64_t flags;          /* cl_mem_flags */
    uint64_t address;
    uint32_t mappings;    /* of the host now */
    uint32_t commands;    /* that hold it now: queued or running */
    uint32_t is_released; /* the program let go of it */
    uint32_t context;
    char name[320]; /* buffer 3 "weights" */
    char devices[64];
    char copies[128]; /* where it is, and how much is current there; "": in one place */
    char arguments[192]; /* of kernels: "scale.data, turn.data" */
};

/* vgpu_inspect_address - of a process; its length. */
static inline socklen_t vgpu_inspect_address(pid_t process, struct sockaddr_un *address)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
                       (size_t)snprintf(address->sun_path + 1,
                                        sizeof address->sun_path - 1,
                                        VGPU_INSPECT_NAME "%ld", (long)process));
}

#endif
