/* SPDX-License-Identifier: MIT */
/* Figures that the lessons' tables predict, and what was counted. */
#include "figures.h"

#include "profiled.h"
#include "vgpu_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first line at or behind `from` that has the piece; 0: none. */
static long line_with(const char *text, const char *from, const char *piece)
{
    const char *const found = strstr(from, piece);
    long line = 1;

    if (!found)
        return 0;
    for (const char *at = text; at < found; at++)
        line += *at == '\n';
    return line;
}

/* Of the kernel, or else of the functions around it. 0, after a failure: none. */
static long find_line(const json_t *document, const struct lesson_row *row)
{
    const json_t *const source = json_array_get(json_object_get(document, "sources"), 0);
    const char *const text = json_string_value(json_object_get(source, "text"));
    char head[128];
    const char *kernel;
    long line;

    snprintf(head, sizeof head, "void %s(", row->kernel);
    kernel = text ? strstr(text, head) : NULL;
    if (!kernel) {
        VGPU_FAIL("%s: there is no source of kernel %s", row->where, row->kernel);
        return 0;
    }
    line = line_with(text, kernel, row->line);
    if (!line)
        line = line_with(text, text, row->line);
    if (!line)
        VGPU_FAIL("%s: no line has \"%s\"", row->where, row->line);
    return line;
}

static const json_t *member(const json_t *object, const char *path)
{
    const char *const dot = strchr(path, '.');
    char name[64];

    if (!dot)
        return json_object_get(object, path);
    snprintf(name, sizeof name, "%.*s", (int)(dot - path), path);
    return member(json_object_get(object, name), dot + 1);
}

/* "KIND.FIGURE" of the transfers. */
static const json_t *transfer_member(const json_t *document, const char *path)
{
    const json_t *transfer;
    size_t i;

    json_array_foreach (json_object_get(document, "transfers"), i, transfer) {
        const char *const kind = json_string_value(json_object_get(transfer, "kind"));
        const size_t length = kind ? strlen(kind) : 0;

        if (kind && strncmp(path, kind, length) == 0 && path[length] == '.')
            return member(transfer, path + length + 1);
    }
    return NULL;
}

static const json_t *find_figure(const json_t *document, const struct lesson_row *row)
{
    static const char transfers[] = "transfers.";
    const json_t *kernel;
    long line;

    if (strcmp(row->kernel, "program") == 0)
        return strncmp(row->figure, transfers, strlen(transfers)) == 0
                   ? transfer_member(document, row->figure + strlen(transfers))
                   : NULL;
    kernel = profiled_kernel(document, row->kernel);
    if (!kernel || strcmp(row->line, "all") == 0)
        return member(kernel, row->figure);
    line = find_line(document, row);
    return member(profiled_line(kernel, line), row->figure);
}

/* "47/12" and the like; what follows a blank is for readers. */
static double value_of(const char *text)
{
    char *end;
    const double value = strtod(text, &end);

    return *end == '/' ? value / strtod(end + 1, NULL) : value;
}

void figures_compare(const json_t *document, const struct lesson_row *row)
{
    const json_t *const figure = find_figure(document, row);

    if (!figure) {
        VGPU_FAIL("%s: there is no %s of %s, %s", row->where, row->figure, row->kernel,
                  row->line);
    } else if (json_is_string(figure)) {
        if (strcmp(json_string_value(figure), row->predicted) != 0)
            VGPU_FAIL("%s: %s is %s, not %s", row->where, row->figure,
                      json_string_value(figure), row->predicted);
    } else {
        const double difference = json_number_value(figure) - value_of(row->predicted);

        if (difference > 1e-6 || difference < -1e-6)
            VGPU_FAIL("%s: %s of %s, %s, is %.9g, not %s", row->where, row->figure,
                      row->kernel, row->line, json_number_value(figure), row->predicted);
    }
}
