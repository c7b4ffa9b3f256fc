/* SPDX-License-Identifier: MIT */
/* Keeping the cache's folder below its size: what was used longest ago goes first. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arithmetic.h"
#include "cache_internal.h"
#include "environment.h"
#include "message.h"

#define DEFAULT_LIMIT   ((size_t)512 << 20)
#define WRITING_SECONDS 3600 /* nobody writes one file for longer */

struct found {
    char name[VGPU_CACHE_NAME_SIZE];
    size_t size;
    struct timespec used;
};

struct folder_list {
    struct found *files;
    size_t count, capacity;
    size_t bytes;
};

size_t vgpu_cache_limit(void)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;
    const char *text = vgpu_environment(VGPU_ENV_CACHE_BYTES);
    size_t limit = DEFAULT_LIMIT;

    if (text && !vgpu_size_parse(text, &limit) && !atomic_flag_test_and_set(&said))
        vgpu_message("VGPU_CACHE_BYTES: '%.100s' is no size like 512M; 512M is taken",
                     text);
    return limit;
}

static bool is_entry(const char *name)
{
    if (vgpu_is_source_name(name))
        return true;
    if (strspn(name, "0123456789abcdef") != VGPU_HASH_DIGITS)
        return false;
    for (size_t i = 0; i < VGPU_CACHE_KINDS; i++) {
        if (strcmp(name + VGPU_HASH_DIGITS, vgpu_cache_suffixes[i]) == 0)
            return true;
    }
    return false;
}

static bool is_left_behind(const char *name, const struct stat *status)
{
    const char *digits = name + strlen(VGPU_CACHE_TEMPORARY);

    return strncmp(name, VGPU_CACHE_TEMPORARY, strlen(VGPU_CACHE_TEMPORARY)) == 0 &&
           strlen(digits) == 16 && strspn(digits, "0123456789abcdef") == 16 &&
           time(NULL) - status->st_mtim.tv_sec > WRITING_SECONDS;
}

/* A file that there is no memory for is left for the next sweep. */
static void add(struct folder_list *list, const char *name, const struct stat *status)
{
    struct found *file;

    if (list->count == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 256;
        struct found *files = reallocarray(list->files, capacity, sizeof *files);
        if (!files)
            return;
        list->files = files;
        list->capacity = capacity;
    }
    file = &list->files[list->count++];
    strcpy(file->name, name);
    file->size = (size_t)status->st_size;
    file->used = status->st_mtim;
    list->bytes += file->size;
}

static void look_at(struct folder_list *list, int folder, const char *name)
{
    struct stat status;

    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
        return;
    if (is_entry(name))
        add(list, name, &status);
    else if (is_left_behind(name, &status))
        unlinkat(folder, name, 0);
}

static int compare_use(const void *left, const void *right)
{
    const struct found *a = left, *b = right;

    if (a->used.tv_sec != b->used.tv_sec)
        return a->used.tv_sec < b->used.tv_sec ? -1 : 1;
    if (a->used.tv_nsec != b->used.tv_nsec)
        return a->used.tv_nsec < b->used.tv_nsec ? -1 : 1;
    return strcmp(a->name, b->name);
}

/* More than needed, so that the next store does not find the folder full again. */
static void shrink(struct folder_list *list, int folder, size_t limit)
{
    const size_t aim = limit - limit / 8;

    qsort(list->files, list->count, sizeof *list->files, compare_use);
    for (size_t i = 0; i < list->count && list->bytes > aim; i++) {
        unlinkat(folder, list->files[i].name, 0);
        list->bytes -= list->files[i].size;
    }
}

void vgpu_cache_sweep(const struct vgpu_cache *cache)
{
    const size_t limit = vgpu_cache_limit();
    const int folder = openat(cache->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = folder < 0 ? NULL : fdopendir(folder);
    struct folder_list list = {0};
    struct dirent *file;

    if (!stream) {
        if (folder >= 0)
            close(folder);
        return;
    }
    while ((file = readdir(stream)))
        look_at(&list, folder, file->d_name);
    if (list.bytes > limit)
        shrink(&list, folder, limit);
    free(list.files);
    closedir(stream);
}
