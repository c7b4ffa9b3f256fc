/* SPDX-License-Identifier: MIT */
/* Libraries of kernels that VGPU_KERNELS names: loaded once, and kept. */
#define _GNU_SOURCE
#include "module.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "message.h"
#include "origin.h"
#include "registry.h"
#include "registry_internal.h"

/* A library of kernels need not be linked with ours: its calls of vgpu_kernel_register
 * and the like find us where our symbols are global, which they are not once an ICD
 * loader opened us. */
static void publish_own_symbols(void)
{
    struct vgpu_origin own;

    if (!vgpu_origin_find((const void *)(uintptr_t)&vgpu_kernel_register, NULL, 0, &own))
        return;
    if (own.path)
        dlopen(own.path, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
    vgpu_origin_fini(&own);
}

static void report_failure(const char *path)
{
    const char *reason = dlerror();
    vgpu_message(
        "VGPU_KERNELS: '%.400s' does not load: %.1000s; %s", path,
        reason ? reason : "no reason given",
        strchr(path, '/')
            ? "give the path of a shared library of kernels, built for this machine"
            : "a name without '/' is looked for where the loader looks: write ./ before "
              "a file of the working directory");
}

static void load(const char *path)
{
    const size_t before = vgpu_registry_count();
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    struct link_map *map = NULL;

    if (!handle) {
        report_failure(path);
        return;
    }
    /* Kept open: its kernels may be launched until the process ends. */
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        map = NULL;
    if (vgpu_registry_count() == before && !vgpu_registry_has_module(map))
        vgpu_message(
            "VGPU_KERNELS: '%.400s' is loaded, but registers no kernel: write "
            "its kernels with VGPU_KERNEL of <CL/cl_vgpu_kernel.h>; one that was "
            "refused is named above",
            path);
}

void vgpu_modules_load(const char *list)
{
    publish_own_symbols();
    while (*list) {
        const size_t length = strcspn(list, ":");
        char *path = length ? strndup(list, length) : NULL;
        if (path)
            load(path);
        else if (length)
            vgpu_message("VGPU_KERNELS: out of memory at '%.400s'", list);
        free(path);
        list += length;
        list += *list == ':';
    }
}

void vgpu_registry_load_modules(void)
{
    /* Recursive: the constructor of a library being loaded may ask for kernels; it finds
     * those that are there. Other threads wait. */
    static pthread_mutex_t loading = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
    static atomic_bool loaded;
    static bool started; /* loading */

    if (atomic_load(&loaded))
        return;
    pthread_mutex_lock(&loading);
    if (!started) {
        const char *list = vgpu_environment(VGPU_ENV_KERNELS);
        started = true;
        if (list)
            vgpu_modules_load(list);
        atomic_store(&loaded, true);
    }
    pthread_mutex_unlock(&loading);
}
