/* SPDX-License-Identifier: MIT */
/* The service while the application makes, uses and releases buffers. */
#include "inspect_wire.h"
#include "vgpu_test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 300

static struct {
    cl_context context;
    cl_command_queue queue;
    atomic_bool is_over;
} shared;

/* Makes buffers and parts of them, fills, maps, labels and releases them. */
static void *churn(void *unused)
{
    const cl_int one = 1;
    const cl_buffer_region part = {0, 128};
    cl_int err;

    (void)unused;
    while (!atomic_load(&shared.is_over)) {
        cl_mem mem = clCreateBuffer(shared.context, 0, 4096, NULL, &err);
        cl_mem sub = clCreateSubBuffer(mem, 0, CL_BUFFER_CREATE_TYPE_REGION, &part, &err);
        void *at;

        clEnqueueFillBuffer(shared.queue, sub, &one, sizeof one, 0, 128, 0, NULL, NULL);
        at = clEnqueueMapBuffer(shared.queue, mem, CL_TRUE, CL_MAP_READ, 0, 64, 0, NULL,
                                NULL, &err);
        clEnqueueUnmapMemObject(shared.queue, mem, at, 0, NULL, NULL);
        clReleaseMemObject(mem);
        clReleaseMemObject(sub);
        clFinish(shared.queue);
    }
    return NULL;
}

/* Asks for everything; whether all answers are whole. */
static bool ask_for_all(int server)
{
    static char packet[1 << 16];
    struct vgpu_inspect_request request = {.version = VGPU_INSPECT_VERSION,
                                           .ask = VGPU_INSPECT_LIST};
    struct vgpu_inspect_reply reply;

    do {
        ssize_t size;

        if (send(server, &request, sizeof request, MSG_NOSIGNAL) < 0)
            return false;
        size = recv(server, packet, sizeof packet, 0);
        if (size < (ssize_t)sizeof reply)
            return false;
        memcpy(&reply, packet, sizeof reply);
        if ((size_t)size !=
            sizeof reply + reply.rows * sizeof(struct vgpu_inspect_buffer))
            return false;
        request.at = reply.next;
    } while (reply.next != 0);
    request = (struct vgpu_inspect_request){.version = VGPU_INSPECT_VERSION,
                                            .ask = VGPU_INSPECT_READ,
                                            .number = 1,
                                            .size = 64};
    return send(server, &request, sizeof request, MSG_NOSIGNAL) >= 0 &&
           recv(server, packet, sizeof packet, 0) >= (ssize_t)sizeof reply;
}

VGPU_TEST(vgpu_inspect_serve, answers_while_buffers_come_and_go)
{
    struct sockaddr_un address;
    const socklen_t size = vgpu_inspect_address(getpid(), &address);
    const int server = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    pthread_t thread;
    cl_int err;
    cl_mem mem = clCreateBuffer(f->context, 0, 64, NULL, &err);

    ASSERT_CL(CL_SUCCESS, err);
    shared.context = f->context;
    shared.queue = f->queue;
    atomic_store(&shared.is_over, false);
    ASSERT_EQ(0, connect(server, (const struct sockaddr *)&address, size));
    ASSERT_EQ(0, pthread_create(&thread, NULL, churn, NULL));
    for (int i = 0; i < ROUNDS; i++)
        if (!ask_for_all(server)) {
            VGPU_FAIL("answer %d is not whole", i);
            break;
        }
    atomic_store(&shared.is_over, true);
    pthread_join(thread, NULL);
    close(server);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(mem));
}
