/* SPDX-License-Identifier: MIT */
/* Reads VGPU_DEVICES: which virtual GPUs there are and what each claims to be. */
#include "device_spec.h"

#include "arithmetic.h"
#include "message.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define EXAMPLE        "VGPU_DEVICES=\"cu=2;cu=1,mem=512M,name=Small GPU\""
#define SHOWN_TEXT     64 /* characters of a long text that a message shows */
#define LONGEST_KEY    16 /* beyond it no key is near enough to be meant */
#define LARGEST_MEMORY ((size_t)1 << 46)

/* A piece of the text: [first, last). */
struct span {
    size_t first, last;
};

struct parser {
    const char *text;
    char *error;
    size_t error_size;
};

/* Writes the message: what is wrong at byte `at`, the text around it, a caret, an
 * example. */
static int VGPU_PRINTF(3, 4)
    refuse(const struct parser *parser, size_t at, const char *format, ...)
{
    const size_t begin = at > SHOWN_TEXT / 2 ? at - SHOWN_TEXT / 2 : 0;
    char what[256], shown[SHOWN_TEXT + 1];
    size_t length = 0;
    va_list values;

    va_start(values, format);
    vsnprintf(what, sizeof what, format, values);
    va_end(values);
    for (; length < SHOWN_TEXT && parser->text[begin + length]; length++) {
        const unsigned char c = (unsigned char)parser->text[begin + length];
        shown[length] = (char)(c < ' ' || c == 127 ? '?' : c);
    }
    shown[length] = '\0';
    snprintf(parser->error, parser->error_size,
             "VGPU_DEVICES, column %zu: %s\n    %s%s\n    %*s^\n    for example: %s",
             at + 1, what, begin > 0 ? "..." : "", shown,
             (int)(at - begin + (begin > 0 ? 3 : 0)), "", EXAMPLE);
    return -EINVAL;
}

/* How a message quotes a piece: at most 32 bytes of it, control characters hidden. */
static const char *quote(const struct parser *parser, struct span piece, char buffer[40])
{
    size_t length = piece.last - piece.first;
    const bool cut = length > 32;

    length = cut ? 32 : length;
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)parser->text[piece.first + i];
        buffer[i] = (char)(c < ' ' || c == 127 ? '?' : c);
    }
    strcpy(buffer + length, cut ? "..." : "");
    return buffer;
}

static struct span trim(const struct parser *parser, struct span piece)
{
    while (piece.first < piece.last && isspace((unsigned char)parser->text[piece.first]))
        piece.first++;
    while (piece.first < piece.last &&
           isspace((unsigned char)parser->text[piece.last - 1]))
        piece.last--;
    return piece;
}

/* Leading decimal digits of the piece, which they are taken from. False: none, or too
 * many. */
static bool take_number(const struct parser *parser, struct span *piece,
                        size_t *value_out)
{
    const size_t first = piece->first;
    size_t value = 0;

    while (piece->first < piece->last &&
           isdigit((unsigned char)parser->text[piece->first])) {
        const size_t digit = (size_t)(parser->text[piece->first] - '0');
        if (!vgpu_multiply(value, 10, &value) || !vgpu_add(value, digit, &value))
            return false;
        piece->first++;
    }
    *value_out = value;
    return piece->first > first;
}

static int read_units(const struct parser *parser, struct span piece,
                      struct vgpu_device_spec *spec)
{
    const struct span whole = piece;
    char seen[40];
    size_t value;

    if (!take_number(parser, &piece, &value) || piece.first != piece.last || value == 0 ||
        value > VGPU_MAX_COMPUTE_UNITS)
        return refuse(parser, whole.first,
                      "expected a number of compute units from 1 to %u, not \"%s\"",
                      VGPU_MAX_COMPUTE_UNITS, quote(parser, whole, seen));
    spec->compute_units = (unsigned)value;
    return 0;
}

/* The factor that the last letter of a size stands for; 0: no such letter. */
static size_t size_factor(const struct parser *parser, struct span suffix)
{
    if (suffix.first == suffix.last)
        return 1;
    if (suffix.last - suffix.first > 1)
        return 0;
    switch (toupper((unsigned char)parser->text[suffix.first])) {
    case 'K':
        return (size_t)1 << 10;
    case 'M':
        return (size_t)1 << 20;
    case 'G':
        return (size_t)1 << 30;
    default:
        return 0;
    }
}

static int read_memory(const struct parser *parser, struct span piece,
                       struct vgpu_device_spec *spec)
{
    const struct span whole = piece;
    size_t value, factor;
    char seen[40];

    if (!take_number(parser, &piece, &value) ||
        (factor = size_factor(parser, piece)) == 0 ||
        !vgpu_multiply(value, factor, &value) || value < VGPU_MIN_DEVICE_MEMORY ||
        value > LARGEST_MEMORY)
        return refuse(
            parser, whole.first,
            "expected a size in bytes from 4K to %zuG, with or without a suffix "
            "K, M or G, not \"%s\"",
            LARGEST_MEMORY >> 30, quote(parser, whole, seen));
    spec->global_memory = value;
    return 0;
}

static int read_name(const struct parser *parser, struct span piece,
                     struct vgpu_device_spec *spec)
{
    const size_t length = piece.last - piece.first;

    if (length == 0 || length >= sizeof spec->name)
        return refuse(parser, piece.first, "expected a name of 1 to %zu bytes, not %zu",
                      sizeof spec->name - 1, length);
    for (size_t at = piece.first; at < piece.last; at++)
        if (iscntrl((unsigned char)parser->text[at]))
            return refuse(parser, at, "a name has no control characters in it");
    memcpy(spec->name, parser->text + piece.first, length);
    spec->name[length] = '\0';
    return 0;
}

static const struct key {
    const char *name;
    const char *value; /* what stands after the '=' */
    int (*read)(const struct parser *parser, struct span value,
                struct vgpu_device_spec *spec);
} keys[] = {
    {"cu", "cu=2", read_units},
    {"mem", "mem=512M", read_memory},
    {"name", "name=Small GPU", read_name},
};

enum { NUM_KEYS = sizeof keys / sizeof *keys };

/* Insertions, deletions and replacements that lead from one spelling to the other. */
static unsigned spelling_distance(const char *text, size_t length, const char *key)
{
    unsigned row[LONGEST_KEY + 1];

    for (unsigned i = 0; i <= length; i++)
        row[i] = i;
    for (unsigned j = 1; key[j - 1]; j++) {
        unsigned diagonal = row[0];
        row[0] = j;
        for (size_t i = 1; i <= length; i++) {
            const unsigned replaced =
                diagonal + (tolower((unsigned char)text[i - 1]) == key[j - 1] ? 0 : 1);
            const unsigned shifted = (row[i] < row[i - 1] ? row[i] : row[i - 1]) + 1;
            diagonal = row[i];
            row[i] = replaced < shifted ? replaced : shifted;
        }
    }
    return row[length];
}

/* The key that was probably meant, or NULL. A longer word that starts with a key means it
 * too. */
static const struct key *nearest_key(const char *text, size_t length)
{
    const struct key *nearest = NULL;
    unsigned least = 3;

    if (length > LONGEST_KEY)
        return NULL;
    for (size_t i = 0; i < NUM_KEYS; i++) {
        const size_t shared = strlen(keys[i].name);
        const bool longer = length > shared && strncmp(text, keys[i].name, shared) == 0;
        const unsigned distance =
            longer ? 0 : spelling_distance(text, length, keys[i].name);
        if (distance < least && distance < shared) {
            least = distance;
            nearest = &keys[i];
        }
    }
    return nearest;
}

static int refuse_key(const struct parser *parser, struct span name)
{
    const struct key *nearest =
        nearest_key(parser->text + name.first, name.last - name.first);
    char seen[40];

    quote(parser, name, seen);
    if (nearest)
        return refuse(
            parser, name.first,
            "unknown key \"%s\": did you mean \"%s\", as in %s? Keys are cu, mem, name",
            seen, nearest->name, nearest->value);
    return refuse(parser, name.first, "unknown key \"%s\": expected one of cu, mem, name",
                  seen);
}

/* One key=value. `seen` collects a bit for each key that the device has given. */
static int read_pair(const struct parser *parser, struct span pair, unsigned *seen,
                     struct vgpu_device_spec *spec)
{
    const char *text = parser->text;
    const struct span trimmed = trim(parser, pair);
    const char *equals;
    struct span name, value;

    if (trimmed.first == trimmed.last)
        return refuse(
            parser, pair.first,
            "expected key=value, with a key out of cu, mem, name, but found nothing");
    equals = memchr(text + trimmed.first, '=', trimmed.last - trimmed.first);
    name.first = trimmed.first;
    name.last = equals ? (size_t)(equals - text) : trimmed.last;
    name = trim(parser, name);
    for (size_t i = 0; i < NUM_KEYS; i++) {
        if (strlen(keys[i].name) != name.last - name.first ||
            memcmp(keys[i].name, text + name.first, name.last - name.first) != 0)
            continue;
        if (!equals)
            return refuse(parser, trimmed.last, "expected '=' and a value, as in %s",
                          keys[i].value);
        if (*seen & 1u << i)
            return refuse(parser, name.first, "%s is given twice for one device",
                          keys[i].name);
        *seen |= 1u << i;
        value.first = (size_t)(equals - text) + 1;
        value.last = trimmed.last;
        return keys[i].read(parser, trim(parser, value), spec);
    }
    return refuse_key(parser, name);
}

/* One device: text from *at to its ';' or the end, where *at is left. */
static int read_device(const struct parser *parser, size_t *at,
                       struct vgpu_device_spec *spec)
{
    unsigned seen = 0;

    for (;;) {
        const struct span pair = {*at, *at + strcspn(parser->text + *at, ",;")};
        const int err = read_pair(parser, pair, &seen, spec);
        if (err)
            return err;
        *at = pair.last;
        if (parser->text[*at] != ',')
            return 0;
        ++*at;
    }
}

/* OpenCL asks for a quarter of the memory at least, and for 128 MiB where there is so
 * much. */
static void complete_spec(struct vgpu_device_spec *spec)
{
    const size_t least = (size_t)128 << 20, memory = spec->global_memory;
    size_t largest = memory / 4;

    if (largest < least)
        largest = memory < least ? memory : least;
    spec->max_allocation = largest & ~((size_t)VGPU_BASE_ALIGN - 1);
}

int vgpu_device_specs_parse(const char *text, const struct vgpu_device_spec *defaults,
                            struct vgpu_device_spec *specs_out, unsigned *count_out,
                            char *error, size_t error_size)
{
    const struct parser parser = {text, error, error_size};
    struct vgpu_device_spec specs[VGPU_MAX_DEVICES];
    unsigned count = 0;
    size_t at = 0;

    do {
        if (count == VGPU_MAX_DEVICES)
            return refuse(&parser, at, "more than %u devices", VGPU_MAX_DEVICES);
        specs[count] = *defaults;
        specs[count].name[0] = '\0';
        if (text) {
            const int err = read_device(&parser, &at, &specs[count]);
            if (err)
                return err;
        }
        count++;
    } while (text && text[at++] == ';');

    for (unsigned i = 0; i < count; i++) {
        complete_spec(&specs[i]);
        if (specs[i].name[0] == '\0' && count == 1)
            memcpy(specs[i].name, defaults->name, sizeof specs[i].name);
        else if (specs[i].name[0] == '\0')
            snprintf(specs[i].name, sizeof specs[i].name, "%.48s %u", defaults->name, i);
    }
    memcpy(specs_out, specs, count * sizeof *specs);
    *count_out = count;
    return 0;
}
