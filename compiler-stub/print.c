/* SPDX-License-Identifier: MIT */
/* OpenCL C's printf: a text is made of values whose kinds are known, and written whole.
 */

#include "print.h"

#include "critical.h"
#include "print_format.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOT 16

struct text {
    char *bytes;
    size_t size, room;
    bool is_short; /* of memory */
    bool is_read;  /* only: nothing is kept */
};

/* One argument: where it lies, and its kind. `letter` is i, f, p or s; 0: there is none
 * left. */
struct argument {
    const char *value;
    char letter;
    unsigned bits, lanes;
};

struct arguments {
    const char *kinds;
    const char *values;
};

static void append(struct text *text, const char *bytes, size_t size)
{
    if (text->is_read)
        return;
    if (text->room - text->size < size && !text->is_short) {
        size_t room = (text->size + size) * 2 + 128;
        char *grown;

        vgpu_critical_enter();
        grown = realloc(text->bytes, room);
        vgpu_critical_leave();
        if (grown) {
            text->bytes = grown;
            text->room = room;
        }
        text->is_short = !grown;
    }
    if (text->is_short || size == 0)
        return;
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

/* A number's text is at most its width, precision, or the digits of the largest double
 * long. */
static void append_format(struct text *text, const char *format, ...)
{
    char piece[2 * VGPU_PRINT_MAX_WIDTH + 512];
    va_list arguments;
    int size;

    va_start(arguments, format);
    vgpu_critical_enter();
    size = vsnprintf(piece, sizeof(piece), format, arguments);
    vgpu_critical_leave();
    va_end(arguments);
    if (size > 0)
        append(text, piece,
               (size_t)size < sizeof(piece) ? (size_t)size : sizeof(piece) - 1);
}

static struct argument next_argument(struct arguments *arguments)
{
    struct argument argument = {.value = arguments->values, .lanes = 1, .bits = 64};
    char *end = (char *)arguments->kinds;
    size_t slots;

    arguments->kinds += strspn(arguments->kinds, " ");
    if (!*arguments->kinds)
        return argument;
    argument.letter = *arguments->kinds++;
    if (argument.letter == 'i' || argument.letter == 'f') {
        argument.bits = (unsigned)strtoul(arguments->kinds, &end, 10);
        if (*end == 'x')
            argument.lanes = (unsigned)strtoul(end + 1, &end, 10);
        arguments->kinds = end;
    }
    slots = (argument.bits / 8 * argument.lanes + SLOT - 1) / SLOT;
    arguments->values += SLOT * slots;
    return argument;
}

static double real_of(const struct argument *argument, unsigned lane);

/* A lane's bits as an integer, with a sign or without; never outside its type. */
static uint64_t integer_of(const struct argument *argument, unsigned lane, bool is_signed)
{
    uint64_t value = 0;
    unsigned bytes = argument->bits / 8;

    if (argument->letter == 'f') {
        double real = real_of(argument, lane);
        bool fits = real > -9.2e18 && real < 9.2e18;
        return fits ? (uint64_t)(int64_t)real : 0;
    }
    memcpy(&value, argument->value + (size_t)lane * bytes, bytes);
    if (is_signed && bytes < 8 && value >> (argument->bits - 1) != 0)
        value |= ~0ULL << argument->bits;
    return value;
}

static double half_value(uint16_t half)
{
    unsigned exponent = half >> 10 & 31, mantissa = half & 0x3ff;
    double value;

    if (exponent == 31)
        value = mantissa ? __builtin_nan("") : __builtin_inf();
    else if (exponent == 0)
        value = mantissa / 16777216.0;
    else
        value = (mantissa + 1024) / 33554432.0 * (double)(1ULL << exponent);
    return half >> 15 ? -value : value;
}

static double real_of(const struct argument *argument, unsigned lane)
{
    const char *at = argument->value + (size_t)lane * (argument->bits / 8);

    if (argument->letter == 'f' && argument->bits == 64) {
        double value;
        memcpy(&value, at, sizeof(value));
        return value;
    }
    if (argument->letter == 'f' && argument->bits == 32) {
        float value;
        memcpy(&value, at, sizeof(value));
        return (double)value;
    }
    if (argument->letter == 'f') {
        uint16_t value;
        memcpy(&value, at, sizeof(value));
        return half_value(value);
    }
    return (double)(int64_t)integer_of(argument, lane, true);
}

/* The same directive for C's printf, with another length before its conversion. */
static void c_format(const struct vgpu_print_directive *directive, const char *length,
                     char out[64])
{
    char width[16] = "", precision[16] = "";

    if (directive->width >= 0)
        snprintf(width, sizeof(width), "%d", directive->width);
    if (directive->precision >= 0)
        snprintf(precision, sizeof(precision), ".%d", directive->precision);
    snprintf(out, 64, "%%%s%s%s%s%s%s%s%s%c", directive->minus ? "-" : "",
             directive->plus ? "+" : "", directive->space ? " " : "",
             directive->alternate ? "#" : "", directive->zero ? "0" : "", width,
             precision, length, directive->conversion);
}

static void print_integer(struct text *text, const struct vgpu_print_directive *directive,
                          const struct argument *argument, unsigned lane)
{
    bool is_signed = directive->conversion == 'd' || directive->conversion == 'i';
    uint64_t value = integer_of(argument, lane, is_signed);
    unsigned bits = vgpu_print_element_bits(directive);
    char format[64];

    if (bits > 0 && bits < 64) { /* hh and h of what was promoted to int */
        value &= ~(~0ULL << bits);
        if (is_signed && value >> (bits - 1) != 0)
            value |= ~0ULL << bits;
    }
    c_format(directive, "ll", format);
    append_format(text, format, (unsigned long long)value);
}

static void print_real(struct text *text, const struct vgpu_print_directive *directive,
                       const struct argument *argument, unsigned lane)
{
    char format[64];

    c_format(directive, "", format);
    append_format(text, format, real_of(argument, lane));
}

static void print_lanes(struct text *text, const struct vgpu_print_directive *directive,
                        const struct argument *argument)
{
    for (unsigned i = 0; i < argument->lanes; i++) {
        if (i > 0)
            append(text, ",", 1);
        if (vgpu_print_is_float(directive->conversion))
            print_real(text, directive, argument, i);
        else
            print_integer(text, directive, argument, i);
    }
}

static void print_padded(struct text *text, const struct vgpu_print_directive *directive,
                         const char *bytes, size_t size)
{
    size_t width = directive->width > 0 ? (size_t)directive->width : 0;

    for (size_t i = size; i < width && !directive->minus; i++)
        append(text, " ", 1);
    append(text, bytes, size);
    for (size_t i = size; i < width && directive->minus; i++)
        append(text, " ", 1);
}

static void print_string(struct text *text, const struct vgpu_print_directive *directive,
                         const struct argument *argument)
{
    const char *string = "(null)";
    size_t size = 0;

    if (argument->letter == 's')
        memcpy(&string, argument->value, sizeof(string));
    else
        string = "(no string)";
    if (!string)
        string = "(null)";
    while ((directive->precision < 0 || size < (size_t)directive->precision) &&
           string[size])
        size++;
    print_padded(text, directive, string, size);
}

static void print_argument(struct text *text,
                           const struct vgpu_print_directive *directive,
                           const struct argument *argument)
{
    char piece[24];

    switch (directive->conversion) {
    case 's':
        print_string(text, directive, argument);
        break;
    case 'c':
        piece[0] = (char)integer_of(argument, 0, false);
        print_padded(text, directive, piece, 1);
        break;
    case 'p':
        snprintf(piece, sizeof(piece), "0x%llx",
                 (unsigned long long)integer_of(argument, 0, false));
        print_padded(text, directive, piece, strlen(piece));
        break;
    default:
        print_lanes(text, directive, argument);
    }
}

/* False: the format is not one of OpenCL C's, or has more conversions than values. */
static bool print_all(struct text *text, const char *format, struct arguments *arguments)
{
    while (*format) {
        size_t plain = strcspn(format, "%");
        struct vgpu_print_directive directive;
        struct argument argument;

        append(text, format, plain);
        format += plain;
        if (!*format)
            break;
        format = vgpu_print_directive_read(format + 1, &directive);
        if (!format)
            return false;
        if (directive.conversion == '%') {
            append(text, "%", 1);
            continue;
        }
        argument = next_argument(arguments);
        if (argument.letter == '\0')
            return false;
        print_argument(text, &directive, &argument);
    }
    return true;
}

__attribute__((visibility("default"))) int vgpu_print(const char *format,
                                                      const char *kinds,
                                                      const void *values)
{
    struct text text = {0};
    struct arguments arguments = {kinds, values};
    bool is_done;

    if (strchr(kinds, 's')) { /* wild ones fault before there is anything to be lost */
        text.is_read = true;
        print_all(&text, format, &arguments);
        arguments = (struct arguments){kinds, values};
        text.is_read = false;
    }
    is_done = print_all(&text, format, &arguments) && !text.is_short;
    vgpu_critical_enter();
    flockfile(stdout);
    if (text.size > 0)
        is_done &= fwrite(text.bytes, 1, text.size, stdout) == text.size;
    is_done &= fflush(stdout) == 0;
    funlockfile(stdout);
    free(text.bytes);
    vgpu_critical_leave();
    return is_done ? 0 : -1;
}
