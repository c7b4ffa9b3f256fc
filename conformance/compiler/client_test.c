/* SPDX-License-Identifier: MIT */
/* What tests of the compiler's client share. */
#define _GNU_SOURCE
#include "client_test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vgpu_test.h"

static char folder[64];

const char *client_test_start(void)
{
    strcpy(folder, "/tmp/vgpu-client-XXXXXX");
    EXPECT_TRUE(mkdtemp(folder) != NULL);
    setenv("VGPU_CACHE_DIR", folder, 1);
    setenv("VGPU_CC", FAKE_CC, 1);
    unsetenv("VGPU_CACHE_BYTES");
    unsetenv("VGPU_COMPILE_SECONDS");
    unsetenv("VGPU_KERNEL_MODE");
    return folder;
}

static void remove_folder(const char *path)
{
    DIR *stream = opendir(path);
    struct dirent *file;

    while (stream && (file = readdir(stream))) {
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0)
            unlinkat(dirfd(stream), file->d_name, 0);
    }
    if (stream)
        closedir(stream);
    rmdir(path);
}

void client_test_end(void)
{
    remove_folder(folder);
}

int client_test_compile_with(const char *source, const char *const *options,
                             struct vgpu_unit *unit_out, char **log_out)
{
    static const char *const extensions[] = {"cl_khr_fp64"};
    struct vgpu_compile_request request = {.source = source,
                                           .length = strlen(source),
                                           .options = options,
                                           .extensions = extensions,
                                           .num_extensions = 1,
                                           .is_executable = true};

    while (options && options[request.num_options])
        request.num_options++;
    return vgpu_compiler_compile(&request, unit_out, log_out);
}

int client_test_compile(const char *source)
{
    struct vgpu_unit unit = {0};
    char *log = NULL;
    const int error = client_test_compile_with(source, NULL, &unit, &log);

    vgpu_unit_fini(&unit);
    free(log);
    return error;
}

uint64_t client_test_serial(const char *source)
{
    struct vgpu_unit unit = {0};
    char *log = NULL;
    uint64_t serial = 0;

    EXPECT_EQ(0, client_test_compile_with(source, NULL, &unit, &log));
    if (unit.variables_size == sizeof serial)
        memcpy(&serial, unit.variables, sizeof serial);
    EXPECT_NE(0, serial);
    vgpu_unit_fini(&unit);
    free(log);
    return serial;
}

size_t client_test_count(const char *suffix)
{
    DIR *stream = opendir(folder);
    struct dirent *file;
    size_t count = 0;

    while (stream && (file = readdir(stream))) {
        const size_t length = strlen(file->d_name);
        count += length >= strlen(suffix) && *file->d_name != '.' &&
                 strcmp(file->d_name + length - strlen(suffix), suffix) == 0;
    }
    if (stream)
        closedir(stream);
    return count;
}

const char *client_test_write(const char *name, const char *text)
{
    static char path[128];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    EXPECT_TRUE(file && fputs(text, file) >= 0 && fclose(file) == 0);
    return path;
}
