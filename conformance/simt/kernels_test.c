/* SPDX-License-Identifier: MIT */
/* Kernels whose figures theory predicts: kernels/, where each line says in a comment
 * `//=` what shall be counted of it. */
#include "profiled.h"

#include "vgpu_test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Compares what a line's comment says: NAME=VALUE, separated by blanks. */
static unsigned compare_line(const char *file, long number, char *marks,
                             const json_t *kernel)
{
    const json_t *const line = profiled_line(kernel, number);
    unsigned count = 0;
    char *rest = NULL;

    for (char *mark = strtok_r(marks, " \n", &rest); mark;
         mark = strtok_r(NULL, " \n", &rest)) {
        char *const equals = strchr(mark, '=');
        double expected, found;

        if (!equals) {
            VGPU_FAIL("%s:%ld: \"%s\" is no NAME=VALUE", file, number, mark);
            continue;
        }
        *equals = '\0';
        expected = strtod(equals + 1, NULL);
        found = profiled_number(line, mark);
        if (found - expected > 1e-6 || expected - found > 1e-6)
            VGPU_FAIL("%s:%ld: %s is %g, not %g", file, number, mark, found, expected);
        count++;
    }
    return count;
}

static unsigned compare_file(const char *path, const json_t *kernel)
{
    FILE *const file = fopen(path, "r");
    char text[512];
    unsigned count = 0;

    if (!file) {
        VGPU_FAIL("%s cannot be read", path);
        return 0;
    }
    for (long number = 1; fgets(text, sizeof text, file); number++) {
        char *const marks = strstr(text, "//= ");

        if (marks)
            count += compare_line(strrchr(path, '/') + 1, number, marks + 4, kernel);
    }
    fclose(file);
    return count;
}

static void try_kernel(const char *name)
{
    char path[512];
    json_t *profile;
    const json_t *kernel;

    snprintf(path, sizeof path, "%s/%.200s", VGPU_KERNEL_FOLDER, name);
    profile = profiled_run(path, NULL);
    if (profile && (kernel = profiled_kernel(profile, "k")) &&
        compare_file(path, kernel) == 0)
        VGPU_FAIL("%s: no line says what is expected", name);
    json_decref(profile);
}

/* Those whose names begin so, in `flows` or not. */
static unsigned try_kernels(bool flows)
{
    DIR *const folder = opendir(VGPU_KERNEL_FOLDER);
    const struct dirent *entry;
    unsigned count = 0;

    if (!folder) {
        VGPU_FAIL("%s cannot be read", VGPU_KERNEL_FOLDER);
        return 0;
    }
    while ((entry = readdir(folder))) {
        if (!strstr(entry->d_name, ".cl") ||
            (strncmp(entry->d_name, "flow_", 5) == 0) != flows)
            continue;
        try_kernel(entry->d_name);
        count++;
    }
    closedir(folder);
    return count;
}

VGPU_UNIT_TEST(profile, has_the_figures_of_memory_that_theory_predicts)
{
    EXPECT_GE(try_kernels(false), 10);
}

VGPU_UNIT_TEST(profile, has_the_figures_of_control_flow_that_theory_predicts)
{
    EXPECT_GE(try_kernels(true), 17);
}

/* Iterations of kernels/other/mandelbrot.cl's loop. */
static unsigned escape_time(unsigned x, unsigned y)
{
    const float cx = (float)x * 0.046875f - 2.0f, cy = (float)y * 0.046875f - 1.5f;
    float zx = 0, zy = 0;
    unsigned n = 0;

    while (n < 256 && zx * zx + zy * zy < 4.0f) {
        const float next = zx * zx - zy * zy + cx;

        zy = 2.0f * zx * zy + cy;
        zx = next;
        n++;
    }
    return n;
}

static void count_mandelbrot(const char *devices, unsigned sub_group)
{
    json_t *const profile =
        profiled_run(VGPU_KERNEL_FOLDER "/other/mandelbrot.cl", devices);
    const json_t *const kernel = profile ? profiled_kernel(profile, "k") : NULL;
    unsigned long issues = 0, items = 0;
    const json_t *line;

    for (unsigned y = 0; y < 64; y++)
        for (unsigned first = 0; first < 64; first += sub_group) {
            unsigned most = 0;

            for (unsigned x = first; x < first + sub_group; x++) {
                items += escape_time(x, y);
                most = escape_time(x, y) > most ? escape_time(x, y) : most;
            }
            issues += most;
        }
    ASSERT_TRUE(kernel);
    line = profiled_line(kernel, 12);
    EXPECT_NEAR((double)issues, profiled_number(line, "issues"), 0);
    EXPECT_NEAR((double)items / (double)(sub_group * issues),
                profiled_number(line, "simt_efficiency"), 1e-8);
    json_decref(profile);
}

VGPU_UNIT_TEST(profile, counts_the_loop_of_mandelbrot_as_a_plain_program_does)
{
    count_mandelbrot(NULL, 32);
}

VGPU_UNIT_TEST(profile, counts_sub_groups_of_the_size_that_the_device_says)
{
    count_mandelbrot("VGPU_DEVICES=sub_group=8", 8);
    count_mandelbrot("VGPU_DEVICES=laptop,sub_group=16", 16);
}
