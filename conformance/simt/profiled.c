/* SPDX-License-Identifier: MIT */
/* Programs that ran under VGPU_PROFILE, and what it says of them. */
#include "profiled.h"

#include "process.h"
#include "vgpu_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

json_t *profiled_program(const char *const argv[], const char *more)
{
    char file[] = "/tmp/vgpu_profile_XXXXXX", variable[64];
    const char *const environment[] = {variable, more, NULL};
    const int descriptor = mkstemp(file);
    struct vgpu_test_process process;
    json_error_t error = {.text = ""};
    json_t *json = NULL;

    if (descriptor < 0) {
        VGPU_FAIL("no file can be made in /tmp");
        return NULL;
    }
    close(descriptor);
    snprintf(variable, sizeof variable, "VGPU_PROFILE=%s", file);
    process = vgpu_test_spawn(argv, environment);
    if (process.status != 0)
        VGPU_FAIL("%s: exit status %d: %s", argv[0], process.status, process.err);
    else if (!(json = json_load_file(file, 0, &error)))
        VGPU_FAIL("%s: the profile cannot be read: %s", argv[0], error.text);
    vgpu_test_process_fini(&process);
    unlink(file);
    return json;
}

json_t *profiled_run(const char *path, const char *more)
{
    const char *const argv[] = {VGPU_RUN_KERNEL, path, NULL};

    return profiled_program(argv, more);
}

const json_t *profiled_kernel(const json_t *profile, const char *name)
{
    const json_t *kernel;
    size_t i;

    json_array_foreach (json_object_get(profile, "kernels"), i, kernel) {
        const char *const own = json_string_value(json_object_get(kernel, "name"));

        if (own && strcmp(own, name) == 0)
            return kernel;
    }
    VGPU_FAIL("there is no kernel %s", name);
    return NULL;
}

const json_t *profiled_line(const json_t *kernel, long line)
{
    const json_t *each;
    size_t i;

    json_array_foreach (json_object_get(kernel, "lines"), i, each)
        if (json_integer_value(json_object_get(each, "line")) == line)
            return each;
    return NULL;
}

double profiled_number(const json_t *object, const char *path)
{
    const char *const dot = strchr(path, '.');
    char name[64];

    if (!dot)
        return json_number_value(json_object_get(object, path));
    snprintf(name, sizeof name, "%.*s", (int)(dot - path), path);
    return profiled_number(json_object_get(object, name), dot + 1);
}
