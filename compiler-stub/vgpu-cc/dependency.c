/* SPDX-License-Identifier: MIT */
/* The files that a source included, from the rule that clang writes for make. */
#define _GNU_SOURCE
#include "dependency.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "overlay.h"

struct list {
    struct vgpu_cc_file *files;
    size_t count;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The next word with make's quoting taken off: "\ " is a blank, "$$" a dollar, and a
 * backslash at the end of a line nothing. Returns what follows, or NULL at the end. */
static const char *next_word(const char *at, char *word_out)
{
    while (is_blank(*at) || (*at == '\\' && is_blank(at[1]) && at[1] != ' '))
        at++;
    if (!*at)
        return NULL;
    while (*at && !is_blank(*at) && !(*at == '\\' && at[1] == '\n')) {
        if ((*at == '\\' && (at[1] == ' ' || at[1] == '#')) ||
            (*at == '$' && at[1] == '$'))
            at++;
        *word_out++ = *at++;
    }
    *word_out = '\0';
    return at;
}

static char *absolute_path(const char *path)
{
    char *folder = NULL;
    char *result = NULL;

    if (*path == '/')
        return strdup(path);
    folder = getcwd(NULL, 0);
    if (!folder || asprintf(&result, "%s/%s", folder, path) < 0)
        result = NULL;
    free(folder);
    return result;
}

static int hash_file(const char *path, struct vgpu_hash *hash_out)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *bytes;
    size_t size;
    int err;

    if (file < 0)
        return -errno;
    err = vgpu_cc_memory_file_read(file, &bytes, &size);
    close(file);
    if (err)
        return err;
    *hash_out = vgpu_hash_of(bytes, size);
    free(bytes);
    return 0;
}

static int add_file(struct list *list, const char *path)
{
    struct vgpu_cc_file file = {.path = NULL};
    struct vgpu_cc_file *files;

    if (strncmp(path, VGPU_CC_OVERLAY_FOLDER "/", sizeof VGPU_CC_OVERLAY_FOLDER) == 0 ||
        hash_file(path, &file.hash))
        return 0;
    files = realloc(list->files, (list->count + 1) * sizeof *files);
    if (!files)
        return -ENOMEM;
    list->files = files;
    file.path = absolute_path(path);
    if (!file.path)
        return -ENOMEM;
    files[list->count++] = file;
    return 0;
}

int vgpu_cc_dependencies_read(const char *rule, struct vgpu_cc_file **files_out,
                              size_t *count_out)
{
    const char *at = strstr(rule, ": ");
    char *word = malloc(strlen(rule) + 1);
    struct list list = {0};
    int err = word ? 0 : -ENOMEM;

    if (at)
        at += 2;
    while (!err && at && (at = next_word(at, word)))
        err = add_file(&list, word);
    free(word);
    if (err) {
        vgpu_cc_files_free(list.files, list.count);
        return err;
    }
    *files_out = list.files;
    *count_out = list.count;
    return 0;
}

void vgpu_cc_files_free(struct vgpu_cc_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(files[i].path);
    free(files);
}
