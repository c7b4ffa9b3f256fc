/* SPDX-License-Identifier: MIT */
/* Numbers with units, as a profile has them: 64, 512M, 1.4GHz, 16GB/s, 5us. */
#include "value.h"

#include "spelling.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MOST_DIGITS 9 /* behind the point */
#define MOST_UNITS  12

struct unit {
    const char *name;
    uint64_t factor;
    bool is_written; /* else only read */
};

/* Largest first. */
static const struct unit bytes[] = {{"G", 1ull << 30, true},
                                    {"M", 1ull << 20, true},
                                    {"K", 1ull << 10, true},
                                    {"GiB", 1ull << 30, false},
                                    {"MiB", 1ull << 20, false},
                                    {"KiB", 1ull << 10, false},
                                    {NULL, 0, false}};
static const struct unit hertz[] = {{"GHz", 1000000000, true},
                                    {"MHz", 1000000, true},
                                    {"kHz", 1000, true},
                                    {"Hz", 1, true},
                                    {NULL, 0, false}};
static const struct unit rate[] = {{"TB/s", 1000000000000, true},
                                   {"GB/s", 1000000000, true},
                                   {"MB/s", 1000000, true},
                                   {"kB/s", 1000, true},
                                   {"B/s", 1, true},
                                   {"T", 1000000000000, false},
                                   {"G", 1000000000, false},
                                   {"M", 1000000, false},
                                   {"K", 1000, false},
                                   {NULL, 0, false}};
static const struct unit time_units[] = {{"s", 1000000000, true},
                                         {"ms", 1000000, true},
                                         {"us", 1000, true},
                                         {"ns", 1, true},
                                         {NULL, 0, false}};
static const struct unit none[] = {{NULL, 0, false}};

static const struct kind {
    const struct unit *units;
    const char *told;
    bool wants_unit;
} kinds[] = {
    [VGPU_VALUE_COUNT] = {none, "", false},
    [VGPU_VALUE_POWER] = {none, "", false},
    [VGPU_VALUE_BYTES] = {bytes, "K, M or G", false},
    [VGPU_VALUE_HERTZ] = {hertz, "MHz or GHz", true},
    [VGPU_VALUE_RATE] = {rate, "MB/s, GB/s or TB/s", true},
    [VGPU_VALUE_TIME] = {time_units, "ns, us, ms or s", true},
    [VGPU_VALUE_TEXT] = {none, "", false},
    [VGPU_VALUE_CHOICE] = {none, "", false},
};

/* A number as it is written: digits without the point, and how many stand behind it. */
struct decimal {
    uint64_t digits;
    unsigned behind;
    size_t length; /* of its text */
};

static bool add_digit(uint64_t *digits, char digit)
{
    return !__builtin_mul_overflow(*digits, 10u, digits) &&
           !__builtin_add_overflow(*digits, (uint64_t)(digit - '0'), digits);
}

static bool is_digit(const char *text, size_t length, size_t at)
{
    return at < length && text[at] >= '0' && text[at] <= '9';
}

static enum vgpu_value_fault read_decimal(const char *text, size_t length,
                                          struct decimal *decimal)
{
    size_t at = 0;

    *decimal = (struct decimal){0, 0, 0};
    if (!is_digit(text, length, 0))
        return VGPU_VALUE_NO_NUMBER;
    for (; is_digit(text, length, at); at++)
        if (!add_digit(&decimal->digits, text[at]))
            return VGPU_VALUE_TOO_LARGE;
    if (at < length && text[at] == '.') {
        if (!is_digit(text, length, ++at))
            return VGPU_VALUE_NO_NUMBER;
        for (; is_digit(text, length, at); at++)
            if (decimal->behind++ == MOST_DIGITS ||
                !add_digit(&decimal->digits, text[at]))
                return VGPU_VALUE_BROKEN;
    }
    decimal->length = at;
    return VGPU_VALUE_FINE;
}

static const struct unit *find_unit(const struct unit *units, const char *text,
                                    size_t length)
{
    for (; units->name; units++)
        if (strlen(units->name) == length && strncasecmp(text, units->name, length) == 0)
            return units;
    return NULL;
}

static enum vgpu_value_fault scale(const struct decimal *decimal, uint64_t factor,
                                   uint64_t *value_out)
{
    uint64_t value, divisor = 1;

    for (unsigned i = 0; i < decimal->behind; i++)
        divisor *= 10;
    if (__builtin_mul_overflow(decimal->digits, factor, &value))
        return decimal->behind ? VGPU_VALUE_BROKEN : VGPU_VALUE_TOO_LARGE;
    if (value % divisor != 0)
        return VGPU_VALUE_BROKEN;
    *value_out = value / divisor;
    return VGPU_VALUE_FINE;
}

enum vgpu_value_fault vgpu_value_read(enum vgpu_value_kind kind, const char *text,
                                      size_t length, uint64_t *value_out, size_t *end_out)
{
    const struct unit *unit = NULL;
    struct decimal decimal;
    enum vgpu_value_fault fault = read_decimal(text, length, &decimal);

    if (fault != VGPU_VALUE_FINE)
        return fault;
    while (decimal.length < length && text[decimal.length] == ' ' && kinds[kind].told[0])
        decimal.length++;
    *end_out = decimal.length;
    if (decimal.length < length) {
        unit =
            find_unit(kinds[kind].units, text + decimal.length, length - decimal.length);
        if (!unit)
            return VGPU_VALUE_UNKNOWN_UNIT;
    } else if (kinds[kind].wants_unit && decimal.digits != 0) {
        return VGPU_VALUE_NO_UNIT;
    }
    return scale(&decimal, unit ? unit->factor : 1, value_out);
}

/* Bytes are written whole; of the others 1.5G is more readable than 1500M. */
static bool suits(enum vgpu_value_kind kind, const struct unit *unit, uint64_t value)
{
    const uint64_t part = kind == VGPU_VALUE_BYTES || unit->factor < 1000
                              ? unit->factor
                              : unit->factor / 1000;

    return unit->is_written && value >= unit->factor && value % part == 0;
}

const char *vgpu_value_write(enum vgpu_value_kind kind, uint64_t value,
                             char out[VGPU_VALUE_CHARS])
{
    const struct unit *unit = kinds[kind].units;
    unsigned behind;

    while (unit->name && !suits(kind, unit, value))
        unit++;
    if (!unit->name || value % unit->factor == 0) {
        snprintf(out, VGPU_VALUE_CHARS, "%" PRIu64 "%s",
                 value / (unit->name ? unit->factor : 1), unit->name ? unit->name : "");
        return out;
    }
    behind = (unsigned)(value % unit->factor / (unit->factor / 1000));
    snprintf(out, VGPU_VALUE_CHARS, "%" PRIu64 ".%0*u%s", value / unit->factor,
             behind % 100 == 0  ? 1
             : behind % 10 == 0 ? 2
                                : 3,
             behind % 100 == 0  ? behind / 100
             : behind % 10 == 0 ? behind / 10
                                : behind,
             unit->name);
    return out;
}

const char *vgpu_value_units(enum vgpu_value_kind kind)
{
    return kinds[kind].told;
}

const char *vgpu_value_unit_nearest(enum vgpu_value_kind kind, const char *text,
                                    size_t length)
{
    const char *names[MOST_UNITS + 1];
    int nearest = 0;

    while (nearest < MOST_UNITS && kinds[kind].units[nearest].name) {
        names[nearest] = kinds[kind].units[nearest].name;
        nearest++;
    }
    names[nearest] = NULL;
    nearest = vgpu_spelling_nearest(text, length, names);
    return nearest < 0 ? NULL : names[nearest];
}
