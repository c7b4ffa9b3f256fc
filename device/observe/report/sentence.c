/* SPDX-License-Identifier: MIT */
/* Sentences and numbers in them. */
#include "sentence.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int vgpu_sentence_begin(struct vgpu_sentence *sentence)
{
    *sentence = (struct vgpu_sentence){0};
    sentence->out = open_memstream(&sentence->text, &sentence->size);
    return sentence->out ? 0 : -errno;
}

const char *vgpu_sentence_end(struct vgpu_sentence *sentence)
{
    if (sentence->out)
        fclose(sentence->out);
    sentence->out = NULL;
    return sentence->text ? sentence->text : "";
}

void vgpu_sentence_fini(struct vgpu_sentence *sentence)
{
    vgpu_sentence_end(sentence);
    free(sentence->text);
    sentence->text = NULL;
}

struct vgpu_number vgpu_number_of(double value)
{
    struct vgpu_number number;

    if (fabs(value) >= 100)
        snprintf(number.text, sizeof number.text, "%.0f", value);
    else
        snprintf(number.text, sizeof number.text, "%.3g", value);
    return number;
}

struct vgpu_number vgpu_count_of(double value)
{
    struct vgpu_number number = {""};
    char digits[32];
    size_t length, used = 0;

    if (!(fabs(value) < 1e15))
        return vgpu_number_of(value);
    snprintf(digits, sizeof digits, "%.0f", value);
    length = strlen(digits);
    for (size_t i = 0; i < length && used + 2 < sizeof number.text; i++) {
        if (i > 0 && length > 4 && (length - i) % 3 == 0)
            number.text[used++] = ' ';
        number.text[used++] = digits[i];
    }
    number.text[used] = 0;
    return number;
}

static struct vgpu_number scaled(double value, double step, const char *const units[],
                                 size_t count)
{
    struct vgpu_number number;
    size_t unit = 0;

    for (; unit + 1 < count && fabs(value) >= step; unit++)
        value /= step;
    snprintf(number.text, sizeof number.text, "%.20s %s", VGPU_NUMBER(value),
             units[unit]);
    return number;
}

struct vgpu_number vgpu_bytes_of(double bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};

    return scaled(bytes, 1024, units, sizeof units / sizeof *units);
}

struct vgpu_number vgpu_time_of(double microseconds)
{
    static const char *const units[] = {"\xc2\xb5s", "ms", "s"};

    return scaled(microseconds, 1000, units, sizeof units / sizeof *units);
}

struct vgpu_number vgpu_percent_of(double share)
{
    struct vgpu_number number;

    snprintf(number.text, sizeof number.text, "%.20s %%", VGPU_NUMBER(100 * share));
    return number;
}
