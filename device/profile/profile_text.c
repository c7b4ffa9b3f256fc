/* SPDX-License-Identifier: MIT */
/* A profile's text: one `key = value` per line, lines that begin with # are comments. */
#define _GNU_SOURCE
#include "profile/profile_text.h"

#include "plain_text.h"
#include "profile/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define SUFFIX          ".profile"

/* Text in UTF-8 has no 0, and nothing that is no character. */
static int check_encoding(const struct vgpu_text *text, size_t size)
{
    size_t at = 0;

    while (at < size) {
        const size_t character = vgpu_text_character_size(text->text + at);

        if (text->text[at] == '\0' || character == 0)
            return vgpu_text_refuse(
                text, at, "byte 0x%02x is not text in UTF-8: is this a profile?",
                (unsigned char)text->text[at]);
        at += character;
    }
    return 0;
}

/* Of a line: what stands before a # that begins it, or that has blanks around it. */
static size_t before_comment(const char *text, size_t first, size_t last)
{
    for (size_t at = first; at < last; at++) {
        const bool begins = at == first || text[at - 1] == ' ' || text[at - 1] == '\t';
        const bool ends = at + 1 == last || text[at + 1] == ' ' || text[at + 1] == '\t';

        if (text[at] == '#' && (at == first || (begins && ends)))
            return at;
    }
    return last;
}

static int read_lines(const struct vgpu_text *text, struct vgpu_settings *settings,
                      size_t at)
{
    while (text->text[at]) {
        const size_t end = at + strcspn(text->text + at, "\n");
        struct vgpu_span line = vgpu_text_trim(text, (struct vgpu_span){at, end});

        line.last = before_comment(text->text, line.first, line.last);
        if (line.first < line.last) {
            const int err = vgpu_settings_take(text, line, settings);
            if (err)
                return err;
        }
        at = end + (text->text[end] == '\n');
    }
    return vgpu_settings_end(text, settings);
}

int vgpu_profile_text_apply(const char *source, const char *name, const char *text,
                            size_t size, struct vgpu_device_spec *spec, char *error,
                            size_t error_size)
{
    const struct vgpu_text whole = {.source = source,
                                    .text = text,
                                    .has_lines = true,
                                    .error = error,
                                    .error_size = error_size};
    const size_t mark = sizeof BYTE_ORDER_MARK - 1;
    const size_t begin =
        size >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0 ? mark : 0;
    struct vgpu_device_spec changed = *spec;
    struct vgpu_settings settings = {.spec = &changed};
    int err = check_encoding(&whole, size);

    if (!err)
        err = read_lines(&whole, &settings, begin);
    if (err)
        return err;
    if (settings.given == 0)
        return vgpu_text_refuse(&whole, 0, "no line says anything of a device");
    snprintf(changed.profile, sizeof changed.profile, "%s", name);
    *spec = changed;
    return 0;
}

/* Reads the file. Its size, or -1: errno says why not. EFBIG: more than there is room
 * for. */
static ssize_t read_file(const char *path, char *out, size_t room)
{
    /* without O_NONBLOCK, opening a FIFO waits */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    size_t size = 0;
    ssize_t got = 0;

    if (fd < 0)
        return -1;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        errno = S_ISDIR(status.st_mode) ? EISDIR : ENOTSUP;
        return -1;
    }
    while (size < room && (got = read(fd, out + size, room - size)) > 0)
        size += (size_t)got;
    close(fd);
    if (got < 0)
        return -1;
    if (size == room) {
        errno = EFBIG;
        return -1;
    }
    return (ssize_t)size;
}

/* "laptop" for "/home/me/laptop.profile" */
static void name_of(const char *path, char *name, size_t room)
{
    const char *const slash = strrchr(path, '/');
    const char *const begin = slash ? slash + 1 : path;
    size_t length = strlen(begin);

    if (length > sizeof SUFFIX - 1 &&
        strcmp(begin + length - (sizeof SUFFIX - 1), SUFFIX) == 0)
        length -= sizeof SUFFIX - 1;
    snprintf(name, room, "%.*s", length < room ? (int)length : (int)room, begin);
    vgpu_text_clean(name, room, name);
}

/* `text` has room for VGPU_PROFILE_BYTES + 2. */
static int apply_file(const char *path, char *text, struct vgpu_device_spec *spec,
                      char *error, size_t error_size)
{
    char name[sizeof spec->profile], shown[256];
    const ssize_t size = read_file(path, text, VGPU_PROFILE_BYTES + 1);

    vgpu_text_clean(shown, sizeof shown, path);
    if (size < 0) {
        snprintf(error, error_size, "profile %s cannot be read: %s", shown,
                 errno == EFBIG     ? "it is larger than 64 KiB"
                 : errno == ENOTSUP ? "it is no regular file"
                                    : strerror(errno));
        return -EINVAL;
    }
    text[size] = '\0';
    name_of(path, name, sizeof name);
    return vgpu_profile_text_apply(shown, name, text, (size_t)size, spec, error,
                                   error_size);
}

int vgpu_profile_file_apply(const char *path, struct vgpu_device_spec *spec, char *error,
                            size_t error_size)
{
    char *const text = malloc(VGPU_PROFILE_BYTES + 2);
    int err = -EINVAL;

    if (text)
        err = apply_file(path, text, spec, error, error_size);
    else
        snprintf(error, error_size, "there is no memory to read a profile");
    free(text);
    return err;
}
