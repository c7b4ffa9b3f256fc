/* SPDX-License-Identifier: MIT */
/* Kernel code in this process: loading it, once for each set of links. */
#define _GNU_SOURCE
#include "code.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arithmetic.h"
#include "file.h"

#define NAME_SIZE 256

typedef const struct vgpu_code_links *links_pointer;

/* Where the object keeps its links; NULL: it is none of vgpu-cc's. */
static links_pointer *links_of(void *handle)
{
    return dlsym(handle, VGPU_CODE_LINKS_NAME);
}

/* NULL where all is well. */
static const char *fault_of(const struct vgpu_code_table *table,
                            const size_t local_size[3])
{
    const bool has_function = table->mode == VGPU_CODE_FIBER ? table->group != NULL
                              : table->mode == VGPU_CODE_TRACED
                                  ? table->traced_row != NULL
                                  : table->groups != NULL;
    bool is_for_any = true, is_for_this = true;

    for (int i = 0; i < 3; i++) {
        is_for_any = is_for_any && table->local_size[i] == 0;
        is_for_this = is_for_this && table->local_size[i] == local_size[i];
    }
    if (table->version != VGPU_CODE_VERSION)
        return "it is of another version of vgpu";
    if (table->mode < VGPU_CODE_LOCKSTEP || table->mode > VGPU_CODE_TRACED)
        return "its mode is unknown";
    if (!has_function)
        return "it has no function";
    if (table->width == 0)
        return "its rows are empty";
    if (!is_for_any && !is_for_this)
        return "it is for another local size";
    return NULL;
}

/* Takes the object for these links. -EBUSY: it has others, as the loader gives out an
 * object that is loaded already. */
static int adopt(void *handle, const size_t local_size[3], links_pointer links,
                 struct vgpu_code *code_out, const char **fault_out)
{
    const struct vgpu_code_table *table = dlsym(handle, VGPU_CODE_TABLE_NAME);
    links_pointer *slot = links_of(handle);
    links_pointer none = NULL;

    *fault_out =
        !table || !slot ? "it has no table or no links" : fault_of(table, local_size);
    if (*fault_out)
        return -EINVAL;
    if (!__atomic_compare_exchange_n(slot, &none, links, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST))
        return -EBUSY;
    *code_out = (struct vgpu_code){.table = table, .handle = handle, .descriptor = -1};
    return 0;
}

static int open_object(const char *path, const size_t local_size[3], links_pointer links,
                       struct vgpu_code *code_out, char **why_out)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const char *fault = NULL;
    int error = -EINVAL;

    if (handle)
        error = adopt(handle, local_size, links, code_out, &fault);
    else
        fault = dlerror();
    if (error == 0)
        return 0;
    if (error == -EINVAL)
        *why_out = strdup(fault ? fault : "the loader gives no reason");
    if (handle)
        dlclose(handle);
    return error;
}

/* The loader takes an object of a name that it knows for the one that it has, so no two
 * loads may use one name, though descriptors are used again. A count spelled in slashes
 * and dots makes the names differ, and leads to the same file. */
static void print_unique_name(int descriptor, char name_out[NAME_SIZE])
{
    static atomic_uint count;
    unsigned number = atomic_fetch_add(&count, 1);
    int length = snprintf(name_out, NAME_SIZE, "/proc/%d/fd", (int)getpid());

    for (; number != 0; number /= 2)
        length += snprintf(name_out + length, NAME_SIZE - (size_t)length, "%s",
                           number % 2 ? "/./" : "///");
    snprintf(name_out + length, NAME_SIZE - (size_t)length, "/%d", descriptor);
}

/* Whether debuggers, and the message of a fault, can find lines in the object. */
static bool has_lines(const void *object, size_t size)
{
    static const char section[] = ".debug_line";

    return memmem(object, size, section, sizeof section) != NULL;
}

static int open_copy(const void *object, size_t size, const size_t local_size[3],
                     links_pointer links, struct vgpu_code *code_out, char **why_out)
{
    const int descriptor = memfd_create("vgpu kernel", MFD_CLOEXEC);
    char name[NAME_SIZE];
    int error = descriptor < 0 ? -errno : vgpu_file_write(descriptor, object, size);

    if (error == 0) {
        print_unique_name(descriptor, name);
        error = open_object(name, local_size, links, code_out, why_out);
    } else {
        *why_out = strdup(strerror(-error));
        error = error == -ENOMEM ? -ENOMEM : -EINVAL;
    }
    if (error == 0 && has_lines(object, size))
        code_out->descriptor = descriptor;
    else if (descriptor >= 0)
        close(descriptor);
    return error;
}

int vgpu_code_load(const char *path, const void *object, size_t size,
                   const size_t local_size[3], const struct vgpu_code_links *links,
                   struct vgpu_code *code_out, char **why_out)
{
    char *why = NULL;

    *why_out = NULL;
    if (path && open_object(path, local_size, links, code_out, &why) == 0)
        return 0;
    free(why);
    return open_copy(object, size, local_size, links, code_out, why_out);
}

void vgpu_code_fini(struct vgpu_code *code)
{
    if (!code->handle)
        return;
    /* Where the loader keeps the object, the next load may have it. */
    __atomic_store_n(links_of(code->handle), NULL, __ATOMIC_SEQ_CST);
    dlclose(code->handle);
    if (code->descriptor >= 0)
        close(code->descriptor);
    *code = (struct vgpu_code){0};
}

size_t vgpu_code_scratch_bytes(const struct vgpu_code_table *table,
                               const size_t local_size[3])
{
    const size_t width = table->width;
    const size_t rows = local_size[0] / width + (local_size[0] % width != 0);
    size_t bytes = rows;

    if (table->scratch_bytes > SIZE_MAX || table->scratch_bytes_per_row > SIZE_MAX ||
        !vgpu_multiply(bytes, local_size[1], &bytes) ||
        !vgpu_multiply(bytes, local_size[2], &bytes) ||
        !vgpu_multiply(bytes, (size_t)table->scratch_bytes_per_row, &bytes) ||
        !vgpu_add(bytes, (size_t)table->scratch_bytes, &bytes))
        return SIZE_MAX;
    return bytes;
}
