/* SPDX-License-Identifier: MIT */
/* The headers of a request, in memory. */
#include "overlay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"

static bool is_plain_name(const char *name)
{
    const size_t length = strlen(name);

    if (length == 0 || *name == '/' || name[length - 1] == '/')
        return false;
    for (const char *at = name; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 127)
            return false;
    }
    for (const char *part = name; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return false;
    }
    return true;
}

static bool is_first_of_name(const struct vgpu_header *headers, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(headers[i].name, headers[index].name) == 0)
            return false;
    }
    return true;
}

static void print_quoted(FILE *list, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', list);
        fputc(*text, list);
    }
}

static int add_header(struct vgpu_cc_overlay *overlay, const struct vgpu_header *header,
                      FILE *list)
{
    char path[VGPU_CC_FILE_PATH_SIZE];
    const int file = vgpu_cc_memory_file(header->text, header->length);

    if (file < 0)
        return file;
    vgpu_cc_file_path(file, path);
    fprintf(list, "%s{\"type\":\"file\",\"name\":\"" VGPU_CC_OVERLAY_FOLDER "/",
            overlay->num_files ? "," : "");
    print_quoted(list, header->name);
    fprintf(list, "\",\"external-contents\":\"%s\"}\n", path);
    overlay->files[overlay->num_files++] = file;
    return 0;
}

/* The list in YAML, of which this is the subset that is JSON. */
static int fill(struct vgpu_cc_overlay *overlay, const struct vgpu_header *headers,
                size_t num_headers, FILE *list, FILE *log)
{
    fputs("{\"version\":0,\"use-external-names\":false,\"roots\":[", list);
    for (size_t i = 0; i < num_headers; i++) {
        int err;

        if (!is_plain_name(headers[i].name)) {
            fprintf(log, "error: '%s' cannot be a header's name\n", headers[i].name);
            return -EINVAL;
        }
        if (!is_first_of_name(headers, i))
            continue;
        err = add_header(overlay, &headers[i], list);
        if (err) {
            fprintf(log, "error: no room for header '%s': %s\n", headers[i].name,
                    strerror(-err));
            return err;
        }
    }
    fputs("]}\n", list);
    return 0;
}

int vgpu_cc_overlay_init(struct vgpu_cc_overlay *overlay,
                         const struct vgpu_header *headers, size_t num_headers, FILE *log)
{
    char *text = NULL;
    size_t size = 0;
    FILE *list = open_memstream(&text, &size);
    int err = -ENOMEM;

    *overlay = (struct vgpu_cc_overlay){.files = calloc(num_headers + 1, sizeof(int))};
    if (list && overlay->files)
        err = fill(overlay, headers, num_headers, list, log);
    if (list && fclose(list) != 0 && !err)
        err = -ENOMEM;
    if (!err) {
        const int file = vgpu_cc_memory_file(text, size);

        if (file < 0)
            err = file;
        else
            overlay->files[overlay->num_files++] = file;
    }
    free(text);
    if (err)
        vgpu_cc_overlay_fini(overlay);
    return err;
}

int vgpu_cc_overlay_list(const struct vgpu_cc_overlay *overlay)
{
    return overlay->files[overlay->num_files - 1];
}

void vgpu_cc_overlay_fini(struct vgpu_cc_overlay *overlay)
{
    for (size_t i = 0; i < overlay->num_files; i++)
        close(overlay->files[i]);
    free(overlay->files);
    *overlay = (struct vgpu_cc_overlay){0};
}
