/* SPDX-License-Identifier: MIT */
/* docs/profiles.md has every key, as the table says, and every profile. */
#include "vgpu_test.h"

#include "profile/devices.h"
#include "profile/key.h"
#include "profile/profile_text.h"
#include "profile/shipped.h"

#include <stdio.h>
#include <string.h>

static char manual[1 << 16];

static bool read_manual(void)
{
    FILE *const file = fopen(VGPU_MANUAL, "r");
    const size_t size = file ? fread(manual, 1, sizeof manual - 1, file) : 0;

    if (file)
        fclose(file);
    manual[size] = '\0';
    return size > 0;
}

VGPU_UNIT_TEST(manual, has_every_key_as_the_table_says)
{
    unsigned rows = 0;

    ASSERT_TRUE(read_manual());
    for (size_t i = 0; i < VGPU_KEYS; i++) {
        const struct vgpu_key *const key = &vgpu_keys[i];
        char range[VGPU_KEY_RANGE_CHARS], row[512];

        snprintf(row, sizeof row, "\n| `%s` | %s | %s | `%s=%s` |\n", key->name,
                 key->help, vgpu_key_range(key, range), key->name, key->example);
        EXPECT_CONTAINS(manual, row);
    }
    for (const char *row = strstr(manual, "| key | what | values |"); row && *row == '|';
         row = strchr(row, '\n') + 1)
        rows++;
    EXPECT_EQ(VGPU_KEYS + 2, rows);
}

VGPU_UNIT_TEST(manual, has_every_profile)
{
    ASSERT_TRUE(read_manual());
    for (size_t i = 0; vgpu_shipped_names[i]; i++) {
        char row[64];

        snprintf(row, sizeof row, "\n| `%s` | ", vgpu_shipped_names[i]);
        EXPECT_CONTAINS(manual, row);
    }
}

VGPU_UNIT_TEST(keys, have_examples_that_read)
{
    for (size_t i = 0; i < VGPU_KEYS; i++) {
        struct vgpu_device_spec spec = {.global_memory = 1 << 30};
        char line[128], error[VGPU_DEVICES_ERROR_CHARS];

        snprintf(line, sizeof line, "%s = %s", vgpu_keys[i].name, vgpu_keys[i].example);
        if (vgpu_profile_text_apply("example", "x", line, strlen(line), &spec, error,
                                    sizeof error) != 0)
            VGPU_FAIL("%s", error);
    }
}
