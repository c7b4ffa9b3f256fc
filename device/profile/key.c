/* SPDX-License-Identifier: MIT */
/* The table of what can be said of a device: key.def. */
#include "profile/key.h"

#include "spelling.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define MEBI(n)        ((uint64_t)(n) << 20)
#define LARGEST_MEMORY ((uint64_t)1 << 46)

#define FIELD(field) \
    offsetof(struct vgpu_device_spec, field), sizeof((struct vgpu_device_spec *)0)->field

const struct vgpu_key vgpu_keys[VGPU_KEYS] = {
#define TEXT(key, field, example, help) \
    {#key, VGPU_VALUE_TEXT, NULL, 0, 0, example, help, FIELD(field)},
#define CHOICE(key, field, words, example, help) \
    {#key, VGPU_VALUE_CHOICE, words, 0, 0, example, help, FIELD(field)},
#define NUMBER(key, field, kind, least, most, example, help) \
    {#key, VGPU_VALUE_##kind, NULL, least, most, example, help, FIELD(field)},
#include "profile/key.def"
#undef TEXT
#undef CHOICE
#undef NUMBER
};

const char *const vgpu_key_names[VGPU_KEYS + 1] = {
#define TEXT(key, field, example, help)                      #key,
#define CHOICE(key, field, words, example, help)             #key,
#define NUMBER(key, field, kind, least, most, example, help) #key,
#include "profile/key.def"
#undef TEXT
#undef CHOICE
#undef NUMBER
    NULL};

const struct vgpu_key *vgpu_key_find(const char *text, size_t length)
{
    for (size_t i = 0; i < VGPU_KEYS; i++)
        if (strlen(vgpu_keys[i].name) == length &&
            memcmp(vgpu_keys[i].name, text, length) == 0)
            return &vgpu_keys[i];
    return NULL;
}

bool vgpu_spec_is_alike(const struct vgpu_device_spec *a,
                        const struct vgpu_device_spec *b)
{
    for (size_t i = 0; i < VGPU_KEYS; i++)
        if (vgpu_keys[i].kind != VGPU_VALUE_TEXT &&
            vgpu_key_get(&vgpu_keys[i], a) != vgpu_key_get(&vgpu_keys[i], b))
            return false;
    return strcmp(a->profile, b->profile) == 0;
}

/* Fields are bool, unsigned, size_t and uint64_t. */
uint64_t vgpu_key_get(const struct vgpu_key *key, const struct vgpu_device_spec *spec)
{
    const char *const field = (const char *)spec + key->offset;
    uint64_t wide;
    uint32_t narrow;

    if (key->size == sizeof wide) {
        memcpy(&wide, field, sizeof wide);
        return wide;
    }
    if (key->size == sizeof narrow) {
        memcpy(&narrow, field, sizeof narrow);
        return narrow;
    }
    assert(key->size == sizeof(bool));
    return *(const bool *)field;
}

void vgpu_key_set(const struct vgpu_key *key, struct vgpu_device_spec *spec,
                  uint64_t value)
{
    char *const field = (char *)spec + key->offset;
    const uint32_t narrow = (uint32_t)value;

    if (key->size == sizeof value)
        memcpy(field, &value, sizeof value);
    else if (key->size == sizeof narrow)
        memcpy(field, &narrow, sizeof narrow);
    else
        *(bool *)field = value != 0;
}

const char *vgpu_key_word(const struct vgpu_key *key, uint64_t value, size_t *length_out)
{
    const char *word = key->words;

    for (; value > 0; value--) {
        word = strchr(word, '|');
        if (!word)
            return NULL;
        word++;
    }
    *length_out = strcspn(word, "|");
    return word;
}

const char *vgpu_key_word_nearest(const struct vgpu_key *key, const char *text,
                                  size_t length, char out[VGPU_KEY_CHARS])
{
    const char *words[VGPU_KEY_CHARS / 2 + 1];
    size_t count = 0;
    int nearest;

    snprintf(out, VGPU_KEY_CHARS, "%s", key->words);
    for (char *rest = out, *word; (word = strsep(&rest, "|")) != NULL;)
        words[count++] = word;
    words[count] = NULL;
    nearest = vgpu_spelling_nearest(text, length, words);
    return nearest < 0 ? NULL : words[nearest];
}

const char *vgpu_key_write(const struct vgpu_key *key,
                           const struct vgpu_device_spec *spec, char out[VGPU_KEY_CHARS])
{
    size_t length = 0;
    const char *word;

    if (key->kind == VGPU_VALUE_TEXT) {
        snprintf(out, VGPU_KEY_CHARS, "%s", (const char *)spec + key->offset);
    } else if (key->kind == VGPU_VALUE_CHOICE) {
        word = vgpu_key_word(key, vgpu_key_get(key, spec), &length);
        snprintf(out, VGPU_KEY_CHARS, "%.*s", (int)length, word);
    } else {
        vgpu_value_write(key->kind, vgpu_key_get(key, spec), out);
    }
    return out;
}

static const char *write_words(const struct vgpu_key *key, char *out)
{
    size_t length, at = 0;
    const char *word;

    for (uint64_t i = 0; (word = vgpu_key_word(key, i, &length)) != NULL; i++) {
        const char *const link = i == 0 ? "" : word[length] ? ", " : " or ";
        at += (size_t)snprintf(out + at, VGPU_KEY_RANGE_CHARS - at, "%s%.*s", link,
                               (int)length, word);
    }
    return out;
}

const char *vgpu_key_range(const struct vgpu_key *key, char out[VGPU_KEY_RANGE_CHARS])
{
    static const char *const words[] = {
        [VGPU_VALUE_COUNT] = "a number",        [VGPU_VALUE_POWER] = "a power of two",
        [VGPU_VALUE_BYTES] = "a size in bytes", [VGPU_VALUE_HERTZ] = "a frequency",
        [VGPU_VALUE_RATE] = "bytes per second", [VGPU_VALUE_TIME] = "a time"};
    char least[VGPU_VALUE_CHARS], most[VGPU_VALUE_CHARS];
    const char *const units = vgpu_value_units(key->kind);

    if (key->kind == VGPU_VALUE_CHOICE)
        return write_words(key, out);
    if (key->kind == VGPU_VALUE_TEXT) {
        snprintf(out, VGPU_KEY_RANGE_CHARS, "text of 1 to %zu bytes", key->size - 1);
        return out;
    }
    snprintf(out, VGPU_KEY_RANGE_CHARS, "%s from %s to %s%s%s", words[key->kind],
             vgpu_value_write(key->kind, key->least, least),
             vgpu_value_write(key->kind, key->most, most),
             key->kind == VGPU_VALUE_BYTES ? ", with or without a suffix "
             : *units                      ? ", in "
                                           : "",
             units);
    return out;
}

size_t vgpu_spec_print(const struct vgpu_device_spec *spec, char *out, size_t capacity)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; i < VGPU_KEYS; i++) {
        char value[VGPU_KEY_CHARS];
        const int length =
            snprintf(out + at, capacity - at, "%s = %s\n", vgpu_keys[i].name,
                     vgpu_key_write(&vgpu_keys[i], spec, value));
        if (length < 0 || (size_t)length >= capacity - at)
            break;
        at += (size_t)length;
    }
    out[at] = '\0';
    return at;
}
