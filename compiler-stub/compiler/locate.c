/* SPDX-License-Identifier: MIT */
/* Where vgpu-cc is: beside this library. */
#define _GNU_SOURCE
#include "locate.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "environment.h"

/* From the library's folder: in the build folder, and as installed. */
static const char *const places[] = {"../bin/vgpu-cc", VGPU_CC_FROM_INSTALLED_LIBRARY};

static bool is_program(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* With links resolved: libvgpu.so.1 is often found through one. NULL: no memory. */
static char *own_folder(void)
{
    Dl_info info = {0};
    char *path = NULL;
    char *slash;

    /* An object pointer, as dladdr takes one, to what lies in this library for sure. */
    if (dladdr(places, &info) && info.dli_fname)
        path = realpath(info.dli_fname, NULL);
    if (!path)
        path = realpath("/proc/self/exe", NULL);
    slash = path ? strrchr(path, '/') : NULL;
    if (slash)
        *slash = '\0';
    return path;
}

static int settle(char *path, char **path_out)
{
    char *resolved = is_program(path) ? realpath(path, NULL) : NULL;

    *path_out = resolved ? resolved : path;
    if (!resolved)
        return -ENOENT;
    free(path);
    return 0;
}

static int locate_beside(const char *folder, char **path_out)
{
    char *first = NULL;

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path;
        if (asprintf(&path, "%s/%s", folder, places[i]) < 0)
            break;
        if (settle(path, path_out) == 0) {
            free(first);
            return 0;
        }
        if (first)
            free(path);
        else
            first = path;
    }
    if (!first)
        return -ENOMEM;
    *path_out = first;
    return -ENOENT;
}

int vgpu_compiler_locate(char **path_out)
{
    const char *given = vgpu_environment(VGPU_ENV_CC);
    char *text = given ? strdup(given) : own_folder();
    int error;

    if (!text)
        return -ENOMEM;
    if (given)
        return settle(text, path_out);
    error = locate_beside(text, path_out);
    free(text);
    return error;
}
