/* SPDX-License-Identifier: MIT */
/* Contents of buffers as text. */
#include "mem.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static double half_value(uint16_t bits)
{
    const int exponent = bits >> 10 & 31;
    const double fraction = bits & 1023, sign = bits >> 15 ? -1 : 1;

    if (exponent == 31)
        return fraction > 0 ? (double)NAN : sign * (double)INFINITY;
    if (exponent == 0)
        return sign * ldexp(fraction, -24);
    return sign * ldexp(fraction + 1024, exponent - 25);
}

#define TYPE(name, type, columns, width, format, shown)      \
    static void print_##name(const char *bytes, int letters) \
    {                                                        \
        type value;                                          \
                                                             \
        memcpy(&value, bytes, sizeof value);                 \
        printf(format, letters, shown);                      \
    }
#include "mem_type.def"
#undef TYPE

static void print_hex(const char *bytes, int width)
{
    printf("%*s%02x", width - 2, "", (unsigned char)*bytes);
}

static const struct mem_type types[] = {
#define TYPE(name, type, columns, width, format, shown) \
    {#name, sizeof(type), columns, width, print_##name},
#include "mem_type.def"
#undef TYPE
    {"hex", 1, 16, 3, print_hex},
};

const char *mem_type_names(void)
{
    return
#define TYPE(name, type, columns, width, format, shown) #name ", "
#include "mem_type.def"
#undef TYPE
        "hex";
}

const struct mem_type *mem_type_find(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

static void print_letters(const char *bytes, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        putchar(bytes[i] >= ' ' && bytes[i] < 127 ? bytes[i] : '.');
}

void mem_print_row(const struct mem_type *type, const char *bytes, uint64_t index,
                   unsigned count, unsigned columns)
{
    const bool is_hex = type->print == print_hex;

    printf(is_hex ? "%10" PRIx64 ":" : "%10" PRIu64 ":", index);
    for (unsigned i = 0; i < count; i++)
        type->print(bytes + i * type->size, type->width);
    if (is_hex) {
        printf("%*s  ", (int)(columns - count) * type->width, "");
        print_letters(bytes, count);
    }
    putchar('\n');
}
