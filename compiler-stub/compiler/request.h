/* SPDX-License-Identifier: MIT */
/* What the library and vgpu-cc say to each other.
 *
 * `vgpu-cc --serve=FD` waits at FD, one end of a SOCK_SEQPACKET pair. Each packet carries
 * one byte and one file descriptor (SCM_RIGHTS): a SOCK_STREAM pair's end on which one
 * request comes and one answer goes. The server forks for each, so that a crash or a hang
 * costs that request only; the fork ends itself after the request's seconds of wall-clock
 * time, with whatever it started. End of file on FD ends the server. The library never
 * signals or waits for a process.
 *
 * A message is a block: u64 size of what follows, then fields in the order below. All
 * numbers are little endian; a string or block is a u64 length and its bytes (strings
 * without NUL); a list is a u64 count and its elements. Both sides check every length.
 *
 * request := u32 VGPU_REQUEST_VERSION, u32 operation, u32 seconds, string current folder,
 * then COMPILE: u32 language (0 OpenCL C, 1 C), string name (for diagnostics), block
 * source, list of options, list of extensions, list of (string name, block text) headers,
 *            u32 1 for an executable, string folder for a source that debuggers shall
 * find (with -g; "" where there is none) LINK:    list of blocks (packed units), list of
 * options, u32 kind CODE:    block (packed unit), string kernel, u64[3] local size, u32
 * mode (0: choose) answer := u32 VGPU_REQUEST_VERSION, u32 status (0 done, 1 refused: the
 * log says why), string log, block result (packed unit; CODE: an ELF shared object), list
 * of (string path, u64[2] XXH3-128 of its contents) files that the source included
 */
#ifndef VGPU_REQUEST_H
#define VGPU_REQUEST_H

#define VGPU_REQUEST_VERSION 1u

enum vgpu_operation {
    VGPU_OPERATION_COMPILE = 1,
    VGPU_OPERATION_LINK = 2,
    VGPU_OPERATION_CODE = 3
};

#endif
