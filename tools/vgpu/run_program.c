/* SPDX-License-Identifier: MIT */
/* Runs a program as a child process, without a shell. */
#define _GNU_SOURCE
#include "run_program.h"

#include "command.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* our_folder - where the OpenCL library lies that this process has; a fresh path or NULL.
 */
static char *our_folder(void)
{
    Dl_info info;
    char *path, *slash;

    if (!dladdr((void *)(uintptr_t)clGetPlatformIDs, &info) || !info.dli_fname)
        return NULL;
    path = realpath(info.dli_fname, NULL);
    slash = path ? strrchr(path, '/') : NULL;
    if (slash)
        *slash = 0;
    return path;
}

/* put_first - `folder` before what a list of folders has. */
static int put_first(const char *name, const char *folder)
{
    const char *before = getenv(name);
    char *list = NULL;
    int status;

    if (asprintf(&list, "%s%s%s", folder, before && *before ? ":" : "",
                 before ? before : "") < 0)
        return -ENOMEM;
    status = setenv(name, list, 1) == 0 ? 0 : -errno;
    free(list);
    return status;
}

/* Loaders of several makes read different variables; all of them take the library's path,
 * or the folder of our .icd file, which lies beside ours in the build folder and below
 * most prefixes. */
static int set_loaders(const char *folder)
{
    char *library = NULL, *vendors = NULL;
    int status = -ENOMEM;

    if (asprintf(&library, "%s/libvgpu.so.1", folder) < 0)
        return -ENOMEM;
    if (asprintf(&vendors, "%s/../etc/OpenCL/vendors", folder) < 0)
        vendors = NULL;
    if (vendors && setenv("OCL_ICD_FILENAMES", library, 1) == 0 &&
        setenv("OCL_ICD_VENDORS", access(vendors, R_OK) == 0 ? vendors : library, 1) ==
            0 &&
        (access(vendors, R_OK) != 0 || setenv("OPENCL_VENDOR_PATH", vendors, 1) == 0))
        status = 0;
    free(library);
    free(vendors);
    return status;
}

int use_our_library(void)
{
    char *folder = our_folder();
    int status = folder ? put_first("LD_LIBRARY_PATH", folder) : -ENOENT;

    if (status == 0)
        status = set_loaders(folder);
    free(folder);
    return status;
}

static volatile sig_atomic_t child;

static void hand_on(int signal)
{
    if (child > 0)
        kill((pid_t)child, signal);
}

/* What a terminal sends goes to the child by itself; what others send to us, we hand on.
 */
static void watch_signals(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    const struct sigaction pass = {.sa_handler = hand_on, .sa_flags = SA_RESTART};

    sigaction(SIGINT, &ignore, NULL);
    sigaction(SIGQUIT, &ignore, NULL);
    sigaction(SIGTERM, &pass, NULL);
    sigaction(SIGHUP, &pass, NULL);
}

/* start - the child has the signals as they were before we watched them. */
static int start(char *const argv[], pid_t *pid_out)
{
    posix_spawnattr_t attributes;
    sigset_t usual;
    int err;

    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGQUIT);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    err = posix_spawnp(pid_out, argv[0], NULL, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    return err;
}

int run_program(char *const argv[])
{
    pid_t pid = 0;
    int err, status = 0;

    watch_signals();
    err = start(argv, &pid);
    if (err) {
        complain(
            "'%s' cannot be run (%s); give the path of a program, or its name in PATH",
            argv[0], strerror(err));
        return NOT_STARTED + (err == ENOENT ? 127 : 126);
    }
    child = pid;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
