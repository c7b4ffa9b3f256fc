/* SPDX-License-Identifier: MIT */
/* Reads VGPU_DEVICES: which virtual GPUs there are and what each claims to be. */
#include "profile/devices.h"

#include "profile/profile_text.h"
#include "profile/settings.h"
#include "profile/shipped.h"
#include "spelling.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define EXAMPLE "2*teaching;cu=4,mem=1G,name=Big GPU"

/* What was read so far. */
struct list {
    struct vgpu_device_spec specs[VGPU_MAX_DEVICES];
    bool is_named[VGPU_MAX_DEVICES];
    unsigned count;
};

static int refuse_profile(const struct vgpu_text *text, struct vgpu_span name)
{
    const char *const word = text->text + name.first;
    const size_t length = name.last - name.first;
    const int profile = vgpu_spelling_nearest(word, length, vgpu_shipped_names);
    const int key = vgpu_spelling_nearest(word, length, vgpu_key_names);
    char seen[VGPU_QUOTE_CHARS], all[256] = "";
    size_t at = 0;

    vgpu_text_quote(text, name, seen);
    for (size_t i = 0; vgpu_shipped_names[i]; i++)
        at += (size_t)snprintf(all + at, sizeof all - at, "%s%s", i > 0 ? ", " : "",
                               vgpu_shipped_names[i]);
    if (profile >= 0)
        return vgpu_text_refuse(
            text, name.first, "unknown profile \"%s\": did you mean \"%s\"? There are %s",
            seen, vgpu_shipped_names[profile], all);
    if (key >= 0)
        return vgpu_text_refuse(
            text, name.first,
            "\"%s\" is neither a profile nor key=value: did you mean %s=%s?", seen,
            vgpu_key_names[key], vgpu_keys[key].example);
    return vgpu_text_refuse(text, name.first,
                            "unknown profile \"%s\": there are %s, and files, whose path "
                            "has a '/' in it, as in ./my.profile",
                            seen, all);
}

static int apply_file(const struct vgpu_text *text, struct vgpu_span path,
                      struct vgpu_device_spec *spec)
{
    const size_t length = path.last - path.first;
    char name[PATH_MAX];

    if (length >= sizeof name)
        return vgpu_text_refuse(text, path.first, "a path of %zu bytes is too long",
                                length);
    memcpy(name, text->text + path.first, length);
    name[length] = '\0';
    return vgpu_profile_file_apply(name, spec, text->error, text->error_size);
}

/* A word without '=', or a path: then a '/' comes before any '='. */
static bool is_profile(const struct vgpu_text *text, struct vgpu_span item)
{
    const size_t length = item.last - item.first;
    const char *const word = text->text + item.first;
    const char *const equals = memchr(word, '=', length);
    const char *const slash = memchr(word, '/', length);

    return length > 0 &&
           (equals ? slash && slash < equals : slash || !vgpu_key_find(word, length));
}

static int apply_profile(const struct vgpu_text *text, struct vgpu_span item,
                         struct vgpu_device_spec *spec)
{
    const char *const word = text->text + item.first;
    const size_t length = item.last - item.first;
    const struct vgpu_shipped *const profile = vgpu_shipped_find(word, length);

    if (memchr(word, '/', length))
        return apply_file(text, item, spec);
    if (!profile)
        return refuse_profile(text, item);
    vgpu_shipped_apply(profile, spec);
    return 0;
}

/* Takes `3*` from the item's start. */
static int take_times(const struct vgpu_text *text, struct vgpu_span *item,
                      unsigned *times_out)
{
    const size_t length = item->last - item->first;
    const char *const word = text->text + item->first;
    const size_t before = strcspn(word, "*=/,;");
    const struct vgpu_span digits =
        vgpu_text_trim(text, (struct vgpu_span){item->first, item->first + before});
    char seen[VGPU_QUOTE_CHARS];
    uint64_t times;
    size_t end;

    *times_out = 1;
    if (before >= length || word[before] != '*')
        return 0;
    if (vgpu_value_read(VGPU_VALUE_COUNT, text->text + digits.first,
                        digits.last - digits.first, &times, &end) != VGPU_VALUE_FINE ||
        times == 0 || times > VGPU_MAX_DEVICES)
        return vgpu_text_refuse(
            text, item->first,
            "expected a number of devices from 1 to %u before the '*', not \"%s\"",
            VGPU_MAX_DEVICES, vgpu_text_quote(text, digits, seen));
    *times_out = (unsigned)times;
    item->first += before + 1;
    *item = vgpu_text_trim(text, *item);
    if (item->first == item->last)
        return vgpu_text_refuse(
            text, item->first,
            "expected a profile or key=value after the '*', but found nothing");
    return 0;
}

/* The pairs of a device, from `item` to its ';' or the end. Where that is, or
 * negative errno. */
static int read_pairs(const struct vgpu_text *text, struct vgpu_span item,
                      struct vgpu_settings *settings)
{
    for (;;) {
        const struct vgpu_span trimmed = vgpu_text_trim(text, item);
        int err;

        if (trimmed.first < trimmed.last && is_profile(text, trimmed) &&
            vgpu_shipped_find(text->text + trimmed.first, trimmed.last - trimmed.first))
            err = vgpu_text_refuse(text, trimmed.first,
                                   "a profile stands before all key=value pairs of its "
                                   "device; devices are separated by ';'");
        else
            err = vgpu_settings_take(text, item, settings);
        if (err)
            return err;
        if (text->text[item.last] != ',')
            return vgpu_settings_end(text, settings);
        item.first = item.last + 1;
        item.last = item.first + strcspn(text->text + item.first, ",;");
    }
}

static int add_devices(const struct vgpu_text *text, size_t at, struct list *list,
                       const struct vgpu_device_spec *spec, unsigned times, bool is_named)
{
    if (times > VGPU_MAX_DEVICES - list->count)
        return vgpu_text_refuse(text, at, "more than %u devices", VGPU_MAX_DEVICES);
    for (unsigned i = 0; i < times; i++) {
        list->specs[list->count] = *spec;
        list->is_named[list->count++] = is_named;
    }
    return 0;
}

/* One item of the list: text from `at` to its ';' or the end. */
static int read_device(const struct vgpu_text *text, size_t at,
                       const struct vgpu_device_spec *defaults, struct list *list)
{
    const size_t first_end = at + strcspn(text->text + at, ",;");
    struct vgpu_device_spec spec = *defaults;
    struct vgpu_settings settings = {.spec = &spec};
    struct vgpu_span item = vgpu_text_trim(text, (struct vgpu_span){at, first_end});
    unsigned times;
    int err = take_times(text, &item, &times);

    if (!err && is_profile(text, item)) {
        err = apply_profile(text, item, &spec);
        if (!err && text->text[first_end] == ',') {
            item.first = first_end + 1;
            item.last = item.first + strcspn(text->text + item.first, ",;");
            err = read_pairs(text, item, &settings);
        }
    } else if (!err) {
        item.first = item.first == item.last ? at : item.first;
        item.last = first_end;
        err = read_pairs(text, item, &settings);
    }
    if (err)
        return err;
    return add_devices(text, at, list, &spec, times,
                       (settings.given & 1ull << VGPU_KEY_name) != 0);
}

static void number_names(struct list *list)
{
    for (unsigned i = 0; i < list->count && list->count > 1; i++) {
        char *const name = list->specs[i].name;
        char number[12];

        if (list->is_named[i])
            continue;
        snprintf(number, sizeof number, " %u", i);
        if (strlen(name) + strlen(number) < sizeof list->specs[i].name)
            strcat(name, number);
    }
}

int vgpu_device_specs_parse(const char *source, const char *text,
                            const struct vgpu_device_spec *defaults,
                            struct vgpu_device_spec *specs_out, unsigned *count_out,
                            char *error, size_t error_size)
{
    const struct vgpu_text whole = {.source = source,
                                    .text = text ? text : "native",
                                    .example = EXAMPLE,
                                    .error = error,
                                    .error_size = error_size};
    struct list list = {.count = 0};
    size_t at = 0;

    for (;;) {
        const int err = read_device(&whole, at, defaults, &list);

        if (err)
            return err;
        at += strcspn(whole.text + at, ";");
        if (whole.text[at++] != ';')
            break;
    }
    number_names(&list);
    memcpy(specs_out, list.specs, list.count * sizeof *list.specs);
    *count_out = list.count;
    return 0;
}
