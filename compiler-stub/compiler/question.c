/* SPDX-License-Identifier: MIT */
/* Questions to vgpu-cc: the key of each, what an answer says, and what is kept of it. */
#define _GNU_SOURCE
#include "question.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "cpu.h"
#include "file.h"
#include "tools.h"

#define MOST_INCLUDED ((size_t)64 << 20) /* bytes of one file */

enum { FILE_LEAST = 8 + 2 * 8 };

void vgpu_question_fini(struct vgpu_question *question)
{
    vgpu_writer_fini(&question->body);
}

void vgpu_made_fini(struct vgpu_made *made)
{
    free(made->bytes);
    free(made->log);
    free(made->path);
    *made = (struct vgpu_made){0};
}

/* "" where the current folder was removed. */
static void write_current_folder(struct vgpu_writer *writer)
{
    char *folder = getcwd(NULL, 0);

    vgpu_write_string(writer, folder ? folder : "");
    free(folder);
}

static int refuse_answer(char **log_out)
{
    *log_out = strdup("The kernel compiler answered nonsense; is vgpu-cc of the same "
                      "version as this library?\n");
    return -EIO;
}

static int error_of_status(uint32_t status)
{
    static const int errors[] = {[VGPU_STATUS_DONE] = 0,
                                 [VGPU_STATUS_REFUSED] = -EINVAL,
                                 [VGPU_STATUS_NO_TOOLS] = -ENOEXEC,
                                 [VGPU_STATUS_FAILED] = -EIO};

    return errors[status];
}

static int read_status(struct vgpu_reader *fields, char **log_out)
{
    char *log;
    uint32_t status;

    if (vgpu_read_u32(fields) != VGPU_REQUEST_VERSION)
        vgpu_reader_fail(fields, -EINVAL);
    status = vgpu_read_u32_to(fields, VGPU_STATUS_FAILED);
    log = vgpu_read_string(fields);
    if (fields->error != 0)
        return fields->error == -ENOMEM ? -ENOMEM : refuse_answer(log_out);
    if (*log == '\0') {
        free(log);
        log = status == VGPU_STATUS_DONE
                  ? NULL
                  : strdup("The kernel compiler gives no reason.\n");
    }
    *log_out = log;
    return error_of_status(status);
}

int vgpu_question_send(const struct vgpu_question *question, void **answer_out,
                       struct vgpu_reader *fields_out, char **log_out)
{
    struct vgpu_writer request = {0};
    void *message, *answer;
    size_t size;
    int error;

    vgpu_write_u32(&request, VGPU_REQUEST_VERSION);
    vgpu_write_u32(&request, question->operation);
    vgpu_write_u32(&request, vgpu_child_seconds());
    write_current_folder(&request);
    vgpu_write_bytes(&request, question->body.bytes, question->body.size);
    request.failed |= question->body.failed;
    error = vgpu_writer_take(&request, &message, &size);
    if (error != 0)
        return error;
    error = vgpu_child_ask(message, size, &answer, &size, log_out);
    free(message);
    if (error != 0)
        return error;
    vgpu_reader_init(fields_out, answer, size);
    error = read_status(fields_out, log_out);
    if (error != 0) {
        free(answer);
        return error;
    }
    *answer_out = answer;
    return 0;
}

/* False: there is no telling what the answer depends on. */
static bool make_key(const struct vgpu_question *question, const struct vgpu_cache *cache,
                     struct vgpu_hash *key_out)
{
    struct vgpu_writer writer = {0};
    bool is_known = vgpu_tools_write(cache, &writer);

    vgpu_cpu_write(&writer);
    vgpu_write_u32(&writer, question->operation);
    if (question->depends_on_folder)
        write_current_folder(&writer);
    vgpu_write_block(&writer, question->body.bytes, question->body.size);
    is_known = is_known && !writer.failed && !question->body.failed;
    if (is_known)
        *key_out = vgpu_hash_of(writer.bytes, writer.size);
    vgpu_writer_fini(&writer);
    return is_known;
}

static bool is_unchanged(const char *path, struct vgpu_hash hash)
{
    void *bytes;
    size_t size;
    bool is_same;

    if (vgpu_file_read(AT_FDCWD, path, MOST_INCLUDED, &bytes, &size) != 0)
        return false;
    is_same = vgpu_hash_is_same(vgpu_hash_of(bytes, size), hash);
    free(bytes);
    return is_same;
}

/* The files that were included are what they were. */
static bool are_unchanged(struct vgpu_reader *reader)
{
    const size_t count = vgpu_read_count(reader, FILE_LEAST);
    bool is_same = true;

    for (size_t i = 0; i < count && is_same; i++) {
        char *path = vgpu_read_string(reader);
        const uint64_t low = vgpu_read_u64(reader), high = vgpu_read_u64(reader);
        is_same =
            reader->error == 0 && is_unchanged(path, (struct vgpu_hash){{low, high}});
        free(path);
    }
    return is_same && reader->error == 0;
}

/* The notes are the log and the files. */
static bool recall(const struct vgpu_question *question, const struct vgpu_cache *cache,
                   struct vgpu_made *made)
{
    struct vgpu_cache_entry entry;
    struct vgpu_reader notes;
    char *log;

    if (!vgpu_cache_find(cache, question->kind, made->key, &entry))
        return false;
    vgpu_reader_init(&notes, entry.notes, entry.notes_size);
    log = vgpu_read_string(&notes);
    if (!log || !are_unchanged(&notes)) {
        free(log);
        vgpu_cache_entry_fini(&entry);
        return false;
    }
    if (*log == '\0') {
        free(log);
        log = NULL;
    }
    made->bytes = entry.bytes;
    made->result = entry.payload;
    made->size = entry.payload_size;
    made->log = log;
    made->is_cached = true;
    return true;
}

/* False: the list has no end, or goes on behind it. */
static bool is_file_list(struct vgpu_reader list)
{
    const size_t count = vgpu_read_count(&list, FILE_LEAST);

    for (size_t i = 0; i < count; i++) {
        size_t length;
        vgpu_read_block(&list, &length);
        vgpu_read_bytes(&list, 2 * sizeof(uint64_t));
    }
    return vgpu_reader_finish(&list) == 0;
}

static void keep(const struct vgpu_question *question, const struct vgpu_cache *cache,
                 const struct vgpu_made *made, const struct vgpu_reader *files)
{
    struct vgpu_writer notes = {0};

    vgpu_write_string(&notes, made->log ? made->log : "");
    vgpu_write_bytes(&notes, files->at, files->left);
    if (!notes.failed)
        vgpu_cache_store(cache, question->kind, made->key, made->result, made->size,
                         notes.bytes, notes.size);
    vgpu_writer_fini(&notes);
}

static int make(const struct vgpu_question *question, const struct vgpu_cache *cache,
                bool has_key, struct vgpu_made *made, char **log_out)
{
    struct vgpu_reader fields;
    int error = vgpu_question_send(question, &made->bytes, &fields, log_out);

    if (error != 0)
        return error;
    made->log = *log_out;
    *log_out = NULL;
    made->result = vgpu_read_block(&fields, &made->size);
    if (!made->result || !is_file_list(fields))
        return refuse_answer(log_out);
    if (has_key)
        keep(question, cache, made, &fields);
    return 0;
}

int vgpu_question_ask(const struct vgpu_question *question,
                      const struct vgpu_cache *cache, bool anew,
                      struct vgpu_made *made_out, char **log_out)
{
    struct vgpu_made made = {0};
    const bool has_key = make_key(question, cache, &made.key);
    int error = 0;

    *log_out = NULL;
    if (anew || !has_key || !recall(question, cache, &made))
        error = make(question, cache, has_key, &made, log_out);
    if (error != 0) {
        vgpu_made_fini(&made);
        return error;
    }
    if (has_key)
        made.path = vgpu_cache_path(cache, question->kind, made.key);
    *made_out = made;
    return 0;
}
