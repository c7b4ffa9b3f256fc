/* SPDX-License-Identifier: MIT */
/* The files that what is compiled depends on, besides the sources. */
#define _GNU_SOURCE
#include "operation.h"

#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"

static void add_path(struct vgpu_cc_arguments *paths, const char *path)
{
    char *real = realpath(path, NULL);

    if (real)
        vgpu_cc_argument_add(paths, "%s", real);
    free(real);
}

/* As PATH finds it. */
static void add_program(struct vgpu_cc_arguments *paths, const char *name)
{
    const char *folders = getenv("PATH");
    char path[PATH_MAX];

    if (strchr(name, '/')) {
        add_path(paths, name);
        return;
    }
    for (const char *at = folders ? folders : ""; *at;) {
        const size_t length = strcspn(at, ":");

        if ((size_t)snprintf(path, sizeof path, "%.*s/%s", (int)length, at, name) <
                sizeof path &&
            access(path, X_OK) == 0) {
            add_path(paths, path);
            return;
        }
        at += length + (at[length] == ':');
    }
}

static int add_library(struct dl_phdr_info *library, size_t size, void *paths)
{
    (void)size;
    if (strstr(library->dlpi_name, "libLLVM"))
        add_path(paths, library->dlpi_name);
    return 0;
}

char **vgpu_cc_tools(size_t *count_out)
{
    struct vgpu_cc_arguments paths = {0};

    add_path(&paths, "/proc/self/exe");
    dl_iterate_phdr(add_library, &paths);
    add_program(&paths, vgpu_cc_clang());
    add_program(&paths, "ld");
    if (paths.failed) {
        vgpu_cc_arguments_fini(&paths);
        return NULL;
    }
    *count_out = paths.count;
    return paths.items;
}
