/* SPDX-License-Identifier: MIT */
/* `vgpu info` and profiles, and what VGPU_DEVICES says to a program that cannot have what
 * it asks for. */
#include "process.h"
#include "vgpu_test.h"

#include "profile/key.h"
#include "profile/shipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct vgpu_test_process info(const char *option, const char *value,
                                     const char *devices)
{
    const char *const argv[] = {VGPU_PROGRAM, "info", option, value, NULL};
    const char *const environment[] = {devices ? devices : "VGPU_DEVICES", NULL};

    return vgpu_test_spawn(argv, environment);
}

VGPU_UNIT_TEST(vgpu_info, shows_devices_with_the_figures_of_their_profiles)
{
    struct vgpu_test_process process =
        info(NULL, NULL, "VGPU_DEVICES=2*teaching;cu=4,mem=1G,name=big");

    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.out, "Device 1: Teaching GPU 1\n");
    EXPECT_CONTAINS(process.out, "  profile          teaching\n");
    EXPECT_CONTAINS(process.out,
                    "  each unit        8 float operations a cycle at 1GHz\n");
    EXPECT_CONTAINS(process.out, "  link             1GB/s after 10us, instant\n");
    EXPECT_CONTAINS(process.out, "Device 2: big\n");
    EXPECT_CONTAINS(process.out, "  profile          native\n");
    EXPECT_CONTAINS(process.out, "1 GiB, a buffer at most 256 MiB; shared with the host");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_info, lists_profiles_and_keys)
{
    struct vgpu_test_process profiles = info("--profiles", NULL, NULL);
    struct vgpu_test_process keys = info("--keys", NULL, NULL);

    EXPECT_EQ(0, profiles.status);
    EXPECT_EQ(0, keys.status);
    for (size_t i = 0; vgpu_shipped_names[i]; i++)
        EXPECT_CONTAINS(profiles.out, vgpu_shipped_names[i]);
    for (size_t i = 0; i < VGPU_KEYS; i++)
        EXPECT_CONTAINS(keys.out, vgpu_keys[i].help);
    vgpu_test_process_fini(&profiles);
    vgpu_test_process_fini(&keys);
}

/* Writes a file of this process' own; its name stays until the next. */
static const char *write_file(const char *text, size_t size)
{
    static char path[64];
    FILE *file;

    snprintf(path, sizeof path, "./test-%ld.profile", (long)getpid());
    file = fopen(path, "w");
    if (!file || fwrite(text, 1, size, file) != size || fclose(file) != 0)
        VGPU_FAIL("%s cannot be written", path);
    return path;
}

VGPU_UNIT_TEST(vgpu_info, prints_a_profile_that_reads_as_the_same)
{
    for (size_t i = 0; vgpu_shipped_names[i]; i++) {
        struct vgpu_test_process first = info("--profile", vgpu_shipped_names[i], NULL);
        const char *const path = write_file(first.out, strlen(first.out));
        struct vgpu_test_process again = info("--profile", path, NULL);

        EXPECT_EQ(0, first.status);
        EXPECT_EQ(0, again.status);
        EXPECT_STREQ(strchr(first.out, '\n'), strchr(again.out, '\n'));
        unlink(path);
        vgpu_test_process_fini(&first);
        vgpu_test_process_fini(&again);
    }
}

VGPU_UNIT_TEST(vgpu_info, says_what_is_wrong_with_a_profile)
{
    struct vgpu_test_process process = info("--profile", "laptpo", NULL);

    EXPECT_EQ(1, process.status);
    EXPECT_STREQ("", process.out);
    EXPECT_CONTAINS(process.err,
                    "--profile, column 1: unknown profile \"laptpo\": did you "
                    "mean \"laptop\"?");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_info, has_no_device_where_the_list_is_wrong)
{
    struct vgpu_test_process process =
        info(NULL, NULL, "VGPU_DEVICES=teaching,memroy=separate");

    EXPECT_EQ(1, process.status);
    EXPECT_CONTAINS(process.err,
                    "VGPU_DEVICES, column 10: unknown key \"memroy\": did you "
                    "mean \"memory\"");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_info, says_where_in_a_file_it_is_wrong)
{
    static const char text[] = "# mine\n\ncu = 2\n  clock = 2 Ghx # fast\n";
    const char *const path = write_file(text, sizeof text - 1);
    char devices[128];
    struct vgpu_test_process process;

    snprintf(devices, sizeof devices, "VGPU_DEVICES=2*%s,cu=1", path);
    process = info(NULL, NULL, devices);
    unlink(path);
    EXPECT_EQ(1, process.status);
    EXPECT_CONTAINS(process.err,
                    ".profile, line 4, column 13: unknown unit \"Ghx\", did you "
                    "mean \"GHz\"?");
    EXPECT_CONTAINS(process.err, "\n      clock = 2 Ghx # fast\n                ^\n");
    vgpu_test_process_fini(&process);
}
