/* SPDX-License-Identifier: MIT */
/* The process that answers one request. */
#ifndef VGPU_CC_WORKER_H
#define VGPU_CC_WORKER_H

/* vgpu_cc_work - reads the request from the stream, answers it and ends the process. A
 * crash, a fault that LLVM reports, and too long a time are answered too, and end the
 * process with all that it started. */
_Noreturn void vgpu_cc_work(int stream);

#endif
