/* SPDX-License-Identifier: MIT */
/* Both sides of `vgpu mem` against partners that lie. */
#include "inspect_wire.h"
#include "vgpu_test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A connection to this process' own service. */
static int connect_to_self(void)
{
    struct sockaddr_un address;
    const socklen_t size = vgpu_inspect_address(getpid(), &address);
    const int server = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    EXPECT_EQ(0, connect(server, (const struct sockaddr *)&address, size));
    return server;
}

static ssize_t ask(int server, const void *request, size_t size,
                   struct vgpu_inspect_reply *reply_out)
{
    EXPECT_EQ((ssize_t)size, send(server, request, size, MSG_NOSIGNAL));
    return recv(server, reply_out, sizeof *reply_out, 0);
}

static uint32_t status_of(const struct vgpu_inspect_request *request)
{
    struct vgpu_inspect_reply reply = {.status = 99};
    const int server = connect_to_self();

    EXPECT_EQ((ssize_t)sizeof reply, ask(server, request, sizeof *request, &reply));
    close(server);
    return reply.status;
}

VGPU_TEST(vgpu_inspect_serve, refuses_requests_that_make_no_sense)
{
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, 0, 64, NULL, &err);
    struct vgpu_inspect_request request = {.version = 77, .ask = VGPU_INSPECT_LIST};

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_EQ(VGPU_INSPECT_REFUSED, status_of(&request));
    request.version = VGPU_INSPECT_VERSION;
    request.ask = 9;
    EXPECT_EQ(VGPU_INSPECT_REFUSED, status_of(&request));
    request.ask = VGPU_INSPECT_READ;
    request.number = UINT64_MAX;
    EXPECT_EQ(VGPU_INSPECT_NO_BUFFER, status_of(&request));
    request.ask = VGPU_INSPECT_LIST;
    request.at = UINT64_MAX;
    EXPECT_EQ(VGPU_INSPECT_DONE, status_of(&request));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
}

VGPU_TEST(vgpu_inspect_serve, hangs_up_on_packets_of_a_wrong_size_and_goes_on)
{
    const struct vgpu_inspect_request request = {.version = VGPU_INSPECT_VERSION,
                                                 .ask = VGPU_INSPECT_LIST};
    static const char noise[4096];
    struct vgpu_inspect_reply reply;
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, 0, 64, NULL, &err);
    const size_t sizes[] = {1, sizeof request - 1, sizeof request + 1, sizeof noise};

    ASSERT_CL(CL_SUCCESS, err);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const int server = connect_to_self();

        EXPECT_LE(ask(server, noise, sizes[i], &reply), 0);
        close(server);
    }
    EXPECT_EQ(VGPU_INSPECT_DONE, status_of(&request));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
}

/* What a liar says to every request. */
struct lie {
    struct vgpu_inspect_reply reply;
    size_t size; /* of the packet */
};

/* In a process of its own: answers `vgpu mem` with the lie, for ever. */
__attribute__((noreturn)) static void serve_lie(const struct lie *lie, int ready)
{
    static char packet[1 << 16];
    struct sockaddr_un address;
    const socklen_t size = vgpu_inspect_address(getpid(), &address);
    const int listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);

    memset(packet, 0xff, sizeof packet);
    memcpy(packet, &lie->reply, sizeof lie->reply);
    if (bind(listener, (const struct sockaddr *)&address, size) != 0 ||
        listen(listener, 8) != 0 || write(ready, "", 1) != 1)
        _exit(EXIT_FAILURE);
    for (;;) {
        const int client = accept(listener, NULL, NULL);
        char request[256];

        while (recv(client, request, sizeof request, 0) > 0)
            if (send(client, packet, lie->size, MSG_NOSIGNAL) < 0)
                break;
        close(client);
    }
}

static void expect_refused(const struct lie *lie)
{
    char process[32], byte;
    const char *const argv[] = {VGPU, "mem", process, "1", NULL};
    struct vgpu_test_process tool;
    int ready[2];
    pid_t liar;

    ASSERT_EQ(0, pipe(ready));
    liar = fork();
    if (liar == 0)
        serve_lie(lie, ready[1]);
    close(ready[1]);
    EXPECT_EQ(1, read(ready[0], &byte, 1));
    close(ready[0]);
    snprintf(process, sizeof process, "%ld", (long)liar);
    tool = vgpu_test_spawn(argv, NULL);
    EXPECT_EQ(EXIT_FAILURE, tool.status);
    EXPECT_TRUE(tool.err && strstr(tool.err, "vgpu: ") == tool.err);
    vgpu_test_process_fini(&tool);
    kill(liar, SIGKILL);
    waitpid(liar, NULL, 0);
}

VGPU_UNIT_TEST(vgpu_mem, believes_no_answer_that_makes_no_sense)
{
    const size_t row = sizeof(struct vgpu_inspect_buffer);
    const size_t reply = sizeof(struct vgpu_inspect_reply);
    const struct lie lies[] = {
        {{.version = 99}, reply},
        {{.version = VGPU_INSPECT_VERSION}, 1},
        {{.version = VGPU_INSPECT_VERSION}, 1 << 16},
        {{.version = VGPU_INSPECT_VERSION, .rows = 1}, reply},
        {{.version = VGPU_INSPECT_VERSION, .rows = 1}, reply + row - 1},
        {{.version = VGPU_INSPECT_VERSION, .rows = UINT32_MAX}, reply + row},
        {{.version = VGPU_INSPECT_VERSION, .next = 1, .rows = 1}, reply + row},
        {{.version = VGPU_INSPECT_VERSION, .rows = 1}, reply + row},
        {{.version = VGPU_INSPECT_VERSION, .bytes = 5}, reply + 5},
    };

    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++)
        expect_refused(&lies[i]);
}
