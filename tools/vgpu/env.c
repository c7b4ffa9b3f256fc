/* SPDX-License-Identifier: MIT */
/* `vgpu env`: the environment variables, what they mean, and how they are set. */
#include "command.h"

#include "environment.h"

#include <stdio.h>
#include <string.h>

/* print_wrapped - the text in lines of less than `width` columns, each behind `indent`
 * spaces. */
static void print_wrapped(const char *text, int indent, int width)
{
    int column = 0;

    while (*text) {
        const int length = (int)strcspn(text, " ");
        if (column && column + 1 + length >= width) {
            fputc('\n', stdout);
            column = 0;
        }
        column += printf("%*s%.*s", column ? 1 : indent, "", length, text);
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', stdout);
}

int command_env(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (enum vgpu_environment i = 0; i < VGPU_ENV_COUNT; i++) {
        const struct vgpu_environment_row *row = &vgpu_environment_rows[i];
        const char *value = vgpu_environment(i);

        printf("%s%s%s%s%s\n", i ? "\n" : "", row->name, value ? "=\"" : "  (not set)",
               value ? value : "", value ? "\"" : "");
        print_wrapped(row->help, 4, 80);
        printf("    For example: %s=\"%s\"\n", row->name, row->example);
    }
    return 0;
}
