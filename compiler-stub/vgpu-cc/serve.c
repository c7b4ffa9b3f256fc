/* SPDX-License-Identifier: MIT */
/* The server of compiler/request.h: forks for each request. */
#define _GNU_SOURCE
#include "serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/channel.h"
#include "warm_up.h"
#include "worker.h"

struct server {
    int socket;
    int ended; /* readable when a worker has ended */
    unsigned running;
    bool is_warm;
    sigset_t before;
};

/* A worker is the first of its process group; what it started and left is in it. */
static void reap(struct server *server)
{
    struct signalfd_siginfo info;
    siginfo_t child;

    while (read(server->ended, &info, sizeof info) > 0)
        continue;
    for (;;) {
        child.si_pid = 0;
        if (waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) != 0 ||
            child.si_pid == 0)
            return;
        /* Still a zombie, so its number is nobody else's. */
        kill(-child.si_pid, SIGKILL);
        waitpid(child.si_pid, NULL, 0);
        server->running--;
    }
}

static void start_worker(struct server *server, int stream)
{
    const pid_t pid = fork();

    if (pid == 0) {
        close(server->socket);
        close(server->ended);
        sigprocmask(SIG_SETMASK, &server->before, NULL);
        vgpu_cc_work(stream);
    }
    if (pid > 0) {
        setpgid(pid, pid);
        server->running++;
    }
    close(stream);
}

/* False: the other end is closed. */
static bool take_request(struct server *server)
{
    int stream;
    const int err = vgpu_channel_accept(server->socket, &stream);

    if (err == -EPROTO)
        return true;
    if (err)
        return false;
    start_worker(server, stream);
    /* The first request starts clang anyway: it need not wait for this. */
    if (!server->is_warm) {
        vgpu_cc_warm_up();
        server->is_warm = true;
    }
    return true;
}

static void run(struct server *server)
{
    bool is_open = true;

    while (is_open || server->running > 0) {
        struct pollfd entries[] = {
            {.fd = server->ended, .events = POLLIN},
            {.fd = is_open ? server->socket : -1, .events = POLLIN}};

        if (poll(entries, 2, -1) < 0 && errno != EINTR)
            return;
        if (entries[0].revents)
            reap(server);
        if (entries[1].revents)
            is_open = take_request(server);
    }
}

int vgpu_cc_serve(int socket)
{
    struct server server = {.socket = socket};
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &signals, &server.before))
        return EXIT_FAILURE;
    server.ended = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (server.ended < 0)
        return EXIT_FAILURE;
    run(&server);
    close(server.ended);
    return EXIT_SUCCESS;
}
