/* SPDX-License-Identifier: MIT */
/* What one text says of one device: key=value pairs, and what follows from them. */
#include "profile/settings.h"

#include "arithmetic.h"
#include "plain_text.h"
#include "spelling.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static_assert(VGPU_KEYS <= 64, "a bit for each in vgpu_settings.given");

static int read_name(const struct vgpu_text *text, struct vgpu_span piece,
                     const struct vgpu_key *key, struct vgpu_device_spec *spec)
{
    const size_t length = piece.last - piece.first;
    char *const field = (char *)spec + key->offset;

    if (length == 0 || length >= key->size)
        return vgpu_text_refuse(text, piece.first,
                                "expected a %s of 1 to %zu bytes, not %zu", key->name,
                                key->size - 1, length);
    for (size_t at = piece.first, bytes; at < piece.last; at += bytes) {
        bytes = vgpu_text_character_size(text->text + at);
        if (bytes == 0)
            return vgpu_text_refuse(text, at, "a %s is UTF-8, which byte 0x%02x is not",
                                    key->name, (unsigned char)text->text[at]);
        if (iscntrl((unsigned char)text->text[at]))
            return vgpu_text_refuse(text, at, "a %s has no control characters in it",
                                    key->name);
    }
    memcpy(field, text->text + piece.first, length);
    field[length] = '\0';
    return 0;
}

static int refuse_word(const struct vgpu_text *text, struct vgpu_span piece,
                       const struct vgpu_key *key)
{
    char seen[VGPU_QUOTE_CHARS], range[VGPU_KEY_RANGE_CHARS], words[VGPU_KEY_CHARS];
    const char *const nearest = vgpu_key_word_nearest(key, text->text + piece.first,
                                                      piece.last - piece.first, words);

    return vgpu_text_refuse(
        text, piece.first, "%s%s%s %s, not \"%s\": %s", nearest ? "did you mean \"" : "",
        nearest ? nearest : "", nearest ? "\"? Expected" : "expected",
        vgpu_key_range(key, range), vgpu_text_quote(text, piece, seen), key->help);
}

static int read_word(const struct vgpu_text *text, struct vgpu_span piece,
                     const struct vgpu_key *key, struct vgpu_device_spec *spec)
{
    const size_t length = piece.last - piece.first;
    const char *word;
    size_t whole;

    for (uint64_t i = 0; (word = vgpu_key_word(key, i, &whole)) != NULL; i++) {
        if (whole != length || memcmp(word, text->text + piece.first, length) != 0)
            continue;
        vgpu_key_set(key, spec, i);
        if (spec->has_images)
            return vgpu_text_refuse(
                text, piece.first,
                "virtual GPUs have no images yet, so none can claim them: images=no");
        return 0;
    }
    return refuse_word(text, piece, key);
}

static int refuse_unit(const struct vgpu_text *text, struct vgpu_span unit,
                       const struct vgpu_key *key)
{
    char seen[VGPU_QUOTE_CHARS], range[VGPU_KEY_RANGE_CHARS];
    const char *const nearest = vgpu_value_unit_nearest(
        key->kind, text->text + unit.first, unit.last - unit.first);

    return vgpu_text_refuse(text, unit.first, "unknown unit \"%s\"%s%s%s %s, as in %s=%s",
                            vgpu_text_quote(text, unit, seen),
                            nearest ? ", did you mean \"" : "", nearest ? nearest : "",
                            nearest ? "\"? Expected" : ": expected",
                            vgpu_key_range(key, range), key->name, key->example);
}

static int read_number(const struct vgpu_text *text, struct vgpu_span piece,
                       const struct vgpu_key *key, struct vgpu_device_spec *spec)
{
    char seen[VGPU_QUOTE_CHARS], range[VGPU_KEY_RANGE_CHARS];
    uint64_t value = 0;
    size_t end = 0;
    const enum vgpu_value_fault fault = vgpu_value_read(
        key->kind, text->text + piece.first, piece.last - piece.first, &value, &end);
    const bool is_power = key->kind != VGPU_VALUE_POWER || vgpu_is_power_of_two(value);

    if (fault == VGPU_VALUE_UNKNOWN_UNIT && *vgpu_value_units(key->kind))
        return refuse_unit(text, (struct vgpu_span){piece.first + end, piece.last}, key);
    if (fault == VGPU_VALUE_NO_UNIT)
        return vgpu_text_refuse(text, piece.last, "%s wants a unit: %s, as in %s=%s",
                                key->name, vgpu_value_units(key->kind), key->name,
                                key->example);
    if (fault != VGPU_VALUE_FINE || !is_power || value < key->least || value > key->most)
        return vgpu_text_refuse(
            text, piece.first, "expected %s, not \"%s\": %s, as in %s=%s",
            vgpu_key_range(key, range), vgpu_text_quote(text, piece, seen), key->help,
            key->name, key->example);
    vgpu_key_set(key, spec, value);
    return 0;
}

static int read_value(const struct vgpu_text *text, struct vgpu_span piece,
                      const struct vgpu_key *key, struct vgpu_device_spec *spec)
{
    if (key->kind == VGPU_VALUE_TEXT)
        return read_name(text, piece, key, spec);
    if (key->kind == VGPU_VALUE_CHOICE)
        return read_word(text, piece, key, spec);
    return read_number(text, piece, key, spec);
}

static int refuse_key(const struct vgpu_text *text, struct vgpu_span name)
{
    const int nearest = vgpu_spelling_nearest(text->text + name.first,
                                              name.last - name.first, vgpu_key_names);
    char seen[VGPU_QUOTE_CHARS], all[512];
    size_t at = 0;

    vgpu_text_quote(text, name, seen);
    if (nearest >= 0)
        return vgpu_text_refuse(text, name.first,
                                "unknown key \"%s\": did you mean \"%s\", as in %s=%s?",
                                seen, vgpu_keys[nearest].name, vgpu_keys[nearest].name,
                                vgpu_keys[nearest].example);
    for (size_t i = 0; i < VGPU_KEYS; i++)
        at += (size_t)snprintf(all + at, sizeof all - at, "%s%s", i > 0 ? ", " : "",
                               vgpu_keys[i].name);
    return vgpu_text_refuse(text, name.first, "unknown key \"%s\": expected one of %s",
                            seen, all);
}

int vgpu_settings_take(const struct vgpu_text *text, struct vgpu_span pair,
                       struct vgpu_settings *settings)
{
    const struct vgpu_span trimmed = vgpu_text_trim(text, pair);
    const char *const equals =
        memchr(text->text + trimmed.first, '=', trimmed.last - trimmed.first);
    struct vgpu_span name = trimmed, value = trimmed;
    const struct vgpu_key *key;
    size_t index;

    if (trimmed.first == trimmed.last)
        return vgpu_text_refuse(text, pair.first,
                                "expected key=value, but found nothing");
    if (equals)
        name.last = (size_t)(equals - text->text);
    name = vgpu_text_trim(text, name);
    key = vgpu_key_find(text->text + name.first, name.last - name.first);
    if (!key)
        return refuse_key(text, name);
    if (!equals)
        return vgpu_text_refuse(text, trimmed.last,
                                "expected '=' and a value, as in %s=%s", key->name,
                                key->example);
    index = (size_t)(key - vgpu_keys);
    if (settings->given & 1ull << index)
        return vgpu_text_refuse(text, name.first, "%s is given twice for one device",
                                key->name);
    settings->given |= 1ull << index;
    settings->at[index] = name.first;
    value.first = (size_t)(equals - text->text) + 1;
    return read_value(text, vgpu_text_trim(text, value), key, settings->spec);
}

/* Keys of which the one's value is at most the other's. */
static const struct {
    enum vgpu_key_index lesser, greater;
} orders[] = {
    {VGPU_KEY_alloc, VGPU_KEY_mem},
    {VGPU_KEY_local, VGPU_KEY_unit_local},
    {VGPU_KEY_work_group, VGPU_KEY_unit_work_items},
};

static bool gives(const struct vgpu_settings *settings, enum vgpu_key_index key)
{
    return (settings->given & 1ull << key) != 0;
}

/* What was given stays; what was not follows it. */
static int keep_order(const struct vgpu_text *text, struct vgpu_settings *settings,
                      enum vgpu_key_index lesser, enum vgpu_key_index greater)
{
    const struct vgpu_key *const low = &vgpu_keys[lesser], *const high =
                                                               &vgpu_keys[greater];
    const uint64_t less = vgpu_key_get(low, settings->spec),
                   more = vgpu_key_get(high, settings->spec);
    char seen[VGPU_KEY_CHARS], limit[VGPU_KEY_CHARS];

    if (less <= more)
        return 0;
    if (gives(settings, lesser) && gives(settings, greater))
        return vgpu_text_refuse(text, settings->at[lesser], "%s=%s is more than %s=%s",
                                low->name, vgpu_key_write(low, settings->spec, seen),
                                high->name, vgpu_key_write(high, settings->spec, limit));
    if (gives(settings, lesser))
        vgpu_key_set(high, settings->spec, less);
    else
        vgpu_key_set(low, settings->spec, more);
    return 0;
}

/* OpenCL asks for a quarter of the memory at least, and for 128 MiB where there is so
 * much. */
static size_t usual_allocation(size_t memory)
{
    const size_t least = (size_t)128 << 20, quarter = memory / 4;

    return quarter >= least ? quarter : memory < least ? memory : least;
}

int vgpu_settings_end(const struct vgpu_text *text, struct vgpu_settings *settings)
{
    struct vgpu_device_spec *const spec = settings->spec;

    if (!gives(settings, VGPU_KEY_alloc) &&
        (gives(settings, VGPU_KEY_mem) || spec->max_allocation == 0))
        spec->max_allocation = usual_allocation(spec->global_memory);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        const int err = keep_order(text, settings, orders[i].lesser, orders[i].greater);
        if (err)
            return err;
    }
    spec->max_allocation &= ~((size_t)VGPU_BASE_ALIGN - 1);
    return 0;
}
