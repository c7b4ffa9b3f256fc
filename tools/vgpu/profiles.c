/* SPDX-License-Identifier: MIT */
/* `vgpu info --profile`, `--profiles` and `--keys`. */
#include "profiles.h"

#include "command.h"
#include "host.h" /* of the room device/ */
#include "profile/devices.h"
#include "profile/key.h"
#include "profile/shipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The sentence in a profile's first line, which is a comment. */
static const char *sentence_of(const struct vgpu_shipped *profile, int *length_out)
{
    *length_out = (int)strcspn(profile->text, "\n") - 2;
    return profile->text + 2;
}

int list_profiles(void)
{
    for (const struct vgpu_shipped *profile = vgpu_shipped; profile->name; profile++) {
        int length;
        const char *const sentence = sentence_of(profile, &length);

        printf("%-11s %.*s\n", profile->name, length, sentence);
    }
    printf(
        "\nVGPU_DEVICES=\"2*teaching;laptop,cu=2\" makes devices of them; `vgpu info "
        "--profile\nteaching` prints one, to be changed and kept in a file of your own, "
        "my.profile,\nfor VGPU_DEVICES=./my.profile. `vgpu info --keys` tells what can "
        "be changed.\n");
    return EXIT_SUCCESS;
}

int list_keys(void)
{
    for (size_t i = 0; i < VGPU_KEYS; i++) {
        char range[VGPU_KEY_RANGE_CHARS];

        printf("%s=%s\n    %s\n    %s\n", vgpu_keys[i].name, vgpu_keys[i].example,
               vgpu_keys[i].help, vgpu_key_range(&vgpu_keys[i], range));
    }
    return EXIT_SUCCESS;
}

static void print_spec(const struct vgpu_device_spec *spec)
{
    printf("# A profile for VGPU_DEVICES=./my.profile, like %s\n", spec->profile);
    for (size_t i = 0; i < VGPU_KEYS; i++) {
        char value[VGPU_KEY_CHARS];

        printf("%-16s = %-15s # %s\n", vgpu_keys[i].name,
               vgpu_key_write(&vgpu_keys[i], spec, value), vgpu_keys[i].help);
    }
}

int print_profile(const char *text)
{
    struct vgpu_device_spec defaults, specs[VGPU_MAX_DEVICES];
    char error[VGPU_DEVICES_ERROR_CHARS];
    const struct vgpu_host *host;
    unsigned count;

    if (vgpu_host_retain(&host) != 0)
        return EXIT_FAILURE;
    vgpu_host_defaults(host, &defaults);
    vgpu_host_release();
    if (vgpu_device_specs_parse("--profile", text, &defaults, specs, &count, error,
                                sizeof error) != 0)
        return complain("%s", error);
    for (unsigned i = 0; i < count; i++)
        print_spec(&specs[i]);
    return EXIT_SUCCESS;
}
