/* SPDX-License-Identifier: MIT */
/* Answers `vgpu mem`: a thread that sleeps until another process of this user asks.
 *
 * The process itself reads its memory, because its neighbours may not: systems with Yama
 * let no process read another that it did not start. No content is touched by our own
 * code: the system copies it into the socket, and says so where it is not there. */
#define _GNU_SOURCE
#include "inspect/service.h"

#include "background_thread.h"
#include "environment.h"
#include "inspect/buffers.h"
#include "object/storage.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int listener = -1;

/* Of the one who asks now. */
static struct {
    struct vgpu_inspect_reply reply;
    struct vgpu_inspect_buffer rows[VGPU_INSPECT_MOST_ROWS];
} answer;

/* Sends the reply and what follows it. Not through the C library: sanitizers would take
 * the contents, which kernels may be writing, for something that we look at. */
static bool send_with(int client, const void *more, size_t size)
{
    struct iovec parts[] = {{&answer.reply, sizeof answer.reply},
                            {(void *)(uintptr_t)more, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = size > 0 ? 2 : 1};

    return syscall(SYS_sendmsg, client, &message, MSG_NOSIGNAL) >= 0;
}

static bool send_status(int client, enum vgpu_inspect_status status)
{
    answer.reply = (struct vgpu_inspect_reply){.version = VGPU_INSPECT_VERSION,
                                               .status = (uint32_t)status};
    return send_with(client, NULL, 0);
}

static bool send_list(int client, const struct vgpu_inspect_request *request)
{
    uint64_t at = request->at;
    const uint32_t count = vgpu_inspect_list(&at, answer.rows, VGPU_INSPECT_MOST_ROWS);

    answer.reply = (struct vgpu_inspect_reply){
        .version = VGPU_INSPECT_VERSION, .next = at, .rows = count};
    return send_with(client, answer.rows, count * sizeof *answer.rows);
}

static bool send_part(int client, const struct vgpu_inspect_request *request, cl_mem mem)
{
    static const char zeros[VGPU_INSPECT_MOST_BYTES]; /* what nobody has written yet */
    const uint64_t at = request->at;
    uint64_t size = request->size;
    const char *contents;
    size_t there;

    if (at >= mem->size)
        return send_status(client, VGPU_INSPECT_BEHIND);
    if (size > mem->size - at)
        size = mem->size - at;
    if (size > VGPU_INSPECT_MOST_BYTES)
        size = VGPU_INSPECT_MOST_BYTES;
    contents = vgpu_storage_contents(mem, (size_t)at, &there);
    if (size > there)
        size = there;
    answer.reply = (struct vgpu_inspect_reply){
        .version = VGPU_INSPECT_VERSION, .next = mem->size, .bytes = (uint32_t)size};
    if (send_with(client, contents ? contents : zeros, (size_t)size))
        return true;
    return errno == EFAULT && send_status(client, VGPU_INSPECT_NO_MEMORY);
}

static bool send_contents(int client, const struct vgpu_inspect_request *request)
{
    const cl_mem mem = vgpu_inspect_find(request->number);
    bool is_sent;

    if (!mem)
        return send_status(client, VGPU_INSPECT_NO_BUFFER);
    is_sent = send_part(client, request, mem);
    vgpu_release(mem);
    return is_sent;
}

static bool answer_one(int client)
{
    struct vgpu_inspect_request request;

    if (recv(client, &request, sizeof request, MSG_TRUNC) != (ssize_t)sizeof request)
        return false;
    if (request.version == VGPU_INSPECT_VERSION && request.ask == VGPU_INSPECT_LIST)
        return send_list(client, &request);
    if (request.version == VGPU_INSPECT_VERSION && request.ask == VGPU_INSPECT_READ)
        return send_contents(client, &request);
    return send_status(client, VGPU_INSPECT_REFUSED);
}

/* Who may debug this process may ask, too: its own user, and root. */
static bool may_ask(int client)
{
    struct ucred peer;
    socklen_t size = sizeof peer;

    return getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
           (peer.uid == geteuid() || peer.uid == 0);
}

static void serve_client(int client)
{
    const struct timeval patience = {.tv_sec = VGPU_INSPECT_SECONDS};

    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (may_ask(client))
        while (answer_one(client))
            ;
    close(client);
}

static void *serve(void *unused)
{
    const struct timespec while_descriptors_lack = {.tv_nsec = 100000000};

    (void)unused;
    pthread_setname_np(pthread_self(), "vgpu-inspect");
    for (;;) {
        const int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (client >= 0)
            serve_client(client);
        else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
                 errno == ENOBUFS)
            nanosleep(&while_descriptors_lack, NULL);
        else if (errno != EINTR && errno != ECONNABORTED)
            return NULL; /* the application closed what is not its own */
    }
}

static bool listen_to_others(void)
{
    struct sockaddr_un address;
    const socklen_t size = vgpu_inspect_address(getpid(), &address);

    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    return listener >= 0 &&
           bind(listener, (const struct sockaddr *)&address, size) == 0 &&
           listen(listener, 8) == 0;
}

static void start(void)
{
    const char *const text = vgpu_environment(VGPU_ENV_INSPECT);

    if (text && strcmp(text, "0") == 0)
        return;
    if (listen_to_others() && vgpu_background_thread(serve, NULL) == 0)
        return;
    if (listener >= 0)
        close(listener);
    listener = -1;
}

void vgpu_inspect_serve(void)
{
    pthread_once(&once, start);
}
