/* SPDX-License-Identifier: MIT */
/* Text on a terminal. */
#include "terminal.h"

#include <string.h>

#define WIDTH 80

void vgpu_terminal_style(const struct vgpu_terminal *terminal, enum vgpu_style style)
{
    static const char *const sequences[] = {
        [VGPU_STYLE_PLAIN] = "\033[0m",
        [VGPU_STYLE_BOLD] = "\033[1m",
        [VGPU_STYLE_QUIET] = "\033[2m",
        [VGPU_STYLE_WARNING] = "\033[1;31m",
    };

    if (terminal->colour)
        fputs(sequences[style], terminal->out);
}

/* next_character - the bytes of the UTF-8 character at `text`; texts of documents are
 * valid. */
static int next_character(const char *text)
{
    int length = 1;

    while ((text[length] & 0xc0) == 0x80)
        length++;
    return length;
}

static int count_characters(const char *text, int bytes)
{
    int count = 0;

    for (int i = 0; i < bytes && text[i]; i += next_character(text + i))
        count++;
    return count;
}

static bool is_control(const char *character)
{
    const unsigned char first = (unsigned char)character[0];
    const unsigned char second = (unsigned char)character[1];

    return first < 0x20 || first == 0x7f || (first == 0xc2 && second < 0xa0) ||
           (first == 0xe2 && second == 0x80 && (unsigned char)character[2] >= 0xaa &&
            (unsigned char)character[2] <= 0xae); /* turn the direction of text */
}

static void put_characters(FILE *out, const char *text, int count)
{
    for (int i = 0; i < count && *text; i++) {
        const int length = next_character(text);

        if (is_control(text))
            fputc('?', out);
        else
            fwrite(text, 1, (size_t)length, out);
        text += length;
    }
}

int vgpu_terminal_text(const struct vgpu_terminal *terminal, const char *text, int width)
{
    const int count = count_characters(text, (int)strlen(text));

    put_characters(terminal->out, text, count > width ? width - 3 : count);
    if (count > width)
        fputs("...", terminal->out);
    return count > width ? width : count;
}

void vgpu_terminal_cell(const struct vgpu_terminal *terminal, const char *text, int width)
{
    const int used = vgpu_terminal_text(terminal, text, width);

    fprintf(terminal->out, "%*s", width - used, "");
}

void vgpu_terminal_wrap(const struct vgpu_terminal *terminal, const char *text,
                        int indent)
{
    int column = 0;

    text += strspn(text, " \n");
    if (!*text)
        return;
    while (*text) {
        const int bytes = (int)strcspn(text, " \n");
        const int count = count_characters(text, bytes);

        if (column && column + 1 + count >= WIDTH) {
            fputc('\n', terminal->out);
            column = 0;
        }
        column += fprintf(terminal->out, "%*s", column ? 1 : indent, "");
        put_characters(terminal->out, text, count);
        column += count;
        text += bytes;
        text += strspn(text, " \n");
    }
    fputc('\n', terminal->out);
}
