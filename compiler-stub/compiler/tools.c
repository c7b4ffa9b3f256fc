/* SPDX-License-Identifier: MIT */
/* Which compiler this is. */
#define _GNU_SOURCE
#include "tools.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "locate.h"
#include "question.h"

/* What finds clang, besides vgpu-cc's own knowledge. */
static const char *const variables[] = {"VGPU_CLANG", "PATH"};

/* False: the file is not there. */
static bool write_file(struct vgpu_writer *writer, const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return false;
    vgpu_write_string(writer, path);
    vgpu_write_u64(writer, (uint64_t)status.st_size);
    vgpu_write_u64(writer, (uint64_t)status.st_mtim.tv_sec);
    vgpu_write_u64(writer, (uint64_t)status.st_mtim.tv_nsec);
    return true;
}

static bool write_program(struct vgpu_writer *writer)
{
    char *path = NULL;
    const bool is_there = vgpu_compiler_locate(&path) == 0 && write_file(writer, path);

    free(path);
    vgpu_write_u32(writer, VGPU_REQUEST_VERSION);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = secure_getenv(variables[i]);
        vgpu_write_string(writer, value ? value : "");
    }
    return is_there;
}

/* The files that the list names, as they are now. */
static bool write_list(struct vgpu_writer *writer, const void *list, size_t size)
{
    struct vgpu_reader reader;
    char **paths;
    size_t count;
    bool are_there = true;

    vgpu_reader_init(&reader, list, size);
    paths = vgpu_read_strings(&reader, &count);
    for (size_t i = 0; i < count && are_there; i++)
        are_there = write_file(writer, paths[i]);
    vgpu_strings_free(paths, count);
    return are_there && vgpu_reader_finish(&reader) == 0;
}

/* Asks vgpu-cc, and keeps what it says. */
static bool ask(const struct vgpu_cache *cache, struct vgpu_hash key,
                struct vgpu_writer *writer)
{
    const struct vgpu_question question = {.operation = VGPU_OPERATION_TOOLS};
    struct vgpu_reader fields;
    void *answer = NULL;
    const void *list;
    size_t size;
    char *log = NULL;
    bool is_known = false;

    if (vgpu_question_send(&question, &answer, &fields, &log) == 0) {
        list = vgpu_read_block(&fields, &size);
        is_known = list && write_list(writer, list, size);
        if (is_known)
            vgpu_cache_store(cache, VGPU_CACHE_TOOLS, key, list, size, NULL, 0);
    }
    free(answer);
    free(log);
    return is_known;
}

bool vgpu_tools_write(const struct vgpu_cache *cache, struct vgpu_writer *writer)
{
    struct vgpu_writer program = {0};
    struct vgpu_cache_entry entry;
    struct vgpu_hash key = {{0}};
    bool is_known = cache->folder >= 0 && write_program(&program) && !program.failed;

    if (is_known) {
        key = vgpu_hash_of(program.bytes, program.size);
        vgpu_write_block(writer, program.bytes, program.size);
    }
    vgpu_writer_fini(&program);
    if (!is_known)
        return false;
    if (!vgpu_cache_find(cache, VGPU_CACHE_TOOLS, key, &entry))
        return ask(cache, key, writer);
    is_known = write_list(writer, entry.payload, entry.payload_size);
    vgpu_cache_entry_fini(&entry);
    /* A file is gone: clang is another now, perhaps. */
    return is_known || ask(cache, key, writer);
}
