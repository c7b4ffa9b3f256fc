/* SPDX-License-Identifier: MIT */
/* The words of a command line, as they are put together. */
#define _GNU_SOURCE
#include "arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void vgpu_cc_argument_add(struct vgpu_cc_arguments *arguments, const char *format, ...)
{
    char *word = NULL;
    va_list args;

    if (arguments->count + 2 > arguments->capacity) {
        const size_t capacity = arguments->capacity ? arguments->capacity * 2 : 32;
        char **items = realloc(arguments->items, capacity * sizeof *items);

        if (!items) {
            arguments->failed = true;
            return;
        }
        arguments->items = items;
        arguments->capacity = capacity;
    }
    va_start(args, format);
    if (vasprintf(&word, format, args) < 0) {
        arguments->failed = true;
        word = NULL;
    }
    va_end(args);
    if (word)
        arguments->items[arguments->count++] = word;
    arguments->items[arguments->count] = NULL;
}

void vgpu_cc_arguments_add(struct vgpu_cc_arguments *arguments, const char *const words[])
{
    for (size_t i = 0; words[i]; i++)
        vgpu_cc_argument_add(arguments, "%s", words[i]);
}

void vgpu_cc_arguments_fini(struct vgpu_cc_arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++)
        free(arguments->items[i]);
    free(arguments->items);
    *arguments = (struct vgpu_cc_arguments){0};
}
