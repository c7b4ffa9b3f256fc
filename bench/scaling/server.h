/* SPDX-License-Identifier: MIT */
/* Another process of this program, with devices of its own, which takes samples. */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct server {
    const char *devices; /* its VGPU_DEVICES */
    pid_t pid;
    FILE *to, *from;
};

/* server_start - ends this program where the other does not start. */
void server_start(struct server *server, const char *devices, bool tiny);

/* server_ask - a sample of the quantity of that name. */
double server_ask(struct server *server, const char *name);
void server_stop(struct server *server);

#endif
