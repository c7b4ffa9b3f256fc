/* SPDX-License-Identifier: MIT */
/* Source lines of addresses of code, from debugging information.
 *
 * libdw and what it needs are loaded when the first line is asked for, so that processes
 * without faults start no slower. Only the file that is mapped now is read: one of its
 * name that has come since would have other lines. */
#define _GNU_SOURCE
#include "fault/line.h"

#include <dlfcn.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define EACH_FUNCTION(F) \
    F(dwarf_begin_elf)   \
    F(dwarf_end)         \
    F(dwarf_nextcu)      \
    F(dwarf_offdie)      \
    F(dwarf_haspc)       \
    F(dwarf_getsrclines) \
    F(dwarf_onesrcline)  \
    F(dwarf_lineaddr) F(dwarf_lineendsequence) F(dwarf_lineno) F(dwarf_linesrc)
#define EACH_ELF_FUNCTION(F) \
    F(elf_version) F(elf_begin) F(elf_end) F(elf_getphdrnum) F(gelf_getphdr)

static struct {
#define FUNCTION(name) __typeof__(&name) name;
    EACH_FUNCTION(FUNCTION) EACH_ELF_FUNCTION(FUNCTION)
#undef FUNCTION
} lib;

static bool is_loaded;

static void load(void)
{
    void *const dw = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
    void *const elf = dlopen("libelf.so.1", RTLD_NOW | RTLD_LOCAL);
    bool has_all = dw && elf;

#define FUNCTION(name)                                           \
    *(void **)&lib.name = has_all ? dlsym(handle, #name) : NULL; \
    has_all = has_all && lib.name;
    void *handle = dw;
    EACH_FUNCTION(FUNCTION)
    handle = elf;
    EACH_ELF_FUNCTION(FUNCTION)
#undef FUNCTION
    is_loaded = has_all && lib.elf_version(EV_CURRENT) != EV_NONE;
}

static bool have_library(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
    return is_loaded;
}

/* A place in a file. */
struct place {
    char path[PATH_MAX];
    uint64_t offset;
    unsigned device_major, device_minor;
    uint64_t inode;
};

/* A line of /proc/self/maps: whether the address is there, and in a file. */
static bool read_mapping(const char *line, uintptr_t address, struct place *place)
{
    uintptr_t first, end;
    uint64_t offset;
    int at = 0;

    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %*s %" SCNx64 " %x:%x %" SCNu64 " %n",
               &first, &end, &offset, &place->device_major, &place->device_minor,
               &place->inode, &at) < 6 ||
        at == 0 || address < first || address >= end || line[at] != '/')
        return false;
    place->offset = address - first + offset;
    snprintf(place->path, sizeof place->path, "%.*s", (int)strcspn(line + at, "\n"),
             line + at);
    return true;
}

static bool find_place(uintptr_t address, struct place *place)
{
    FILE *const maps = fopen("/proc/self/maps", "re");
    char line[PATH_MAX + 128];
    bool is_found = false;

    while (maps && !is_found && fgets(line, sizeof line, maps))
        is_found = read_mapping(line, address, place);
    if (maps)
        fclose(maps);
    return is_found;
}

/* Negative: there is none of that name, or it is not the one that is mapped. */
static int open_mapped(const char *path, const struct place *place)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;

    if (file >= 0 && fstat(file, &status) == 0 && status.st_ino == place->inode &&
        major(status.st_dev) == place->device_major &&
        minor(status.st_dev) == place->device_minor)
        return file;
    if (file >= 0)
        close(file);
    return -1;
}

/* What has no name in the file system, as the second load of one piece of code is from a
 * copy in memory, may still have the one that it was loaded by. */
static int open_place(const struct place *place, uintptr_t address)
{
    const int file = open_mapped(place->path, place);
    Dl_info object;

    return file < 0 && dladdr((void *)address, &object) && object.dli_fname
               ? open_mapped(object.dli_fname, place)
               : file;
}

/* The address by which the file itself knows its byte `offset`. */
static bool find_address(Elf *elf, uint64_t offset, Dwarf_Addr *address_out)
{
    size_t count = 0;
    GElf_Phdr part;

    if (lib.elf_getphdrnum(elf, &count) != 0)
        return false;
    for (size_t i = 0; i < count && i < INT_MAX; i++) {
        if (!lib.gelf_getphdr(elf, (int)i, &part) || part.p_type != PT_LOAD ||
            offset < part.p_offset || offset - part.p_offset >= part.p_filesz)
            continue;
        *address_out = part.p_vaddr + (offset - part.p_offset);
        return true;
    }
    return false;
}

/* The unit's lines are in the order of addresses. NULL: the address has none. */
static Dwarf_Line *line_at(Dwarf_Die *unit, Dwarf_Addr address, bool or_before,
                           int *number_out)
{
    Dwarf_Line *found = NULL;
    Dwarf_Lines *lines;
    size_t count;

    if (lib.dwarf_getsrclines(unit, &lines, &count) != 0)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        Dwarf_Line *const line = lib.dwarf_onesrcline(lines, i);
        Dwarf_Addr first;
        bool is_end;
        int number;

        if (!line || lib.dwarf_lineaddr(line, &first) != 0 ||
            lib.dwarf_lineendsequence(line, &is_end) != 0 ||
            lib.dwarf_lineno(line, &number) != 0)
            return NULL;
        if (first > address)
            break;
        if (is_end || (number == 0 && !or_before))
            found = NULL;
        else if (number > 0) {
            found = line;
            *number_out = number;
        }
    }
    return found;
}

static enum vgpu_line_answer say_line(Dwarf_Die *unit, Dwarf_Addr address, bool or_before,
                                      char *text, size_t size)
{
    int number;
    Dwarf_Line *const line = line_at(unit, address, or_before, &number);
    const char *const path = line ? lib.dwarf_linesrc(line, NULL, NULL) : NULL;
    const char *name;

    if (!path)
        return VGPU_LINE_NONE;
    name = strrchr(path, '/');
    snprintf(text, size, "%.100s:%d", name ? name + 1 : path, number);
    return VGPU_LINE_FOUND;
}

static enum vgpu_line_answer find_line(Dwarf *dwarf, Dwarf_Addr address, bool or_before,
                                       char *text, size_t size)
{
    Dwarf_Off at = 0, next;
    size_t header;

    for (; lib.dwarf_nextcu(dwarf, at, &next, &header, NULL, NULL, NULL) == 0;
         at = next) {
        Dwarf_Die unit;

        if (lib.dwarf_offdie(dwarf, at + header, &unit) &&
            lib.dwarf_haspc(&unit, address) > 0)
            return say_line(&unit, address, or_before, text, size);
    }
    return VGPU_LINE_NONE;
}

static enum vgpu_line_answer look_up(int file, uint64_t offset, bool or_before,
                                     char *text, size_t size)
{
    Elf *const elf = lib.elf_begin(file, ELF_C_READ_MMAP, NULL);
    Dwarf *const dwarf = elf ? lib.dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;
    enum vgpu_line_answer answer = VGPU_LINE_NO_TABLE;
    Dwarf_Addr address;

    if (dwarf && find_address(elf, offset, &address))
        answer = find_line(dwarf, address, or_before, text, size);
    if (dwarf)
        lib.dwarf_end(dwarf);
    if (elf)
        lib.elf_end(elf);
    return answer;
}

enum vgpu_line_answer vgpu_line_of(uintptr_t address, bool or_before, char *text,
                                   size_t size)
{
    enum vgpu_line_answer answer;
    struct place place;
    int file;

    if (!have_library())
        return VGPU_LINE_NO_READER;
    if (!find_place(address, &place))
        return VGPU_LINE_NO_TABLE;
    file = open_place(&place, address);
    if (file < 0) /* copies in memory stay open where they have lines */
        return strncmp(place.path, "/memfd:", 7) == 0 ? VGPU_LINE_NO_TABLE
                                                      : VGPU_LINE_NONE;
    answer = look_up(file, place.offset, or_before, text, size);
    close(file);
    return answer;
}
