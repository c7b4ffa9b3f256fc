/* SPDX-License-Identifier: MIT */
/* Processes of this program that take samples, spoken with over pipes. */
#define _GNU_SOURCE
#include "server.h"

#include "series.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void become_server(const char *devices, bool tiny, int in, int out)
{
    if (setenv("VGPU_DEVICES", devices, 1) != 0 || dup2(in, STDIN_FILENO) < 0 ||
        dup2(out, STDOUT_FILENO) < 0)
        _exit(EXIT_FAILURE);
    execl("/proc/self/exe", "bench_scaling", "--serve", tiny ? "--tiny" : NULL, NULL);
    _exit(EXIT_FAILURE);
}

void server_start(struct server *server, const char *devices, bool tiny)
{
    int to[2], from[2];

    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        bench_fail("no pipe to a process with VGPU_DEVICES=%s", devices);
    server->devices = devices;
    fflush(NULL);
    server->pid = fork();
    if (server->pid == 0)
        become_server(devices, tiny, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    server->to = fdopen(to[1], "w");
    server->from = fdopen(from[0], "r");
    if (server->pid < 0 || !server->to || !server->from)
        bench_fail("cannot start a process with VGPU_DEVICES=%s", devices);
}

double server_ask(struct server *server, const char *name)
{
    double sample;

    if (fprintf(server->to, "%s\n", name) < 0 || fflush(server->to) != 0 ||
        fscanf(server->from, "%lf", &sample) != 1)
        bench_fail("the process with VGPU_DEVICES=%s gave no sample of %s",
                   server->devices, name);
    return sample;
}

void server_stop(struct server *server)
{
    int status;

    fclose(server->to);
    if (waitpid(server->pid, &status, 0) != server->pid || status != 0)
        bench_fail("the process with VGPU_DEVICES=%s failed", server->devices);
    fclose(server->from);
}
