/* SPDX-License-Identifier: MIT */
/* Memory that this process writes and other processes of its user may read. */
#define _GNU_SOURCE
#include "shared_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE /* of Linux 5.1, which older headers do not know */
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

#define SEALS      (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL)
#define LEAST_FILE 3 /* a program may have closed its stdout, and go on writing to it */

static int open_file(const char *name)
{
    const int file = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int moved;

    if (file < 0 || file >= LEAST_FILE)
        return file;
    moved = fcntl(file, F_DUPFD_CLOEXEC, LEAST_FILE);
    close(file);
    return moved;
}

/* Memory that is reserved whole, so that no store to it can fail, before it is sealed. */
static void *map_file(int file, size_t size)
{
    void *memory;

    if (ftruncate(file, (off_t)size) != 0 || fallocate(file, 0, 0, (off_t)size) != 0)
        return MAP_FAILED;
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory != MAP_FAILED && fcntl(file, F_ADD_SEALS, SEALS) != 0) {
        munmap(memory, size);
        memory = MAP_FAILED;
    }
    return memory;
}

static bool share(const char *name, struct vgpu_shared_memory *shared)
{
    struct stat status;

    shared->file = open_file(name);
    if (shared->file < 0)
        return false;
    shared->memory = fstat(shared->file, &status) == 0
                         ? map_file(shared->file, shared->size)
                         : MAP_FAILED;
    if (shared->memory == MAP_FAILED) {
        close(shared->file);
        return false;
    }
    shared->file_device = status.st_dev;
    shared->file_number = status.st_ino;
    return true;
}

int vgpu_shared_memory_create(const char *name, size_t size,
                              struct vgpu_shared_memory *shared_out)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct vgpu_shared_memory shared = {.size = (size + page - 1) / page * page};
    const int saved_errno = errno;

    if (!share(name, &shared)) {
        shared.file = -1;
        shared.memory = mmap(NULL, shared.size, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    errno = saved_errno;
    if (shared.memory == MAP_FAILED)
        return -ENOMEM;
    *shared_out = shared;
    return 0;
}

/* The program may have closed the descriptor, and the number may be another file's. */
static void close_file(struct vgpu_shared_memory *shared)
{
    struct stat status;

    if (shared->file >= 0 && fstat(shared->file, &status) == 0 &&
        status.st_dev == shared->file_device && status.st_ino == shared->file_number)
        close(shared->file);
    shared->file = -1;
}

void vgpu_shared_memory_destroy(struct vgpu_shared_memory *shared)
{
    close_file(shared);
    munmap(shared->memory, shared->size);
}

void vgpu_shared_memory_part(struct vgpu_shared_memory *shared)
{
    void *copy;

    if (shared->file < 0)
        return; /* private memory parts by itself */
    copy = mmap(NULL, shared->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0);
    if (copy != MAP_FAILED) {
        memcpy(copy, shared->memory, shared->size);
        mremap(copy, shared->size, shared->size, MREMAP_MAYMOVE | MREMAP_FIXED,
               shared->memory);
    }
    close_file(shared);
}
