/* SPDX-License-Identifier: MIT */
/* The grammar of printf's conversions: flags, width, precision, vector, length, type. */
#include "print_format.h"

#include <string.h>

static const char *read_number(const char *at, int *number)
{
    int value = 0;

    for (; *at >= '0' && *at <= '9'; at++)
        value = value >= VGPU_PRINT_MAX_WIDTH ? value : value * 10 + (*at - '0');
    *number = value > VGPU_PRINT_MAX_WIDTH ? VGPU_PRINT_MAX_WIDTH : value;
    return at;
}

static const char *read_flags(const char *at, struct vgpu_print_directive *directive)
{
    for (;; at++) {
        switch (*at) {
        case '-':
            directive->minus = true;
            break;
        case '+':
            directive->plus = true;
            break;
        case ' ':
            directive->space = true;
            break;
        case '#':
            directive->alternate = true;
            break;
        case '0':
            directive->zero = true;
            break;
        default:
            return at;
        }
    }
}

static const char *read_vector(const char *at, struct vgpu_print_directive *directive)
{
    int lanes;

    if (*at != 'v')
        return at;
    at = read_number(at + 1, &lanes);
    if (lanes != 2 && lanes != 3 && lanes != 4 && lanes != 8 && lanes != 16)
        return NULL;
    directive->lanes = (unsigned)lanes;
    return at;
}

static const char *read_length(const char *at, struct vgpu_print_directive *directive)
{
    static const struct {
        const char *text;
        enum vgpu_print_length length;
    } lengths[] = {{"hh", VGPU_LENGTH_HH},
                   {"hl", VGPU_LENGTH_HL},
                   {"h", VGPU_LENGTH_H},
                   {"l", VGPU_LENGTH_L}};

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        size_t size = strlen(lengths[i].text);
        if (strncmp(at, lengths[i].text, size) == 0) {
            directive->length = lengths[i].length;
            return at + size;
        }
    }
    return at;
}

bool vgpu_print_is_float(char conversion)
{
    return conversion != '\0' && strchr("fFeEgGaA", conversion) != NULL;
}

bool vgpu_print_is_integer(char conversion)
{
    return conversion != '\0' && strchr("diouxX", conversion) != NULL;
}

static bool is_allowed(const struct vgpu_print_directive *directive)
{
    char conversion = directive->conversion;

    if (vgpu_print_is_float(conversion) || vgpu_print_is_integer(conversion))
        return directive->length != VGPU_LENGTH_HL || directive->lanes > 1;
    return conversion != '\0' && strchr("csp%", conversion) != NULL &&
           directive->lanes == 1 && directive->length == VGPU_LENGTH_PLAIN;
}

const char *vgpu_print_directive_read(const char *text,
                                      struct vgpu_print_directive *directive_out)
{
    struct vgpu_print_directive directive = {.width = -1, .precision = -1, .lanes = 1};

    text = read_flags(text, &directive);
    if (*text >= '1' && *text <= '9')
        text = read_number(text, &directive.width);
    if (*text == '.')
        text = read_number(text + 1, &directive.precision);
    text = read_vector(text, &directive);
    if (!text)
        return NULL;
    text = read_length(text, &directive);
    directive.conversion = *text;
    if (!is_allowed(&directive))
        return NULL;
    *directive_out = directive;
    return text + 1;
}

unsigned vgpu_print_element_bits(const struct vgpu_print_directive *directive)
{
    static const unsigned bits[] = {[VGPU_LENGTH_PLAIN] = 0,
                                    [VGPU_LENGTH_HH] = 8,
                                    [VGPU_LENGTH_H] = 16,
                                    [VGPU_LENGTH_HL] = 32,
                                    [VGPU_LENGTH_L] = 64};

    return bits[directive->length];
}
