/* SPDX-License-Identifier: MIT */
/* The registered kernels: a table sorted by name. */
#include "registry.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "description.h"
#include "message.h"
#include "origin.h"
#include "registry_internal.h"
#include "text.h"

struct entry {
    struct vgpu_registered_kernel kernel; /* first: what find gives out */
    const struct vgpu_kernel_description *description;
    struct vgpu_origin origin;
    struct entry *next_retired;
    bool is_found;  /* given out: lives until the process ends */
    bool is_pinned; /* its library cannot be unloaded any more */
};

/* Registration runs in constructors, before main and maybe before ours: everything here
 * is initialised statically. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry **entries; /* lock; sorted by name */
static size_t count;           /* lock */
static size_t capacity;        /* lock */
static struct entry *retired;  /* lock; unregistered after they were found */

static void entry_free(struct entry *entry)
{
    if (!entry)
        return;
    vgpu_declaration_fini(&entry->kernel.declaration);
    vgpu_origin_fini(&entry->origin);
    free(entry);
}

/* lock held. The entry's place, or where it would stand. */
static size_t place_of(const char *name, bool *exists_out)
{
    size_t low = 0;
    size_t high = count;

    *exists_out = false;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(entries[middle]->kernel.declaration.name, name);
        if (order == 0) {
            *exists_out = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* lock held */
static struct entry *lookup(const char *name)
{
    bool exists;
    const size_t place = place_of(name, &exists);
    return exists ? entries[place] : NULL;
}

/* lock held. -EEXIST leaves the origin of the first one, for the caller to free, in
 * *first_out. */
static int insert(struct entry *entry, char **first_out)
{
    bool exists;
    const size_t place = place_of(entry->kernel.declaration.name, &exists);

    if (exists) {
        *first_out = strdup(entries[place]->kernel.origin);
        return -EEXIST;
    }
    if (count == capacity) {
        const size_t more = capacity ? capacity * 2 : 32;
        struct entry **grown = realloc(entries, more * sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        entries = grown;
        capacity = more;
    }
    memmove(&entries[place + 1], &entries[place], (count - place) * sizeof(*entries));
    entries[place] = entry;
    count++;
    return 0;
}

static int entry_create(const struct vgpu_kernel_description *description,
                        struct entry **entry_out)
{
    struct entry *entry = calloc(1, sizeof *entry);
    int status = -ENOMEM;

    if (!entry)
        return -ENOMEM;
    entry->kernel.code = vgpu_description_code(description);
    entry->kernel.item = vgpu_description_item(description);
    if (!vgpu_origin_find(entry->kernel.code
                              ? (const void *)entry->kernel.code
                              : (const void *)(uintptr_t)description->function,
                          description->file, description->line, &entry->origin))
        goto fail;
    status = vgpu_description_read(description, entry->origin.text,
                                   &entry->kernel.declaration);
    if (status)
        goto fail;
    entry->kernel.kind = description->kind;
    entry->kernel.function = description->function;
    entry->kernel.origin = entry->origin.text;
    entry->description = description;
    *entry_out = entry;
    return 0;
fail:
    entry_free(entry);
    return status;
}

__attribute__((visibility("default"))) int vgpu_kernel_register(
    const struct vgpu_kernel_description *description)
{
    struct entry *entry = NULL;
    char *first = NULL;
    int status = vgpu_description_check(description);

    if (status)
        return status;
    status = entry_create(description, &entry);
    if (!status) {
        pthread_mutex_lock(&lock);
        status = insert(entry, &first);
        pthread_mutex_unlock(&lock);
    }
    if (status == -EEXIST)
        vgpu_message(
            "kernel '%.200s' of %.600s is refused: the one of %.600s has that name; "
            "rename one of them",
            entry->kernel.declaration.name, entry->kernel.origin,
            first ? first : "another file");
    else if (status == -ENOMEM)
        vgpu_message("out of memory: a kernel is not registered");
    if (status)
        entry_free(entry);
    free(first);
    return status;
}

/* lock held. Takes the description's entry out of the table. */
static struct entry *take(const struct vgpu_kernel_description *description)
{
    for (size_t i = 0; i < count; i++) {
        struct entry *entry = entries[i];
        if (entry->description == description) {
            count--;
            memmove(&entries[i], &entries[i + 1], (count - i) * sizeof(*entries));
            return entry;
        }
    }
    return NULL;
}

__attribute__((visibility("default"))) void vgpu_kernel_unregister(
    const struct vgpu_kernel_description *description)
{
    struct entry *entry;

    if (!description)
        return;
    pthread_mutex_lock(&lock);
    entry = take(description);
    if (entry) {
        /* Its memory may be another description's soon. */
        entry->description = NULL;
        if (entry->is_found) {
            entry->next_retired = retired;
            retired = entry;
            entry = NULL;
        }
    }
    pthread_mutex_unlock(&lock);
    entry_free(entry);
}

/* The loader takes its own lock and runs constructors, which register kernels, under it:
 * so it is called without ours. Until it has pinned the library, another thread may
 * unload it; the entry, once marked, stays, and whether it is still registered tells. */
const struct vgpu_registered_kernel *vgpu_registry_find(const char *name)
{
    struct entry *entry;
    bool is_pinned;

    if (!name)
        return NULL;
    vgpu_registry_load_modules();
    for (;;) {
        pthread_mutex_lock(&lock);
        entry = lookup(name);
        is_pinned = !entry || entry->is_pinned;
        if (entry)
            entry->is_found = true;
        pthread_mutex_unlock(&lock);
        if (is_pinned)
            return entry ? &entry->kernel : NULL;

        if (entry->origin.path)
            vgpu_origin_pin(entry->origin.path);
        pthread_mutex_lock(&lock);
        entry->is_pinned = true;
        pthread_mutex_unlock(&lock);
    }
}

char *vgpu_registry_names(void)
{
    struct vgpu_text text = {0};

    vgpu_registry_load_modules();
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            vgpu_text_add(&text, ";");
        vgpu_text_add(&text, entries[i]->kernel.declaration.name);
    }
    pthread_mutex_unlock(&lock);
    return vgpu_text_take(&text);
}

size_t vgpu_registry_count(void)
{
    size_t result;
    pthread_mutex_lock(&lock);
    result = count;
    pthread_mutex_unlock(&lock);
    return result;
}

bool vgpu_registry_has_module(const void *module)
{
    bool result = false;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < count && !result; i++)
        result = entries[i]->origin.module == module;
    pthread_mutex_unlock(&lock);
    return result;
}
