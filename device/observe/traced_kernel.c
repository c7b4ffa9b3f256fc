/* SPDX-License-Identifier: MIT */
/* The traced kernels of the process, and what each compute unit has counted of them. */
#include "traced_kernel.h"

#include "profile/key.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct vgpu_traced_kernel *_Atomic first; /* links are set under the lock */

struct vgpu_traced_kernel *vgpu_traced_kernels(void)
{
    return atomic_load(&first);
}

static void *copy(const void *from, size_t size)
{
    void *const to = malloc(size ? size : 1);

    if (to && size)
        memcpy(to, from, size);
    return to;
}

static void free_strings(char **strings, uint32_t count)
{
    for (uint32_t i = 0; strings && i < count; i++)
        free(strings[i]);
    free(strings);
}

static char **copy_strings(char *const *from, uint32_t count)
{
    char **const to = calloc(count ? count : 1, sizeof *to);

    for (uint32_t i = 0; to && i < count; i++)
        if (!(to[i] = strdup(from && from[i] ? from[i] : ""))) {
            free_strings(to, count);
            return NULL;
        }
    return to;
}

static void free_table(struct vgpu_traced_table *table)
{
    if (!table)
        return;
    free(table->blocks);
    free(table->sites);
    free(table->lines);
    free_strings(table->files, table->num_files);
    free_strings(table->texts, table->num_files);
    free_strings(table->names, table->num_names);
    free(table);
}

static struct vgpu_traced_table *copy_table(const struct vgpu_traced_table *from)
{
    struct vgpu_traced_table *const to = copy(from, sizeof *from);

    if (!to)
        return NULL;
    to->blocks = copy(from->blocks, from->num_blocks * sizeof *from->blocks);
    to->sites = copy(from->sites, from->num_sites * sizeof *from->sites);
    to->lines = copy(from->lines, from->num_lines * sizeof *from->lines);
    to->files = copy_strings(from->files, from->num_files);
    to->names = copy_strings(from->names, from->num_names);
    to->texts = copy_strings(from->texts, from->num_files);
    if (to->blocks && to->sites && to->lines && to->files && to->texts && to->names)
        return to;
    free_table(to);
    return NULL;
}

static void free_sources(struct vgpu_traced_source *sources, uint32_t count)
{
    for (uint32_t i = 0; sources && i < count; i++) {
        free((char *)sources[i].name);
        free((char *)sources[i].text);
    }
    free(sources);
}

static struct vgpu_traced_source *copy_sources(const struct vgpu_traced_source *from,
                                               uint32_t count)
{
    struct vgpu_traced_source *const to = calloc(count ? count : 1, sizeof *to);

    for (uint32_t i = 0; to && i < count; i++) {
        to[i].name = strdup(from[i].name ? from[i].name : "");
        to[i].text = copy(from[i].text, from[i].size);
        to[i].size = from[i].size;
        if (!to[i].name || !to[i].text) {
            free_sources(to, count);
            return NULL;
        }
    }
    return to;
}

static bool is_same(const void *a, const void *b, size_t size)
{
    return size == 0 || memcmp(a, b, size) == 0;
}

static bool are_same_strings(char *const *a, char *const *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(a[i], b[i] ? b[i] : "") != 0)
            return false;
    return true;
}

static bool is_same_place(const struct vgpu_traced_place *a,
                          const struct vgpu_traced_place *b)
{
    return a->file == b->file && a->line == b->line && a->column == b->column;
}

static bool are_same_blocks(const struct vgpu_traced_table *a,
                            const struct vgpu_traced_table *b)
{
    for (uint32_t i = 0; i < a->num_blocks; i++) {
        const struct vgpu_traced_block *const x = &a->blocks[i], *const y = &b->blocks[i];

        if (!is_same_place(&x->branch, &y->branch) ||
            x->post_dominator != y->post_dominator ||
            x->num_successors != y->num_successors || x->first_line != y->first_line ||
            x->num_lines != y->num_lines || !is_same(x->work, y->work, sizeof x->work))
            return false;
    }
    return true;
}

static bool are_same_sites(const struct vgpu_traced_table *a,
                           const struct vgpu_traced_table *b)
{
    for (uint32_t i = 0; i < a->num_sites; i++) {
        const struct vgpu_traced_site *const x = &a->sites[i], *const y = &b->sites[i];

        if (!is_same_place(&x->place, &y->place) || x->block != y->block ||
            x->kind != y->kind || x->space != y->space || x->flags != y->flags ||
            x->size != y->size || x->object != y->object ||
            x->alignment_bits != y->alignment_bits || x->object_bytes != y->object_bytes)
            return false;
    }
    return true;
}

static bool is_same_table(const struct vgpu_traced_table *a,
                          const struct vgpu_traced_table *b)
{
    return a->num_blocks == b->num_blocks && a->num_sites == b->num_sites &&
           a->num_lines == b->num_lines && a->num_files == b->num_files &&
           a->num_names == b->num_names && are_same_blocks(a, b) &&
           are_same_sites(a, b) &&
           is_same(a->lines, b->lines, a->num_lines * sizeof *a->lines) &&
           are_same_strings(a->files, b->files, a->num_files) &&
           are_same_strings(a->names, b->names, a->num_names);
}

static bool are_same_sources(const struct vgpu_traced_kernel *kernel,
                             const struct vgpu_traced_description *description)
{
    if (kernel->num_sources != description->num_sources)
        return false;
    for (uint32_t i = 0; i < kernel->num_sources; i++) {
        const struct vgpu_traced_source *const a = &kernel->sources[i];
        const struct vgpu_traced_source *const b = &description->sources[i];

        if (strcmp(a->name, b->name ? b->name : "") != 0 || a->size != b->size ||
            !is_same(a->text, b->text, a->size))
            return false;
    }
    return true;
}

static bool is_of_devices(const struct vgpu_traced_kernel *kernel,
                          const struct vgpu_device_spec *spec)
{
    static const struct vgpu_device_spec any;

    return vgpu_spec_is_alike(&kernel->spec, spec ? spec : &any);
}

static bool is_description_of(const struct vgpu_traced_kernel *kernel,
                              const struct vgpu_traced_description *description)
{
    return strcmp(kernel->name, description->name) == 0 &&
           kernel->width == description->width &&
           is_of_devices(kernel, description->spec) &&
           kernel->private_bytes == description->private_bytes &&
           kernel->local_bytes == description->local_bytes &&
           is_same_table(kernel->table, description->table) &&
           are_same_sources(kernel, description);
}

static struct vgpu_traced_kernel *create(
    const struct vgpu_traced_description *description)
{
    struct vgpu_traced_kernel *const kernel = calloc(1, sizeof *kernel);

    if (!kernel)
        return NULL;
    kernel->name = strdup(description->name);
    kernel->table = copy_table(description->table);
    kernel->num_sources = description->num_sources;
    kernel->sources = copy_sources(description->sources, description->num_sources);
    if (description->spec)
        kernel->spec = *description->spec;
    kernel->width = description->width;
    kernel->private_bytes = description->private_bytes;
    kernel->local_bytes = description->local_bytes;
    kernel->recorded = calloc(VGPU_RECORDED_ROWS, sizeof *kernel->recorded);
    if (kernel->name && kernel->table && kernel->sources && kernel->recorded &&
        pthread_mutex_init(&kernel->lock, NULL) == 0)
        return kernel;
    free(kernel->name);
    free_table(kernel->table);
    free_sources(kernel->sources, kernel->num_sources);
    free(kernel->recorded);
    free(kernel);
    return NULL;
}

struct vgpu_traced_kernel *vgpu_traced_kernel_get(
    const struct vgpu_traced_description *description)
{
    struct vgpu_traced_kernel *kernel, *last = NULL;

    pthread_mutex_lock(&lock);
    for (kernel = first; kernel; last = kernel, kernel = kernel->next)
        if (is_description_of(kernel, description))
            break;
    if (!kernel) {
        kernel = create(description);
        if (kernel && last)
            __atomic_store_n(&last->next, kernel, __ATOMIC_RELEASE);
        else if (kernel)
            atomic_store(&first, kernel);
    }
    pthread_mutex_unlock(&lock);
    return kernel;
}

const struct vgpu_traced_table *vgpu_traced_kernel_table(
    const struct vgpu_traced_kernel *kernel)
{
    return kernel->table;
}

uint32_t vgpu_traced_kernel_width(const struct vgpu_traced_kernel *kernel)
{
    return kernel->width;
}

void vgpu_traced_counts_destroy(struct vgpu_traced_counts *counts)
{
    for (uint32_t i = 0; counts->sites && i < counts->kernel->table->num_sites; i++)
        free(counts->sites[i].shape);
    free(counts->blocks);
    free(counts->divergent);
    free(counts->sites);
    free(counts->shapes);
    free(counts);
}

struct vgpu_traced_counts *vgpu_traced_counts_alone(struct vgpu_traced_kernel *kernel)
{
    const struct vgpu_traced_table *const table = kernel->table;
    struct vgpu_traced_counts *const counts = calloc(1, sizeof *counts);
    const size_t blocks = table->num_blocks + 1, sites = table->num_sites + 1;

    if (!counts)
        return NULL;
    counts->kernel = kernel;
    counts->blocks = calloc(blocks, sizeof *counts->blocks);
    counts->divergent = calloc(blocks, sizeof *counts->divergent);
    counts->sites = calloc(sites, sizeof *counts->sites);
    counts->shapes = calloc(sites, sizeof *counts->shapes);
    if (!counts->blocks || !counts->divergent || !counts->sites || !counts->shapes) {
        vgpu_traced_counts_destroy(counts);
        return NULL;
    }
    for (uint32_t i = 0; i < table->num_sites; i++) {
        counts->sites[i].pattern = &counts->shapes[i];
        counts->sites[i].kind = table->sites[i].kind;
        counts->sites[i].space = table->sites[i].space;
        counts->sites[i].size = table->sites[i].size ? table->sites[i].size : 1;
    }
    return counts;
}

struct vgpu_traced_counts *vgpu_traced_counts_create(struct vgpu_traced_kernel *kernel)
{
    struct vgpu_traced_counts *const counts = vgpu_traced_counts_alone(kernel);

    if (!counts)
        return NULL;
    pthread_mutex_lock(&kernel->lock);
    counts->next = kernel->counts;
    kernel->counts = counts;
    pthread_mutex_unlock(&kernel->lock);
    return counts;
}

struct vgpu_recorded_row *vgpu_traced_record_row(struct vgpu_traced_kernel *kernel)
{
    struct vgpu_recorded_row *recorded = NULL;

    if (__atomic_load_n(&kernel->num_recorded, __ATOMIC_RELAXED) == VGPU_RECORDED_ROWS)
        return NULL;
    pthread_mutex_lock(&kernel->lock);
    if (kernel->num_recorded < VGPU_RECORDED_ROWS)
        recorded = &kernel->recorded[kernel->num_recorded];
    if (recorded)
        __atomic_store_n(&kernel->num_recorded, kernel->num_recorded + 1,
                         __ATOMIC_RELAXED);
    pthread_mutex_unlock(&kernel->lock);
    return recorded;
}
