/* SPDX-License-Identifier: MIT */
/* Entries of the cache: finding, keeping, forgetting.
 *
 * entry := payload, notes, u64 size of each, u64[2] key, u64[2] XXH3-128 of all before,
 *          magic. The payload comes first, so that a shared object can be loaded from
 *          where it lies. */
#define _GNU_SOURCE
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arithmetic.h"
#include "cache_internal.h"
#include "clock.h"
#include "file.h"
#include "request.h"
#include "wire.h"

#define MOST_BYTES (VGPU_MESSAGE_MOST + ((size_t)1 << 20))

static const char magic[8] = {'v', 'g', 'p', 'u', 'E', 'N', 'T', '1'};

enum { HASHED_FOOTER = 4 * 8, FOOTER = HASHED_FOOTER + 2 * 8 + sizeof magic };

const char *const vgpu_cache_suffixes[VGPU_CACHE_KINDS] = {
    [VGPU_CACHE_UNIT] = ".unit",
    [VGPU_CACHE_CODE] = ".so",
    [VGPU_CACHE_TOOLS] = ".tools",
};

static void print_name(enum vgpu_cache_kind kind, struct vgpu_hash key,
                       char name_out[VGPU_CACHE_NAME_SIZE])
{
    vgpu_hash_print(key, name_out);
    strcpy(name_out + VGPU_HASH_DIGITS, vgpu_cache_suffixes[kind]);
}

static struct vgpu_hash read_hash(struct vgpu_reader *reader)
{
    struct vgpu_hash hash;

    hash.words[0] = vgpu_read_u64(reader);
    hash.words[1] = vgpu_read_u64(reader);
    return hash;
}

static void write_hash(struct vgpu_writer *writer, struct vgpu_hash hash)
{
    vgpu_write_u64(writer, hash.words[0]);
    vgpu_write_u64(writer, hash.words[1]);
}

/* Fills in where payload and notes lie. False: damaged, or another entry's. */
static bool take_apart(struct vgpu_cache_entry *entry, size_t size, struct vgpu_hash key)
{
    const unsigned char *bytes = entry->bytes;
    struct vgpu_reader reader;
    struct vgpu_hash own_key, hash;
    size_t sum;

    if (size < FOOTER || memcmp(bytes + size - sizeof magic, magic, sizeof magic) != 0)
        return false;
    vgpu_reader_init(&reader, bytes + size - FOOTER, FOOTER - sizeof magic);
    entry->payload_size = vgpu_read_size(&reader);
    entry->notes_size = vgpu_read_size(&reader);
    own_key = read_hash(&reader);
    hash = read_hash(&reader);
    if (vgpu_reader_finish(&reader) != 0 ||
        !vgpu_add(entry->payload_size, entry->notes_size, &sum) || sum != size - FOOTER ||
        !vgpu_hash_is_same(own_key, key) ||
        !vgpu_hash_is_same(hash, vgpu_hash_of(bytes, sum + HASHED_FOOTER)))
        return false;
    entry->payload = bytes;
    entry->notes = bytes + entry->payload_size;
    return true;
}

bool vgpu_cache_find(const struct vgpu_cache *cache, enum vgpu_cache_kind kind,
                     struct vgpu_hash key, struct vgpu_cache_entry *entry_out)
{
    struct vgpu_cache_entry entry = {0};
    char name[VGPU_CACHE_NAME_SIZE];
    size_t size;

    if (cache->folder < 0)
        return false;
    print_name(kind, key, name);
    if (vgpu_file_read(cache->folder, name, MOST_BYTES, &entry.bytes, &size) != 0)
        return false;
    if (!take_apart(&entry, size, key)) {
        vgpu_cache_drop(cache, kind, key);
        free(entry.bytes);
        return false;
    }
    utimensat(cache->folder, name, NULL, 0);
    *entry_out = entry;
    return true;
}

void vgpu_cache_entry_fini(struct vgpu_cache_entry *entry)
{
    free(entry->bytes);
    *entry = (struct vgpu_cache_entry){0};
}

void vgpu_cache_drop(const struct vgpu_cache *cache, enum vgpu_cache_kind kind,
                     struct vgpu_hash key)
{
    char name[VGPU_CACHE_NAME_SIZE];

    print_name(kind, key, name);
    if (cache->folder >= 0)
        unlinkat(cache->folder, name, 0);
}

uint64_t vgpu_cache_random(void)
{
    uint64_t number;

    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
        number = vgpu_now_ns() ^ (uint64_t)getpid() << 32 ^ (uintptr_t)&number;
    return number;
}

static bool has_bytes(const struct vgpu_cache *cache, const char *name, const void *bytes,
                      size_t size)
{
    void *own;
    size_t own_size;
    bool is_same;

    if (vgpu_file_read(cache->folder, name, size, &own, &own_size) != 0)
        return false;
    is_same = own_size == size && memcmp(own, bytes, size) == 0;
    free(own);
    return is_same;
}

/* Of processes that make the same file at once, one is first, and its file stays: it may
 * have been loaded, and whoever looks for the lines of that code opens it by its name.
 * False: what is temporary is still there. */
static bool give_name(const struct vgpu_cache *cache, const char *temporary,
                      const char *name, const void *bytes, size_t size)
{
    if (linkat(cache->folder, temporary, cache->folder, name, 0) == 0 ||
        (errno == EEXIST && has_bytes(cache, name, bytes, size)))
        return unlinkat(cache->folder, temporary, 0) == 0;
    return renameat(cache->folder, temporary, cache->folder, name) == 0;
}

/* The file comes into being whole, or not at all. */
static bool write_file(const struct vgpu_cache *cache, const char *name,
                       const void *bytes, size_t size)
{
    char temporary[sizeof VGPU_CACHE_TEMPORARY + 16];
    int file, error;

    snprintf(temporary, sizeof temporary, VGPU_CACHE_TEMPORARY "%016llx",
             (unsigned long long)vgpu_cache_random());
    file = openat(cache->folder, temporary,
                  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return false;
    error = vgpu_file_write(file, bytes, size);
    if (close(file) != 0 && error == 0)
        error = -errno;
    if (error == 0 && give_name(cache, temporary, name, bytes, size))
        return true;
    unlinkat(cache->folder, temporary, 0);
    return false;
}

/* As a sweep looks at every file, it is due once in so many bytes; chance stands in for a
 * count that all processes would have to share. */
static void sweep_now_and_then(const struct vgpu_cache *cache, size_t stored)
{
    const size_t interval = vgpu_cache_limit() / 16 + 1;

    if (stored >= interval || vgpu_cache_random() % interval < stored)
        vgpu_cache_sweep(cache);
}

/* One block of all that the entry's hash is of. */
static bool join_entry(struct vgpu_writer *writer, struct vgpu_hash key,
                       const void *payload, size_t payload_size, const void *notes,
                       size_t notes_size)
{
    vgpu_write_bytes(writer, payload, payload_size);
    vgpu_write_bytes(writer, notes, notes_size);
    vgpu_write_u64(writer, payload_size);
    vgpu_write_u64(writer, notes_size);
    write_hash(writer, key);
    if (!writer->failed)
        write_hash(writer, vgpu_hash_of(writer->bytes, writer->size));
    vgpu_write_bytes(writer, magic, sizeof magic);
    return !writer->failed;
}

void vgpu_cache_store(const struct vgpu_cache *cache, enum vgpu_cache_kind kind,
                      struct vgpu_hash key, const void *payload, size_t payload_size,
                      const void *notes, size_t notes_size)
{
    struct vgpu_writer writer = {0};
    char name[VGPU_CACHE_NAME_SIZE];

    if (cache->folder < 0)
        return;
    print_name(kind, key, name);
    if (join_entry(&writer, key, payload, payload_size, notes, notes_size) &&
        writer.size <= vgpu_cache_limit() &&
        write_file(cache, name, writer.bytes, writer.size))
        sweep_now_and_then(cache, writer.size);
    vgpu_writer_fini(&writer);
}

bool vgpu_cache_keep_source(const struct vgpu_cache *cache, struct vgpu_hash key,
                            const char *text, size_t length, char **name_out)
{
    char name[VGPU_CACHE_NAME_SIZE];
    struct stat status;
    bool is_there;

    if (cache->folder < 0)
        return false;
    vgpu_source_name(text, length, key, name);
    is_there = utimensat(cache->folder, name, NULL, 0) == 0 &&
               fstatat(cache->folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
               (uintmax_t)status.st_size == length;
    if (!is_there)
        is_there = write_file(cache, name, text, length);
    if (is_there)
        *name_out = strdup(name);
    return is_there && *name_out;
}

char *vgpu_cache_path(const struct vgpu_cache *cache, enum vgpu_cache_kind kind,
                      struct vgpu_hash key)
{
    char name[VGPU_CACHE_NAME_SIZE];
    char *path;

    if (cache->folder < 0)
        return NULL;
    print_name(kind, key, name);
    return asprintf(&path, "%s/%s", cache->path, name) < 0 ? NULL : path;
}
