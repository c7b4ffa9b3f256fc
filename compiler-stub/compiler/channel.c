/* SPDX-License-Identifier: MIT */
/* Messages over sockets, and sockets over sockets. */
#define _GNU_SOURCE
#include "channel.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "request.h"
#include "wire.h"

#define FIRST_CAPACITY ((size_t)64 << 10)

/* Room for one descriptor beside a packet's byte, aligned as the kernel wants it. */
union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

int vgpu_channel_pass(int socket, int descriptor)
{
    union control control;
    char byte = 0;
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};

    memset(&control, 0, sizeof control);
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
    for (;;) {
        if (sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1)
            return 0;
        if (errno == ECONNRESET || errno == ENOTCONN)
            return -EPIPE;
        if (errno != EINTR)
            return -errno;
    }
}

int vgpu_channel_accept(int socket, int *descriptor_out)
{
    union control control;
    char byte;
    struct iovec vector = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    const struct cmsghdr *header;
    ssize_t got;

    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got == 0 || (got < 0 && errno == ECONNRESET))
        return -EPIPE;
    if (got < 0)
        return -errno;
    header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof *descriptor_out))
        return -EPROTO;
    memcpy(descriptor_out, CMSG_DATA(header), sizeof *descriptor_out);
    return 0;
}

/* 0 where the socket is ready, or has ended; -ETIMEDOUT. */
static int wait_for(int socket, short events, uint64_t deadline)
{
    struct pollfd entry = {.fd = socket, .events = events};

    for (;;) {
        int milliseconds = -1;
        int ready;
        if (deadline != VGPU_NO_DEADLINE) {
            const uint64_t now = vgpu_now_ns();
            const uint64_t left = now < deadline ? (deadline - now) / 1000000 + 1 : 0;
            milliseconds = left < INT_MAX ? (int)left : INT_MAX;
        }
        ready = poll(&entry, 1, milliseconds);
        if (ready > 0)
            return 0;
        if (ready == 0 && milliseconds == 0)
            return -ETIMEDOUT;
        if (ready < 0 && errno != EINTR)
            return -errno;
    }
}

/* What a call that moved no byte means: 0, it can be tried again. */
static int after_failure(int socket, short events, uint64_t deadline)
{
    if (errno == EINTR)
        return 0;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return wait_for(socket, events, deadline);
    return errno == ECONNRESET || errno == ENOTCONN ? -EPIPE : -errno;
}

static int send_bytes(int socket, const unsigned char *bytes, size_t size,
                      uint64_t deadline)
{
    while (size > 0) {
        const ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes += sent;
            size -= (size_t)sent;
        } else {
            const int error = after_failure(socket, POLLOUT, deadline);
            if (error != 0)
                return error;
        }
    }
    return 0;
}

int vgpu_channel_send(int socket, const void *message, size_t size, uint64_t deadline)
{
    unsigned char prefix[8];
    int error;

    for (size_t i = 0; i < sizeof prefix; i++)
        prefix[i] = (unsigned char)((uint64_t)size >> (8 * i));
    error = send_bytes(socket, prefix, sizeof prefix, deadline);
    return error != 0 ? error : send_bytes(socket, message, size, deadline);
}

static int receive_bytes(int socket, unsigned char *bytes, size_t size, uint64_t deadline)
{
    while (size > 0) {
        const ssize_t got = recv(socket, bytes, size, MSG_DONTWAIT);
        if (got > 0) {
            bytes += got;
            size -= (size_t)got;
        } else if (got == 0) {
            return -EPIPE;
        } else {
            const int error = after_failure(socket, POLLIN, deadline);
            if (error != 0)
                return error;
        }
        if (size > 0 && deadline != VGPU_NO_DEADLINE && vgpu_now_ns() >= deadline)
            return -ETIMEDOUT; /* bytes that keep trickling do not count as progress */
    }
    return 0;
}

static int receive_size(int socket, uint64_t deadline, size_t *size_out)
{
    unsigned char prefix[8];
    struct vgpu_reader reader;
    uint64_t size;
    const int error = receive_bytes(socket, prefix, sizeof prefix, deadline);

    if (error != 0)
        return error;
    vgpu_reader_init(&reader, prefix, sizeof prefix);
    size = vgpu_read_u64(&reader);
    if (size > VGPU_MESSAGE_MOST)
        return -EPROTO;
    *size_out = (size_t)size;
    return 0;
}

int vgpu_channel_receive(int socket, uint64_t deadline, void **message_out,
                         size_t *size_out)
{
    unsigned char *bytes = NULL;
    size_t size = 0, used = 0;
    int error = receive_size(socket, deadline, &size);

    while (error == 0 && (!bytes || used < size)) {
        const size_t doubled = used ? 2 * used : FIRST_CAPACITY;
        const size_t capacity = doubled < size ? doubled : size;
        unsigned char *grown = realloc(bytes, capacity ? capacity : 1);
        if (!grown) {
            error = -ENOMEM;
            break;
        }
        bytes = grown;
        error = receive_bytes(socket, bytes + used, capacity - used, deadline);
        used = capacity;
    }
    if (error != 0) {
        free(bytes);
        return error;
    }
    *message_out = bytes;
    *size_out = size;
    return 0;
}
