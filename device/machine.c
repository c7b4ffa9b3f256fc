/* SPDX-License-Identifier: MIT */
/* What the system says of this machine beside its topology: memory and clock. */
#define _GNU_SOURCE
#include "machine.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_CLOCK_MHZ 1000u

/* A file of one number; `otherwise` where it is missing or holds a word ("max"). */
static unsigned long long number_in_file(const char *path, unsigned long long otherwise)
{
    FILE *file = fopen(path, "re");
    unsigned long long value;

    if (!file)
        return otherwise;
    if (fscanf(file, "%llu", &value) != 1)
        value = otherwise;
    fclose(file);
    return value;
}

/* The least limit in `root` + `group` and in every folder between them. Shortens `group`.
 */
static unsigned long long least_limit(const char *root, char *group, const char *file)
{
    unsigned long long least = ULLONG_MAX;
    char path[PATH_MAX];

    for (;;) {
        char *slash;
        const int length = snprintf(path, sizeof path, "%s%s/%s", root, group, file);
        if (length > 0 && (size_t)length < sizeof path) {
            const unsigned long long limit = number_in_file(path, ULLONG_MAX);
            least = limit < least ? limit : least;
        }
        slash = strrchr(group, '/');
        if (!slash)
            return least;
        *slash = '\0';
    }
}

/* One line of /proc/self/cgroup: "0::/a/b" (version 2) or "4:memory:/a/b" (version 1). */
static unsigned long long limit_of_line(char *line)
{
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;

    if (!group)
        return ULLONG_MAX;
    *group++ = '\0';
    controllers++;
    group[strcspn(group, "\n")] = '\0';
    if (*controllers == '\0')
        return least_limit("/sys/fs/cgroup", group, "memory.max");
    if (strstr(controllers, "memory"))
        return least_limit("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes");
    return ULLONG_MAX;
}

static unsigned long long control_group_limit(void)
{
    FILE *file = fopen("/proc/self/cgroup", "re");
    unsigned long long least = ULLONG_MAX;
    char line[PATH_MAX];

    if (!file)
        return least;
    while (fgets(line, sizeof line, file)) {
        const unsigned long long limit = limit_of_line(line);
        least = limit < least ? limit : least;
    }
    fclose(file);
    return least;
}

size_t vgpu_machine_memory(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page_size = sysconf(_SC_PAGESIZE);
    const unsigned long long built_in =
        pages > 0 && page_size > 0
            ? (unsigned long long)pages * (unsigned long long)page_size
            : 1ull << 30;
    const unsigned long long limit = control_group_limit();
    const unsigned long long memory = limit < built_in ? limit : built_in;

    return memory < SIZE_MAX ? (size_t)memory : SIZE_MAX;
}

static unsigned clock_in_cpuinfo(void)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[256];
    double mhz = 0;

    if (!file)
        return 0;
    while (mhz == 0 && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (colon && strncmp(line, "cpu MHz", 7) == 0)
            mhz = strtod(colon + 1, NULL);
    }
    fclose(file);
    return mhz >= 1 && mhz < 1e6 ? (unsigned)mhz : 0;
}

unsigned vgpu_machine_clock_mhz(void)
{
    const unsigned long long khz =
        number_in_file("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", 0);
    unsigned mhz = khz >= 1000 && khz < 1000000000ull ? (unsigned)(khz / 1000) : 0;

    if (mhz == 0)
        mhz = clock_in_cpuinfo();
    return mhz ? mhz : DEFAULT_CLOCK_MHZ;
}

unsigned vgpu_machine_lanes(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f"))
        return 2 * 16;
    if (__builtin_cpu_supports("avx2"))
        return 2 * 8;
#endif
    return 2 * 4;
}
