/* SPDX-License-Identifier: MIT */
/* The server, as the library sees it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "answer.h"
#include "compiler/channel.h"
#include "sanitizer.h"
#include "unit.h"
#include "vgpu_test.h"

extern char **environ;

struct server {
    int socket;
    pid_t pid;
};

static bool start(struct server *server)
{
    posix_spawn_file_actions_t actions;
    char *const arguments[] = {(char *)VGPU_CC, (char *)"--serve=3", NULL};
    int pair[2], err;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        return false;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pair[1], 3);
    err = posix_spawn(&server->pid, VGPU_CC, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pair[1]);
    server->socket = pair[0];
    if (err)
        VGPU_FAIL("%s: %s", VGPU_CC, strerror(err));
    return err == 0;
}

static void stop(struct server *server)
{
    int status = -1;

    close(server->socket);
    EXPECT_EQ(server->pid, waitpid(server->pid, &status, 0));
    EXPECT_EQ(0, status);
}

static void write_compile(struct vgpu_writer *writer, const char *source,
                          unsigned seconds)
{
    vgpu_write_u32(writer, VGPU_REQUEST_VERSION);
    vgpu_write_u32(writer, VGPU_OPERATION_COMPILE);
    vgpu_write_u32(writer, seconds);
    vgpu_write_string(writer, "/");
    vgpu_write_u32(writer, 0);
    vgpu_write_string(writer, "program.cl");
    vgpu_write_block(writer, source, strlen(source));
    vgpu_write_strings(writer, NULL, 0);
    vgpu_write_strings(writer, NULL, 0);
    vgpu_write_u64(writer, 0);
    vgpu_write_u32(writer, 1);
    vgpu_write_string(writer, "");
}

/* A stream on which the request is on its way, or -1. */
static int send_request(struct server *server, struct vgpu_writer *writer)
{
    void *message;
    size_t size;
    int pair[2], err;

    if (vgpu_writer_take(writer, &message, &size) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        return -1;
    err = vgpu_channel_pass(server->socket, pair[1]);
    close(pair[1]);
    if (!err)
        err = vgpu_channel_send(pair[0], message, size, VGPU_NO_DEADLINE);
    free(message);
    if (err)
        close(pair[0]);
    return err ? -1 : pair[0];
}

struct reply {
    int error;
    uint32_t status;
    char *log;
    void *result;
    size_t result_size;
};

static struct reply receive(int stream)
{
    struct reply reply = {.status = 99};
    struct vgpu_reader reader;
    void *bytes = NULL;
    size_t size;

    reply.error = vgpu_channel_receive(stream, VGPU_NO_DEADLINE, &bytes, &size);
    close(stream);
    if (!reply.error) {
        vgpu_reader_init(&reader, bytes, size);
        EXPECT_EQ(VGPU_REQUEST_VERSION, vgpu_read_u32(&reader));
        reply.status = vgpu_read_u32(&reader);
        reply.log = vgpu_read_string(&reader);
        reply.result = vgpu_read_block_copy(&reader, &reply.result_size);
        EXPECT_EQ(0, reader.error);
    }
    free(bytes);
    return reply;
}

static void reply_fini(struct reply *reply)
{
    free(reply->log);
    free(reply->result);
}

static struct reply compile(struct server *server, const char *source, unsigned seconds)
{
    struct vgpu_writer writer = {0};
    int stream;

    write_compile(&writer, source, seconds);
    stream = send_request(server, &writer);
    if (stream < 0)
        return (struct reply){.error = -EIO};
    return receive(stream);
}

static void expect_unit(struct reply *reply)
{
    struct vgpu_unit unit;

    EXPECT_EQ(0, reply->error);
    EXPECT_EQ(VGPU_STATUS_DONE, reply->status);
    EXPECT_STREQ("", reply->log ? reply->log : "");
    if (!reply->error && !vgpu_unit_unpack(reply->result, reply->result_size, &unit)) {
        EXPECT_EQ(1, unit.num_kernels);
        vgpu_unit_fini(&unit);
    }
    reply_fini(reply);
}

static const char good[] = "kernel void f(global int *a) { *a = 1; }";

VGPU_UNIT_TEST(serving, answers_several_at_a_time)
{
    struct server server;
    int streams[4];

    ASSERT_TRUE(start(&server));
    for (int i = 0; i < 4; i++) {
        struct vgpu_writer writer = {0};

        write_compile(&writer, good, 60);
        streams[i] = send_request(&server, &writer);
    }
    for (int i = 3; i >= 0; i--) {
        struct reply reply = receive(streams[i]);

        expect_unit(&reply);
    }
    stop(&server);
}

VGPU_UNIT_TEST(serving, outlives_crashes_and_sources_that_are_wrong)
{
    struct server server;
    struct reply reply;

    ASSERT_TRUE(start(&server));
    reply = compile(&server, "#pragma clang __debug crash", 60);
    EXPECT_EQ(VGPU_STATUS_REFUSED, reply.status);
    reply_fini(&reply);
    reply = compile(&server, "int x = ;", 60);
    EXPECT_EQ(VGPU_STATUS_REFUSED, reply.status);
    EXPECT_CONTAINS(reply.log, "program.cl:1:9: error:");
    reply_fini(&reply);
    reply = compile(&server, good, 60);
    expect_unit(&reply);
    stop(&server);
}

/* 2^40 lines of preprocessing. */
VGPU_UNIT_TEST(serving, says_what_llvm_gives_up_for)
{
    struct server server;
    struct reply reply;

    ASSERT_TRUE(start(&server));
    reply = compile(&server,
                    "float f(float a) __asm__(\"llvm.memcpy.p0.p0.i64\");\n"
                    "kernel void k(global float *a) { *a = f(*a); }",
                    60);
    EXPECT_EQ(0, reply.error);
    EXPECT_EQ(VGPU_STATUS_FAILED, reply.status);
    EXPECT_CONTAINS(reply.log ? reply.log : "", "gave up: Broken module");
    reply_fini(&reply);
    stop(&server);
}

static char *endless_source(void)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    fputs("#define D0 x x\n", file);
    for (int i = 1; i <= 40; i++)
        fprintf(file, "#define D%d D%d D%d\n", i, i - 1, i - 1);
    fputs("D40\n", file);
    fclose(file);
    return text;
}

VGPU_UNIT_TEST(serving, gives_up_what_takes_too_long)
{
    char *source = endless_source();
    struct server server;
    struct reply reply;

    ASSERT_TRUE(start(&server));
    reply = compile(&server, source, 1);
    EXPECT_EQ(0, reply.error);
    EXPECT_EQ(VGPU_STATUS_FAILED, reply.status);
    EXPECT_CONTAINS(reply.log ? reply.log : "", "longer than 1 seconds");
    reply_fini(&reply);
    reply = compile(&server, good, 60);
    expect_unit(&reply);
    stop(&server);
    free(source);
}

static void expect_compiles_under(__rlimit_resource_t resource, rlim_t most)
{
    struct rlimit before, less;
    struct server server;
    struct reply reply;

    ASSERT_EQ(0, getrlimit(resource, &before));
    less = (struct rlimit){.rlim_cur = most, .rlim_max = before.rlim_max};
    ASSERT_EQ(0, setrlimit(resource, &less));
    const bool is_started = start(&server);
    ASSERT_EQ(0, setrlimit(resource, &before));
    ASSERT_TRUE(is_started);
    reply = compile(&server, good, 60);
    expect_unit(&reply);
    stop(&server);
}

VGPU_UNIT_TEST(serving, is_not_held_to_the_programs_limits_of_files)
{
    const int next = open("/dev/null", O_RDONLY); /* the first that is free */

    ASSERT_TRUE(next >= 0);
    close(next);
#if !VGPU_TSAN /* which writes a file of its own when it starts */
    expect_compiles_under(RLIMIT_FSIZE, 0);
#endif
    expect_compiles_under(RLIMIT_NOFILE, (rlim_t)next + 3);
}

VGPU_UNIT_TEST(serving, does_not_understand_nonsense)
{
    struct server server;
    struct reply reply;
    unsigned seed = 1;

    ASSERT_TRUE(start(&server));
    for (int i = 0; i < 40; i++) {
        struct vgpu_writer writer = {0};
        int stream;

        vgpu_write_u32(&writer, i % 4 ? VGPU_REQUEST_VERSION : 77);
        vgpu_write_u32(&writer, (uint32_t)i % 6);
        for (int j = 0; j < i; j++)
            vgpu_write_u32(&writer, (uint32_t)rand_r(&seed) >> (j % 30));
        stream = send_request(&server, &writer);
        reply = receive(stream);
        EXPECT_EQ(0, reply.error);
        EXPECT_TRUE(reply.status != VGPU_STATUS_DONE || i % 6 == 4);
        reply_fini(&reply);
    }
    reply = compile(&server, good, 60);
    expect_unit(&reply);
    stop(&server);
}

VGPU_UNIT_TEST(serving, tells_its_tools)
{
    struct vgpu_writer writer = {0};
    struct server server;
    struct reply reply;
    struct vgpu_reader reader;
    size_t count;
    char **paths;

    ASSERT_TRUE(start(&server));
    vgpu_write_u32(&writer, VGPU_REQUEST_VERSION);
    vgpu_write_u32(&writer, VGPU_OPERATION_TOOLS);
    vgpu_write_u32(&writer, 10);
    vgpu_write_string(&writer, "");
    reply = receive(send_request(&server, &writer));
    EXPECT_EQ(VGPU_STATUS_DONE, reply.status);
    vgpu_reader_init(&reader, reply.result, reply.result_size);
    paths = vgpu_read_strings(&reader, &count);
    EXPECT_TRUE(count >= 4);
    for (size_t i = 0; i < count; i++)
        EXPECT_EQ(0, access(paths[i], R_OK));
    vgpu_strings_free(paths, count);
    reply_fini(&reply);
    stop(&server);
}
