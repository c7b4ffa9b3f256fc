/* SPDX-License-Identifier: MIT */
/* The server of compiler/request.h. */
#ifndef VGPU_CC_SERVE_H
#define VGPU_CC_SERVE_H

/* vgpu_cc_serve - answers what comes at the socket, each request in a process of its own,
 * until its other end is closed and all are answered. The process' exit code. */
int vgpu_cc_serve(int socket);

#endif
