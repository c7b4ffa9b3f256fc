/* SPDX-License-Identifier: MIT */
/* The process of vgpu-cc, seen from the program's side. */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "channel.h"
#include "clock.h"
#include "environment.h"
#include "locate.h"
#include "message.h"
#include "spawn.h"

#define DEFAULT_SECONDS 120u
#define MOST_SECONDS    86400u
#define GRACE_SECONDS   5u /* vgpu-cc ends an overlong request by itself, and says so */

#define LEAST_REQUESTS 4

#define TEXT_OF(number)  TEXT_OF_(number)
#define TEXT_OF_(number) #number

static struct {
    pthread_mutex_t lock; /* guards all of this; a leaf */
    pthread_cond_t ended; /* a request */
    int socket;           /* to the server; -1: none runs */
    struct stat identity; /* of the socket */
    uint64_t generation;  /* counts servers */
    unsigned running;     /* requests */
} server = {
    .lock = PTHREAD_MUTEX_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER, .socket = -1};

/* A request on its way. */
struct conversation {
    int stream;
    uint64_t generation; /* of the server that has it */
    uint64_t deadline;   /* of all attempts; 0: none was made */
    const char *path;    /* of vgpu-cc */
};

uint32_t vgpu_child_seconds(void)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;
    const char *text = vgpu_environment(VGPU_ENV_COMPILE_SECONDS);
    char *end;
    unsigned long seconds;

    if (!text)
        return DEFAULT_SECONDS;
    errno = 0;
    seconds = strtoul(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && seconds > 0 &&
        seconds <= MOST_SECONDS)
        return (uint32_t)seconds;
    if (!atomic_flag_test_and_set(&said))
        vgpu_message(
            "VGPU_COMPILE_SECONDS: '%.100s' is no number from 1 to %u; %u is taken", text,
            MOST_SECONDS, DEFAULT_SECONDS);
    return DEFAULT_SECONDS;
}

/* fork() by the program: no other thread is in the middle of anything, and the copy
 * lets go of the server, so that this one's end is the server's. */
static void before_fork(void)
{
    pthread_mutex_lock(&server.lock);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&server.lock);
}

/* A program may close descriptors that it does not know, and get their numbers for its
 * own: nothing of ours may be sent there, nor may it be closed. */
static bool has_server(void)
{
    struct stat now;

    return server.socket >= 0 && fstat(server.socket, &now) == 0 &&
           now.st_dev == server.identity.st_dev && now.st_ino == server.identity.st_ino;
}

static void drop_server(void)
{
    if (has_server())
        close(server.socket);
    server.socket = -1;
}

static void after_fork_in_copy(void)
{
    drop_server();
    server.running = 0;
    pthread_cond_init(&server.ended, NULL);
    pthread_mutex_unlock(&server.lock);
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork, after_fork_in_copy);
}

/* Requests at a time: each may take a processor and much memory; but one that hangs shall
 * not stop the others where there is only one processor. */
static unsigned most_requests(void)
{
    cpu_set_t set;
    const int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;

    return count > LEAST_REQUESTS ? (unsigned)count : LEAST_REQUESTS;
}

/* Lock held. */
static int start_server(const char *path)
{
    char option[] = "--serve=" TEXT_OF(VGPU_SPAWN_DESCRIPTOR);
    char *arguments[] = {strdup(path), option, NULL};
    int ends[2];
    int error;

    if (!arguments[0])
        return -ENOMEM;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        error = -errno;
        goto out;
    }
    error = vgpu_spawn_detached(path, arguments, ends[1]);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        goto out;
    }
    if (fstat(ends[0], &server.identity) != 0) {
        error = -errno;
        close(ends[0]);
        goto out;
    }
    server.socket = ends[0];
    server.generation++;
out:
    free(arguments[0]);
    return error;
}

/* Lock held: no fork() may take a copy of the far end with it, as the server's end would
 * not be seen then. */
static int pass_stream(struct conversation *conversation)
{
    int ends[2];
    int error;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return -errno;
    error = vgpu_channel_pass(server.socket, ends[1]);
    close(ends[1]);
    if (error != 0) {
        close(ends[0]);
        return error;
    }
    conversation->stream = ends[0];
    conversation->generation = server.generation;
    return 0;
}

/* Lock held. A server that ended since the last request is replaced. */
static int reach_server(struct conversation *conversation)
{
    int error = -EPIPE;

    if (has_server())
        error = pass_stream(conversation);
    if (error != -EPIPE && error != -EAGAIN)
        return error;
    drop_server();
    error = start_server(conversation->path);
    return error != 0 ? error : pass_stream(conversation);
}

static int begin(struct conversation *conversation)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const unsigned most = most_requests();
    int error;

    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&server.lock);
    while (server.running >= most)
        pthread_cond_wait(&server.ended, &server.lock);
    error = reach_server(conversation);
    server.running += error == 0;
    pthread_mutex_unlock(&server.lock);
    if (conversation->deadline == 0)
        conversation->deadline =
            vgpu_now_ns() + (vgpu_child_seconds() + GRACE_SECONDS) * UINT64_C(1000000000);
    return error;
}

/* A server that lost a request is given up, though the fault may be the request's: that
 * it ended need not be seen yet. What it works on or has not looked at it still does. */
static void end(struct conversation *conversation, int error)
{
    close(conversation->stream);
    pthread_mutex_lock(&server.lock);
    if (error != 0 && server.generation == conversation->generation)
        drop_server();
    server.running -= server.running > 0;
    pthread_cond_signal(&server.ended);
    pthread_mutex_unlock(&server.lock);
}

static char *print(const char *format, ...) VGPU_PRINTF(1, 2);
static char *print(const char *format, ...)
{
    char *text = NULL;
    va_list values;

    va_start(values, format);
    if (vasprintf(&text, format, values) < 0)
        text = NULL;
    va_end(values);
    return text;
}

static int explain_missing(const char *path, int error, char **log_out)
{
    *log_out = print(
        "There is no kernel compiler: '%s' %s%s. Build vgpu where LLVM and clang are "
        "installed (Debian: clang-19, llvm-19-dev), or let VGPU_CC name the program "
        "vgpu-cc. Kernels that are registered from C work without it.\n",
        path, error == -ENOENT ? "is not there, or is no program" : "does not start: ",
        error == -ENOENT ? "" : strerror(-error));
    return -ENOEXEC;
}

static int explain_start(const char *path, int error, char **log_out)
{
    if (error == -ENOMEM)
        return error;
    if (error == -ENOENT || error == -EACCES || error == -EPERM || error == -ENOEXEC ||
        error == -ELIBBAD)
        return explain_missing(path, error, log_out);
    *log_out = print("The kernel compiler '%s' cannot be started: %s.\n", path,
                     error == -EPIPE ? "it ends at once" : strerror(-error));
    return -EIO;
}

static int explain_failure(const char *path, int error, char **log_out)
{
    if (error == -ENOMEM)
        return error;
    if (error == -ETIMEDOUT)
        *log_out = print("The kernel compiler did not end within %u seconds, and was "
                         "given up; VGPU_COMPILE_SECONDS allows it more. The next build "
                         "starts another.\n",
                         (unsigned)vgpu_child_seconds());
    else if (error == -EPIPE)
        *log_out = print("The kernel compiler ended while it compiled this source (a "
                         "crash?); the next build starts another. If it does so with "
                         "every source: does `%s --version` work?\n",
                         path);
    else
        *log_out = print("The kernel compiler cannot be understood: %s; the next build "
                         "starts another.\n",
                         strerror(-error));
    return -EIO;
}

static int converse(struct conversation *conversation, const void *request, size_t size,
                    void **answer_out, size_t *answer_size_out)
{
    const int error =
        vgpu_channel_send(conversation->stream, request, size, conversation->deadline);

    /* Who refuses a request may answer before it has come whole. */
    if (error != 0 && error != -EPIPE)
        return error;
    return vgpu_channel_receive(conversation->stream, conversation->deadline, answer_out,
                                answer_size_out);
}

/* A request may be lost with its server by another's fault, so it is sent once more. */
static int ask(const char *path, const void *request, size_t size, void **answer_out,
               size_t *answer_size_out, char **log_out)
{
    struct conversation conversation = {.path = path};

    for (bool is_first = true;; is_first = false) {
        int error = begin(&conversation);
        if (error != 0)
            return explain_start(path, error, log_out);
        error = converse(&conversation, request, size, answer_out, answer_size_out);
        end(&conversation, error);
        if (error == 0)
            return 0;
        if (error != -EPIPE || !is_first)
            return explain_failure(path, error, log_out);
    }
}

int vgpu_child_ask(const void *request, size_t size, void **answer_out,
                   size_t *answer_size_out, char **log_out)
{
    char *path = NULL;
    int error = vgpu_compiler_locate(&path);

    if (error == -ENOENT)
        error = explain_missing(path, error, log_out);
    else if (error == 0)
        error = ask(path, request, size, answer_out, answer_size_out, log_out);
    free(path);
    return error;
}
