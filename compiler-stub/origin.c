/* SPDX-License-Identifier: MIT */
/* Which program or library a piece of code lives in. */
#define _GNU_SOURCE
#include "origin.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static char *write_text(const char *file, unsigned line, const char *where)
{
    char *text;
    const int length = file ? asprintf(&text, "%s:%u in %s", file, line, where)
                            : asprintf(&text, "a kernel registered by %s", where);
    return length < 0 ? NULL : text;
}

bool vgpu_origin_find(const void *code, const char *file, unsigned line,
                      struct vgpu_origin *origin_out)
{
    struct vgpu_origin origin = {0};
    struct link_map *map = NULL;
    Dl_info info;
    const char *where = "generated code";

    if (dladdr1(code, &info, (void **)&map, RTLD_DL_LINKMAP) && map) {
        origin.module = map;
        if (*map->l_name) {
            where = base_name(map->l_name);
            origin.path = strdup(map->l_name);
            if (!origin.path)
                return false;
        } else {
            where = program_invocation_short_name;
        }
    }
    origin.text = write_text(file, line, where);
    if (!origin.text) {
        free(origin.path);
        return false;
    }
    *origin_out = origin;
    return true;
}

void vgpu_origin_pin(const char *path)
{
    void *handle = dlopen(path, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
    /* The flag has done it; the count need not stay as well. */
    if (handle)
        dlclose(handle);
}

void vgpu_origin_fini(struct vgpu_origin *origin)
{
    free(origin->path);
    free(origin->text);
}
