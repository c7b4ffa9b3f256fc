/* SPDX-License-Identifier: MIT */
/* What the library and vgpu-cc say to each other.
 *
 * The library starts `vgpu-cc --serve=FD` in a session of its own, through a process
 * between them that ends at once: the server is nobody's child but init's, and needs not
 * fork to get away. It starts with default signal handlers and nothing blocked; of
 * descriptors it has 0 to 2, which are /dev/null, and FD, one end of a SOCK_SEQPACKET
 * pair. The library never signals it or waits for it: end of file on FD ends it, once
 * it has taken the packets that came before; its forks go on to their ends.
 *
 * Each packet on FD carries one byte and one file descriptor (SCM_RIGHTS): a SOCK_STREAM
 * pair's end on which one request comes and one answer goes. The server forks for each
 * (or hands it to processes that it forked before), closes its own copy of the
 * descriptor, and reaps its forks. The fork ends itself after the request's seconds of
 * wall-clock time, with whatever it started; the library waits a little longer. A crash
 * costs that request only: the library reads end of file, sends the request once more, to
 * another server, and gives up. The server waits for nothing but FD and its forks. No
 * write may raise SIGPIPE.
 *
 * A message is a block: u64 size of what follows, then fields in the order below, as
 * wire.h writes them. Both sides check every length; no message is larger than
 * VGPU_MESSAGE_MOST. channel.h moves descriptors and messages.
 *
 * request := u32 VGPU_REQUEST_VERSION, u32 operation, u32 seconds,
 *            string current folder ("" where the library has none), then of
 *   COMPILE: u32 language (enum vgpu_language), string name of the source, for
 *            diagnostics, block source, list of options, list of extensions,
 *            list of (string name, block text) headers, u32 1 for an executable,
 *            string folder in which debuggers find the source, as a file of that name:
 *            it lies there already (with -g; "" where there is none)
 *   LINK:    list of blocks (packed units), list of options, u32 kind
 *   CODE:    block (packed unit), string kernel, u64[3] local size, u32 mode (0: choose),
 *            u32 level of the library's processor (cpu_level.h), u32 items of a sub-group
 *            (8, 16 or 32; 0 where neither the mode nor the kernel knows any)
 *   TOOLS:   nothing
 * answer := u32 VGPU_REQUEST_VERSION, u32 status (enum vgpu_status), string log,
 *           block result, list of (string path, u64[2] XXH3-128 of its contents) files
 *           that the source included: absolute paths, low word first
 *   The result is a packed unit; of CODE an ELF shared object (code_abi.h); of TOOLS a
 *   list of strings: absolute paths of the files whose change changes what is compiled
 *   (vgpu-cc, clang, libLLVM, built-in libraries). The cache takes them together with
 *   size and time of change. */
#ifndef VGPU_REQUEST_H
#define VGPU_REQUEST_H

#define VGPU_REQUEST_VERSION 4u

#define VGPU_MESSAGE_MOST ((size_t)1 << 30)

enum vgpu_operation {
    VGPU_OPERATION_COMPILE = 1,
    VGPU_OPERATION_LINK = 2,
    VGPU_OPERATION_CODE = 3,
    VGPU_OPERATION_TOOLS = 4
};

enum vgpu_language {
    VGPU_LANGUAGE_OPENCL_C = 0,
    VGPU_LANGUAGE_C = 1 /* of <CL/cl_vgpu_kernel.h> */
};

enum vgpu_status {
    VGPU_STATUS_DONE = 0,
    VGPU_STATUS_REFUSED = 1,  /* wrong source, or not to be linked: the log says why */
    VGPU_STATUS_NO_TOOLS = 2, /* clang is missing or does not work: the log says which
                                 package to install */
    VGPU_STATUS_FAILED = 3    /* the compiler's own fault, or a lack of memory or time */
};

#endif
