/* SPDX-License-Identifier: MIT */
/* What is kept of kernels, for findings: places of sites, names, the lines' text. */
#define _GNU_SOURCE
#include "state.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LINE 160

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the list */
static struct check_kernel *kernels;

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; text && *text; text++)
        hash = mix(hash, (unsigned char)*text);
    return hash;
}

static uint64_t hash_of(const char *name, const struct vgpu_traced_table *table)
{
    uint64_t hash = hash_text(1, name);

    for (uint32_t i = 0; i < table->num_files; i++)
        hash = hash_text(hash, table->files[i]);
    for (uint32_t i = 0; i < table->num_sites; i++) {
        const struct vgpu_traced_site *s = &table->sites[i];
        hash = mix(hash, (uint64_t)s->place.line << 32 | s->place.column);
        hash = mix(hash, (uint64_t)s->place.file << 32 | s->object);
        hash = mix(hash, (uint64_t)s->kind << 32 | s->size);
    }
    return hash;
}

/* A line of the text, without what is white before and after, to be kept; NULL: there is
 * none, or nothing in it. */
static char *copy_line(const char *text, uint32_t line)
{
    char copy[MAX_LINE + 1];
    size_t length;

    for (; text && line > 1; line--) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    if (!text)
        return NULL;
    text += strspn(text, " \t");
    length = strcspn(text, "\r\n");
    length = length < MAX_LINE ? length : MAX_LINE;
    for (size_t i = 0; i < length; i++)
        copy[i] = (unsigned char)text[i] < 32 || text[i] == 127 ? ' ' : text[i];
    while (length > 0 && copy[length - 1] == ' ')
        length--;
    copy[length] = 0;
    return length > 0 ? strdup(copy) : NULL;
}

/* Names as they go to a terminal: one line, no control characters. */
static char *copy_name(const char *name)
{
    char *copy = strdup(name ? name : "");

    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c < 32 || *c == 127)
            *c = '?';
    return copy;
}

static void fill_site(struct check_site *site, const struct vgpu_traced_site *from,
                      const struct vgpu_traced_table *table, char **files,
                      uint64_t name_hash)
{
    site->place = from->place;
    if (from->place.file < table->num_files) {
        site->file = files[from->place.file];
        if (from->place.line && table->texts)
            site->code = copy_line(table->texts[from->place.file], from->place.line);
    }
    if (from->object < table->num_names)
        site->object = copy_name(table->names[from->object]);
    site->place_key = mix(hash_text(name_hash, site->file),
                          (uint64_t)from->place.line << 32 | from->place.column) |
                      1;
}

static void fill(struct check_kernel *kernel, const struct vgpu_traced_table *table)
{
    char **files = calloc((size_t)table->num_files + 1, sizeof(char *));

    if (!files)
        return;
    for (uint32_t i = 0; i < table->num_files; i++)
        files[i] = copy_name(table->files[i]);
    for (uint32_t i = 0; i < table->num_sites; i++)
        fill_site(&kernel->sites[i], &table->sites[i], table, files,
                  hash_text(7, kernel->name));
    kernel->files = files;
}

struct check_kernel *check_kernel_of(const char *name,
                                     const struct vgpu_traced_table *table)
{
    const uint64_t hash = hash_of(name, table);
    struct check_kernel *kernel;

    pthread_mutex_lock(&lock);
    for (kernel = kernels; kernel; kernel = kernel->next)
        if (kernel->hash == hash && kernel->num_sites == table->num_sites)
            goto out;
    kernel = calloc(1, sizeof *kernel + table->num_sites * sizeof kernel->sites[0]);
    if (!kernel)
        goto out;
    kernel->hash = hash;
    kernel->num_sites = table->num_sites;
    kernel->name = copy_name(name);
    for (uint32_t i = 0; i < table->num_sites; i++) {
        const uint8_t kind = table->sites[i].kind;

        kernel->has_sync |= kind == VGPU_TRACED_ATOMIC || kind == VGPU_TRACED_FENCE;
        kernel->has_segments |= kernel->has_sync || kind == VGPU_TRACED_BARRIER;
    }
    fill(kernel, table);
    kernel->next = kernels;
    kernels = kernel;
out:
    pthread_mutex_unlock(&lock);
    return kernel;
}
