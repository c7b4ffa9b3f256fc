/* SPDX-License-Identifier: MIT */
/* Reads and writes the files of reports. */
#include "report_file.h"

#include "document.h"
#include "page.h"
#include "trace_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(char message[VGPU_REPORT_MESSAGE], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(char message[VGPU_REPORT_MESSAGE], const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(message, VGPU_REPORT_MESSAGE, format, values);
    va_end(values);
}

/* A file's bytes, with a 0 behind them. */
struct content {
    char *bytes;
    size_t size;
};

static int read_all(FILE *file, struct content *content)
{
    size_t room = 0, got;

    do {
        if (room - content->size < 2) {
            char *more;

            room = room ? room * 2 : 1 << 16;
            if (room > VGPU_REPORT_MAX_BYTES)
                return -EFBIG;
            more = realloc(content->bytes, room);
            if (!more)
                return -ENOMEM;
            content->bytes = more;
        }
        got = fread(content->bytes + content->size, 1, room - content->size - 1, file);
        content->size += got;
    } while (got > 0);
    content->bytes[content->size] = 0;
    return ferror(file) ? -EIO : 0;
}

/* read_file - a regular file or a pipe; what makes the reader wait forever is the user's
 * to end. */
static int read_file(const char *path, struct content *content,
                     char message[VGPU_REPORT_MESSAGE])
{
    FILE *file = fopen(path, "re");
    int status;

    *content = (struct content){0};
    if (!file) {
        status = -errno;
        say(message,
            "%s cannot be read (%s); give the path of a file that an observer "
            "wrote",
            path, strerror(-status));
        return status;
    }
    status = read_all(file, content);
    if (status != 0) {
        say(message, "%s cannot be read (%s)%s", path, strerror(-status),
            status == -EFBIG ? "; files of up to 1 GiB are, so trace a shorter run" : "");
        free(content->bytes);
        content->bytes = NULL;
    }
    fclose(file);
    return status;
}

static json_t *read_object(const char *path, char message[VGPU_REPORT_MESSAGE])
{
    struct content content;
    json_error_t error;
    json_t *object;

    if (read_file(path, &content, message) != 0)
        return NULL;
    object = json_loadb(content.bytes, content.size, JSON_REJECT_DUPLICATES, &error);
    free(content.bytes);
    if (!object)
        say(message, "%s is no JSON: line %d: %s; was the program that wrote it killed?",
            path, error.line, error.text);
    else if (!json_is_object(object)) {
        say(message, "%s holds JSON, but no object; give a file that an observer wrote",
            path);
        json_decref(object);
        object = NULL;
    }
    return object;
}

json_t *vgpu_report_read(const char *path, char message[VGPU_REPORT_MESSAGE])
{
    json_t *object = read_object(path, message);

    if (object && !vgpu_report_is_document(object)) {
        say(message,
            "%s is no report that VGPU_REPORT wrote; a profile is given with --profile, "
            "a trace with --trace",
            path);
        json_decref(object);
        object = NULL;
    }
    return object;
}

static int read_trace(const char *path, struct vgpu_spans *spans,
                      char message[VGPU_REPORT_MESSAGE])
{
    struct content content;
    int status = read_file(path, &content, message);

    if (status != 0)
        return status;
    if (vgpu_trace_read(spans, content.bytes, content.size) < 0) {
        say(message,
            "%s is no trace: there is no array of events; give a file that "
            "VGPU_TRACE wrote",
            path);
        status = -EINVAL;
    }
    free(content.bytes);
    return status;
}

json_t *vgpu_report_gather(const char *profile_path, const char *trace_path,
                           char message[VGPU_REPORT_MESSAGE])
{
    json_t *profile = NULL, *document = NULL;
    struct vgpu_spans *spans = vgpu_spans_create();

    say(message, "memory is short");
    if (!spans || (trace_path && read_trace(trace_path, spans, message) != 0))
        goto out;
    if (profile_path && !(profile = read_object(profile_path, message)))
        goto out;
    document = vgpu_report_document(profile, spans);
out:
    json_decref(profile);
    vgpu_spans_destroy(spans);
    return document;
}

static bool ends_in(const char *text, const char *end)
{
    const size_t length = strlen(text), wanted = strlen(end);

    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

static int write_as(FILE *out, const char *path, const json_t *document)
{
    if (!ends_in(path, ".json"))
        return vgpu_report_page_write(out, document);
    if (json_dumpf(document, out, JSON_COMPACT) != 0 || fputc('\n', out) == EOF ||
        fflush(out) != 0)
        return errno ? -errno : -EIO;
    return 0;
}

/* write_file - its old content, if any, is gone once it is opened. */
static int write_file(const char *path, const char *like, const json_t *document)
{
    FILE *out;
    int status;

    errno = 0;
    out = fopen(path, "we");
    if (!out)
        return -errno;
    status = write_as(out, like, document);
    if (fclose(out) != 0 && status == 0)
        status = -errno;
    return status;
}

/* replace_file - by way of a file beside it, so that a reader never sees half a page. */
static int replace_file(const char *path, const json_t *document)
{
    char *beside;
    int status;

    if (asprintf(&beside, "%s.%ld.part", path, (long)getpid()) < 0)
        return -ENOMEM;
    status = write_file(beside, path, document);
    if (status == 0 && rename(beside, path) != 0)
        status = -errno;
    if (status != 0)
        unlink(beside);
    free(beside);
    return status;
}

static int say_unwritable(const char *path, int status, char message[VGPU_REPORT_MESSAGE])
{
    say(message,
        "the report %s cannot be written (%s); give a path in a folder that exists "
        "and that you may write",
        path, strerror(-status));
    return status;
}

int vgpu_report_check_path(const char *path, char message[VGPU_REPORT_MESSAGE])
{
    const bool was_there = access(path, F_OK) == 0;
    const int file =
        open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);

    if (file < 0 && errno != ENXIO) /* a pipe that nobody reads yet */
        return say_unwritable(path, -errno, message);
    if (file >= 0)
        close(file);
    if (!was_there)
        unlink(path);
    return 0;
}

int vgpu_report_save(const char *path, const json_t *document,
                     char message[VGPU_REPORT_MESSAGE])
{
    struct stat info;
    const bool replace = stat(path, &info) != 0 || S_ISREG(info.st_mode);
    int status = replace ? replace_file(path, document) : -EPERM;

    if (status != 0 && status != -ENOSPC && status != -EISDIR)
        status = write_file(path, path, document);
    return status == 0 ? 0 : say_unwritable(path, status, message);
}
