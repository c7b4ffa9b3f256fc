/* SPDX-License-Identifier: MIT */
/* Which folder the cache lies in, and whether it can be trusted. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.h"
#include "environment.h"
#include "message.h"

/* What the environment says; NULL: there shall be no cache, or no memory. */
static char *choose_folder(bool *is_asked_for)
{
    const char *own =
        secure_getenv(vgpu_environment_rows[VGPU_ENV_CACHE_DIR].name); /* "" counts */
    const char *common = secure_getenv("XDG_CACHE_HOME");
    const char *home = secure_getenv("HOME");
    char *path = NULL;

    *is_asked_for = own != NULL;
    if (own)
        return *own ? strdup(own) : NULL;
    if (common && *common == '/')
        return asprintf(&path, "%s/vgpu", common) < 0 ? NULL : path;
    if (home && *home == '/')
        return asprintf(&path, "%s/.cache/vgpu", home) < 0 ? NULL : path;
    return NULL;
}

/* Makes the folders on the way as well. */
static void make_folder(char *path)
{
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
    mkdir(path, 0700);
}

static int open_folder(char *path)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    int folder = open(path, flags);

    if (folder < 0 && errno == ENOENT) {
        make_folder(path);
        folder = open(path, flags);
    }
    return folder;
}

/* Code out of a folder that others write to is code of theirs. */
static bool is_private(int folder, const char *path)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;
    struct stat status;
    const char *fault = NULL;

    if (fstat(folder, &status) != 0)
        return false;
    if (status.st_uid != geteuid())
        fault = "belongs to another user";
    else if (status.st_mode & (S_IWGRP | S_IWOTH))
        fault = "can be written by other users (chmod go-w makes it private)";
    if (fault && !atomic_flag_test_and_set(&said))
        vgpu_message("the kernel cache '%.400s' is not used: it %s; VGPU_CACHE_DIR names "
                     "another folder",
                     path, fault);
    return !fault;
}

static void report_unusable(const char *path)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;

    if (!atomic_flag_test_and_set(&said))
        vgpu_message("VGPU_CACHE_DIR: '%.400s' cannot be used: %s; kernels are compiled "
                     "anew by each process",
                     path, strerror(errno));
}

bool vgpu_cache_open(struct vgpu_cache *cache_out)
{
    bool is_asked_for;
    char *path = choose_folder(&is_asked_for);
    struct vgpu_cache cache = {.folder = -1};

    *cache_out = cache;
    if (!path)
        return false;
    cache.folder = open_folder(path);
    if (cache.folder < 0) {
        if (is_asked_for)
            report_unusable(path);
    } else if (is_private(cache.folder, path)) {
        cache.path = realpath(path, NULL);
    }
    free(path);
    if (cache.folder >= 0 && !cache.path) {
        close(cache.folder);
        return false;
    }
    *cache_out = cache;
    return cache.folder >= 0;
}

void vgpu_cache_close(struct vgpu_cache *cache)
{
    if (cache->folder >= 0)
        close(cache->folder);
    free(cache->path);
    *cache = (struct vgpu_cache){.folder = -1};
}
