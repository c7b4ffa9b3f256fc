/* SPDX-License-Identifier: MIT */
/* Messages of request.h over sockets, and sockets over sockets. Nothing here raises a
 * signal, and every descriptor received is closed by exec. */
#ifndef VGPU_CHANNEL_H
#define VGPU_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#define VGPU_NO_DEADLINE UINT64_MAX

/* vgpu_channel_pass - a packet with the descriptor, which stays the caller's too. 0, or
 * -EPIPE: nobody is at the other end, -EAGAIN: it takes nothing any more, or another
 * errno. Never waits. */
int vgpu_channel_pass(int socket, int descriptor);

/* vgpu_channel_accept - waits for a packet. 0, -EPIPE at the end of file, -EPROTO for a
 * packet without one descriptor, or another errno. */
int vgpu_channel_accept(int socket, int *descriptor_out);

/* Both wait until the deadline (of vgpu_now_ns's clock): -ETIMEDOUT. -EPIPE where the
 * other side ended. */

/* vgpu_channel_send - `message` with its size before it. */
int vgpu_channel_send(int socket, const void *message, size_t size, uint64_t deadline);

/* vgpu_channel_receive - a message without its size; the caller frees. Memory grows with
 * what comes, not with what was announced. -EPROTO: it is larger than VGPU_MESSAGE_MOST;
 * -ENOMEM. */
int vgpu_channel_receive(int socket, uint64_t deadline, void **message_out,
                         size_t *size_out);

#endif
