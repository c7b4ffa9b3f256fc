/* SPDX-License-Identifier: MIT */
/* The table of what can be said of a device: key.def. */
#ifndef VGPU_KEY_H
#define VGPU_KEY_H

#include "profile/spec.h"
#include "profile/value.h"

enum vgpu_key_index {
#define TEXT(key, field, example, help)                      VGPU_KEY_##key,
#define CHOICE(key, field, words, example, help)             VGPU_KEY_##key,
#define NUMBER(key, field, kind, least, most, example, help) VGPU_KEY_##key,
#include "profile/key.def"
#undef TEXT
#undef CHOICE
#undef NUMBER
    VGPU_KEYS
};

struct vgpu_key {
    const char *name;
    enum vgpu_value_kind kind;
    const char *words; /* of a choice: "unified|separate", the first is 0 */
    uint64_t least, most;
    const char *example; /* of a value */
    const char *help;
    size_t offset, size; /* of the field in struct vgpu_device_spec */
};

extern const struct vgpu_key vgpu_keys[VGPU_KEYS];

/* vgpu_key_names - of all keys, in the table's order, then NULL. */
extern const char *const vgpu_key_names[VGPU_KEYS + 1];

/* vgpu_key_find - the key of that name, or NULL. */
const struct vgpu_key *vgpu_key_find(const char *text, size_t length);

/* vgpu_key_get, vgpu_key_set - the field, where it is a number or a choice. */
uint64_t vgpu_key_get(const struct vgpu_key *key, const struct vgpu_device_spec *spec);
void vgpu_key_set(const struct vgpu_key *key, struct vgpu_device_spec *spec,
                  uint64_t value);

/* vgpu_key_write - the field as text that reads as the same. Returns `out`. */
#define VGPU_KEY_CHARS 64u
const char *vgpu_key_write(const struct vgpu_key *key,
                           const struct vgpu_device_spec *spec, char out[VGPU_KEY_CHARS]);

/* vgpu_key_range - what values the key takes, as a sentence says it: "a number from 1 to
 * 256", "unified or separate". Returns `out`. */
#define VGPU_KEY_RANGE_CHARS 160u
const char *vgpu_key_range(const struct vgpu_key *key, char out[VGPU_KEY_RANGE_CHARS]);

/* vgpu_key_word - the choice's word of that value; its length goes to *length_out. NULL:
 * there is none. */
const char *vgpu_key_word(const struct vgpu_key *key, uint64_t value, size_t *length_out);

/* vgpu_key_word_nearest - the choice's word that was probably meant, which lies in `out`.
 * NULL: none is near. */
const char *vgpu_key_word_nearest(const struct vgpu_key *key, const char *text,
                                  size_t length, char out[VGPU_KEY_CHARS]);

/* vgpu_spec_is_alike - the same figures, of the same profile, whatever the name. */
bool vgpu_spec_is_alike(const struct vgpu_device_spec *a,
                        const struct vgpu_device_spec *b);

/* vgpu_spec_print - every key with its value, a line each: a profile file's text. Cut to
 * fit `capacity`; VGPU_SPEC_CHARS is always enough. Returns the length. */
#define VGPU_SPEC_CHARS 4096u
size_t vgpu_spec_print(const struct vgpu_device_spec *spec, char *out, size_t capacity);

#endif
