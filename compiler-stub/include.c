/* SPDX-License-Identifier: MIT */
/* Finding and reading what an #include stands for. */
#define _GNU_SOURCE
#include "include.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "token.h"

#define NOTES_LIMIT   100
#define FOLDERS_SHOWN 8

/* An #include being looked for. */
struct search {
    const char *spelling; /* with its quotes or brackets */
    size_t length;
    const char *name; /* without them, in the arena */
    uint32_t line;
};

void vgpu_includes_init(struct vgpu_includes *includes,
                        const struct vgpu_parse_options *options,
                        struct vgpu_diagnosis *diagnosis)
{
    *includes = (struct vgpu_includes){
        .options = options, .diagnosis = diagnosis, .arena = {.diagnosis = diagnosis}};
}

void vgpu_includes_fini(struct vgpu_includes *includes)
{
    for (struct vgpu_include *at = includes->all; at; at = at->next)
        free(at->text);
    free(vgpu_text_take(&includes->notes));
    vgpu_arena_fini(&includes->arena);
}

/* NULL with the diagnosis set: no memory. */
static char *keep_string(struct vgpu_includes *includes, const char *bytes, size_t length)
{
    char *string = vgpu_arena_alloc(&includes->arena, length + 1);

    if (string && length)
        memcpy(string, bytes, length);
    return string;
}

static struct vgpu_include *add(struct vgpu_includes *includes, const char *name,
                                const char *text, size_t length)
{
    struct vgpu_include *added = vgpu_arena_alloc(&includes->arena, sizeof *added);
    char *spliced = malloc(length + 1);

    if (!added || !spliced) {
        vgpu_diagnose_no_memory(includes->diagnosis);
        free(spliced);
        return NULL;
    }
    added->name = name;
    added->text = spliced;
    added->length = vgpu_splice_lines(text, length, spliced);
    added->next = includes->all;
    includes->all = added;
    return added;
}

/* Headers */

static struct vgpu_include *find_header(struct vgpu_includes *includes,
                                        const struct search *search)
{
    for (size_t i = 0; i < includes->options->num_headers; i++) {
        const struct vgpu_header *header = &includes->options->headers[i];
        const size_t length = strlen(header->name);
        struct vgpu_include *include;
        if (strcmp(header->name, search->name) != 0)
            continue;
        include = vgpu_names_get(&includes->headers, header->name, length);
        if (include)
            return include;
        include = add(includes, header->name, header->text, header->length);
        if (include)
            vgpu_names_set(&includes->headers, &includes->arena, header->name, length,
                           include);
        return include;
    }
    return NULL;
}

/* Files */

/* No name leads out of the folder that it is looked for in. */
static bool stays_inside(const char *name)
{
    if (*name == '\0' || *name == '/')
        return false;
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return false;
    }
    return true;
}

/* Up to `size` bytes; what a file lost since its size was asked is not missed. */
static size_t read_bytes(int file, char *bytes, size_t size)
{
    size_t used = 0;

    while (used < size) {
        const ssize_t got = read(file, bytes + used, size - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    return used;
}

static struct vgpu_include *read_file(struct vgpu_includes *includes, int file,
                                      size_t size, const char *path)
{
    struct vgpu_include *added = NULL;
    char *bytes = malloc(size + 1);
    const char *name = keep_string(includes, path, strlen(path));

    if (!bytes)
        vgpu_diagnose_no_memory(includes->diagnosis);
    else if (name)
        added = add(includes, name, bytes, read_bytes(file, bytes, size));
    free(bytes);
    return added;
}

/* A regular file, read once however many names it has. NULL: it is none, or a fault. */
static struct vgpu_include *take_file(struct vgpu_includes *includes,
                                      const struct search *search, int file,
                                      const char *path)
{
    struct vgpu_include *include;
    struct stat status;
    uint64_t key[2];
    char *kept;

    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return NULL;
    key[0] = (uint64_t)status.st_dev;
    key[1] = (uint64_t)status.st_ino;
    include = vgpu_names_get(&includes->files, (const char *)key, sizeof key);
    if (include)
        return include;
    if ((uint64_t)status.st_size > VGPU_INCLUDE_FILE_LIMIT) {
        vgpu_diagnose(includes->diagnosis, search->line,
                      "the #included file %.500s has %lld bytes; at most %zu are read",
                      path, (long long)status.st_size, VGPU_INCLUDE_FILE_LIMIT);
        return NULL;
    }
    include = read_file(includes, file, (size_t)status.st_size, path);
    kept = include ? keep_string(includes, (const char *)key, sizeof key) : NULL;
    if (kept)
        vgpu_names_set(&includes->files, &includes->arena, kept, sizeof key, include);
    return include;
}

/* O_NONBLOCK: what is no regular file, a FIFO for example, must not hold us. */
static struct vgpu_include *find_in(struct vgpu_includes *includes,
                                    const struct search *search, const char *folder)
{
    struct vgpu_include *include = NULL;
    struct vgpu_text text = {0};
    char *path;
    int file;

    if (folder) {
        vgpu_text_add(&text, folder);
        vgpu_text_add(&text, "/");
    }
    vgpu_text_add(&text, search->name);
    path = vgpu_text_take(&text);
    if (!path) {
        vgpu_diagnose_no_memory(includes->diagnosis);
        return NULL;
    }
    file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file >= 0) {
        include = take_file(includes, search, file, path);
        close(file);
    }
    free(path);
    return include;
}

static bool is_quoted(const struct search *search)
{
    return *search->spelling == '"';
}

static struct vgpu_include *find_file(struct vgpu_includes *includes,
                                      const struct search *search)
{
    const struct vgpu_parse_options *options = includes->options;
    struct vgpu_include *include = NULL;

    if (!options->reads_files || !stays_inside(search->name))
        return NULL;
    for (size_t i = 0; i < options->num_folders && !include; i++) {
        if (includes->diagnosis->status)
            return NULL;
        include = find_in(includes, search, options->folders[i]);
    }
    if (!include && is_quoted(search) && !includes->diagnosis->status)
        include = find_in(includes, search, NULL);
    return include;
}

/* Notes */

/* At most `limit` bytes, fit for one line. */
static void note_text(struct vgpu_includes *includes, const char *text, size_t length,
                      size_t limit)
{
    for (size_t i = 0; i < length && i < limit; i++) {
        const bool is_control = (unsigned char)text[i] < ' ' || text[i] == 0x7f;
        vgpu_text_append(&includes->notes, is_control ? "?" : &text[i], 1);
    }
    if (length > limit)
        vgpu_text_add(&includes->notes, "...");
}

static void note_folders(struct vgpu_includes *includes, const struct search *search)
{
    const struct vgpu_parse_options *options = includes->options;
    const char *separator = "looked in ";

    if (options->num_headers > 0) {
        vgpu_text_add(&includes->notes, "looked in the input headers");
        separator = ", ";
    }
    for (size_t i = 0; options->reads_files && i < options->num_folders; i++) {
        vgpu_text_add(&includes->notes, separator);
        separator = ", ";
        if (i == FOLDERS_SHOWN) {
            vgpu_text_add(&includes->notes, "more folders");
            break;
        }
        note_text(includes, options->folders[i], strlen(options->folders[i]), 200);
    }
    if (options->reads_files && is_quoted(search)) {
        vgpu_text_add(&includes->notes, separator);
        vgpu_text_add(&includes->notes, "the current folder");
    } else if (*separator != ',') {
        vgpu_text_add(&includes->notes, "looked in no folder: -I names one");
    }
}

static void note_missing(struct vgpu_includes *includes, const struct search *search)
{
    if (includes->num_notes > NOTES_LIMIT)
        return;
    if (includes->num_notes++ == NOTES_LIMIT) {
        vgpu_text_add(&includes->notes, "note: more #includes were not found\n");
        return;
    }
    vgpu_text_add(&includes->notes, "note: #include ");
    note_text(includes, search->spelling, search->length, 200);
    vgpu_text_add(&includes->notes, " was not found and is skipped; ");
    if (includes->options->reads_files && !stays_inside(search->name))
        vgpu_text_add(&includes->notes,
                      "a file's name may neither begin with '/' nor hold '..'");
    else
        note_folders(includes, search);
    vgpu_text_add(&includes->notes, "\n");
}

/* The search */

static struct vgpu_include *look(struct vgpu_includes *includes,
                                 const struct search *search)
{
    struct vgpu_include *include = find_header(includes, search);

    if (!include && !includes->diagnosis->status)
        include = find_file(includes, search);
    if (!include && !includes->diagnosis->status) {
        note_missing(includes, search);
        include = &includes->missing;
    }
    return include;
}

static bool charge(struct vgpu_includes *includes, size_t bytes, uint32_t line)
{
    if (bytes > VGPU_INCLUDE_LIMIT - includes->bytes) {
        vgpu_diagnose(
            includes->diagnosis, line,
            "the #includes bring more than %zu MiB; does a file include itself?",
            VGPU_INCLUDE_LIMIT >> 20);
        return false;
    }
    includes->bytes += bytes;
    return true;
}

struct vgpu_include *vgpu_include_find(struct vgpu_includes *includes,
                                       const char *spelling, size_t length, uint32_t line)
{
    struct search search = {.spelling = spelling, .length = length, .line = line};
    struct vgpu_include *include;
    char *kept;

    if (++includes->count > VGPU_INCLUDE_COUNT) {
        vgpu_diagnose(includes->diagnosis, line,
                      "there are more than %zu #includes; does a file include itself?",
                      VGPU_INCLUDE_COUNT);
        return NULL;
    }
    include = vgpu_names_get(&includes->found, spelling, length);
    if (!include) {
        kept = keep_string(includes, spelling, length);
        search.name = keep_string(includes, spelling + 1, length - 2);
        if (!kept || !search.name)
            return NULL;
        include = look(includes, &search);
        if (!include ||
            !vgpu_names_set(&includes->found, &includes->arena, kept, length, include))
            return NULL;
    }
    if (include == &includes->missing || !charge(includes, include->length, line))
        return NULL;
    return include;
}
