/* SPDX-License-Identifier: MIT */
/* A finding in words: what is wrong, where, who it was, and what to do about it. */
#include "finding.h"

#include "plain_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer names of files are cut at their beginning, and lines of code at their end. */
#define FILE_BYTES 400u
#define CODE_BYTES 200u

/* How parts of it look on a terminal. */
struct style {
    const char *strong, *faint, *plain;
};

static struct style style_of(bool has_colour)
{
    return has_colour ? (struct style){"\033[1;31m", "\033[2m", "\033[0m"}
                      : (struct style){"", "", ""};
}

static void write_place(FILE *out, const struct vgpu_finding_side *side)
{
    const char *const file = side->file ? side->file : "source";
    const size_t length = strlen(file);
    char shown[FILE_BYTES];

    vgpu_text_clean(shown, sizeof shown,
                    length < FILE_BYTES ? file : file + length - (FILE_BYTES - 1));
    fprintf(out, "%s:%u:%u: ", shown, side->line, side->column);
}

static void write_side(FILE *out, const struct vgpu_finding_side *side,
                       const struct style *look)
{
    char code[CODE_BYTES];

    fputs("\n  ", out);
    if (side->line)
        write_place(out, side);
    fprintf(out, "kernel \"%.100s\" %s", side->kernel, side->action);
    if (side->object)
        fprintf(out, " %.100s", side->object);
    if (side->has_item)
        fprintf(out,
                "\n    work-item (%zu,%zu,%zu), local (%zu,%zu,%zu), of work-group "
                "(%zu,%zu,%zu)",
                side->global_id[0], side->global_id[1], side->global_id[2],
                side->local_id[0], side->local_id[1], side->local_id[2],
                side->group_id[0], side->group_id[1], side->group_id[2]);
    if (!side->code)
        return;
    vgpu_text_clean(code, sizeof code, side->code);
    fprintf(out, "\n    %s| %s%s", look->faint, code, look->plain);
}

char *vgpu_finding_in_words(const struct vgpu_finding *finding, bool has_colour)
{
    const struct style look = style_of(has_colour);
    char *text = NULL;
    size_t size;
    FILE *const out = open_memstream(&text, &size);

    if (!out)
        return NULL;
    fprintf(out, "%s%s%s: %s", look.strong, vgpu_finding_word(finding->kind), look.plain,
            finding->text ? finding->text : "");
    for (uint32_t i = 0; i < finding->num_sides; i++)
        write_side(out, &finding->sides[i], &look);
    if (finding->memory)
        fprintf(out, "\n  %s", finding->memory);
    fprintf(out, "\n  What to do: %s.", vgpu_finding_advice(finding->kind));
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
