/* SPDX-License-Identifier: MIT */
/* Starting a program that this process need not look after.
 *
 * A child's end raises SIGCHLD, and a program that waits for any child would find one
 * that it never started. So a process that ends with no signal, which clone() alone can
 * make, stands between: it starts the program, which init inherits as soon as that
 * process ends. It shares memory with this thread, which stands still meanwhile, so that
 * its cost does not grow with the program's size. */
#define _GNU_SOURCE
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE ((size_t)256 << 10)

/* clone() by the other name that the C library gives it: by that one ThreadSanitizer
 * takes it for a fork, and mixes up the threads of two processes that share memory. */
extern int __clone(int (*function)(void *), void *stack, int flags, void *data, ...);

struct start {
    const char *path;
    char *const *arguments;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error;
};

static int start_and_end(void *data)
{
    struct start *start = data;
    pid_t program;

    start->error = -posix_spawn(&program, start->path, &start->actions,
                                &start->attributes, start->arguments, environ);
    return 0;
}

static int add_actions(posix_spawn_file_actions_t *actions, int descriptor)
{
    int error =
        posix_spawn_file_actions_adddup2(actions, descriptor, VGPU_SPAWN_DESCRIPTOR);

    for (int i = STDIN_FILENO; i <= STDERR_FILENO && error == 0; i++)
        error = posix_spawn_file_actions_addopen(actions, i, "/dev/null", O_RDWR, 0);
    if (error == 0)
        error =
            posix_spawn_file_actions_addclosefrom_np(actions, VGPU_SPAWN_DESCRIPTOR + 1);
    return -error;
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t all, none;

    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setsigmask(attributes, &none);
    return -posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
}

/* The process between runs none of the program's signal handlers: it would run them in
 * this process' memory. */
static int run_between(struct start *start, char *stack)
{
    sigset_t all, before;
    pid_t between;
    int error = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    between = __clone(start_and_end, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK, start);
    if (between < 0)
        error = -errno;
    while (between > 0 && waitpid(between, NULL, __WALL) < 0 && errno == EINTR)
        continue;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error != 0 ? error : start->error;
}

int vgpu_spawn_detached(const char *path, char *const arguments[], int descriptor)
{
    struct start start = {.path = path, .arguments = arguments};
    char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    int error;

    if (stack == MAP_FAILED)
        return -ENOMEM;
    error = -posix_spawn_file_actions_init(&start.actions);
    if (error != 0)
        goto fail_actions;
    error = -posix_spawnattr_init(&start.attributes);
    if (error != 0)
        goto fail_attributes;
    error = add_actions(&start.actions, descriptor);
    if (error == 0)
        error = set_attributes(&start.attributes);
    if (error == 0)
        error = run_between(&start, stack);
    posix_spawnattr_destroy(&start.attributes);
fail_attributes:
    posix_spawn_file_actions_destroy(&start.actions);
fail_actions:
    munmap(stack, STACK_SIZE);
    return error;
}
