/* SPDX-License-Identifier: MIT */
/* What the system says of this machine beside its topology: memory and clock. */
#define _GNU_SOURCE
#include "machine.h"

#include <limits.h>
#include <stdbool.h>
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

/* Files of a control group, in the two versions that there are. */
static const struct hierarchy {
    const char *root, *limit, *usage, *reclaimable; /* the last is a key of memory.stat */
} version_1 = {"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
               "total_inactive_file"},
  version_2 = {"/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};

/* The number behind a word that begins a line of a file, or 0. */
static unsigned long long number_behind(const char *path, const char *word)
{
    const size_t length = strlen(word);
    FILE *file = fopen(path, "re");
    unsigned long long value = 0;
    char line[256];

    if (!file)
        return 0;
    while (value == 0 && fgets(line, sizeof line, file))
        if (strncmp(line, word, length) == 0)
            value = strtoull(line + length, NULL, 10);
    fclose(file);
    return value;
}

/* What one control group allows, or, of that, what it has not used yet. */
static unsigned long long allowance(const struct hierarchy *hierarchy, const char *group,
                                    bool unused)
{
    char path[PATH_MAX + 64];
    unsigned long long limit, usage, reclaimable;

    snprintf(path, sizeof path, "%s%s/%s", hierarchy->root, group, hierarchy->limit);
    limit = number_in_file(path, ULLONG_MAX);
    if (!unused || limit == ULLONG_MAX)
        return limit;
    snprintf(path, sizeof path, "%s%s/%s", hierarchy->root, group, hierarchy->usage);
    usage = number_in_file(path, 0);
    snprintf(path, sizeof path, "%s%s/memory.stat", hierarchy->root, group);
    reclaimable = number_behind(path, hierarchy->reclaimable);
    usage -= reclaimable < usage ? reclaimable : usage;
    return usage < limit ? limit - usage : 0;
}

/* The least that the group and every one around it allow. Shortens `group`. */
static unsigned long long least_allowance(const struct hierarchy *hierarchy, char *group,
                                          bool unused)
{
    unsigned long long least = ULLONG_MAX;

    for (;;) {
        const unsigned long long limit = allowance(hierarchy, group, unused);
        char *const slash = strrchr(group, '/');

        least = limit < least ? limit : least;
        if (!slash)
            return least;
        *slash = '\0';
    }
}

/* One line of /proc/self/cgroup: "0::/a/b" (version 2) or "4:memory:/a/b" (version 1). */
static unsigned long long allowance_of_line(char *line, bool unused)
{
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;

    if (!group)
        return ULLONG_MAX;
    *group++ = '\0';
    controllers++;
    group[strcspn(group, "\n")] = '\0';
    if (*controllers == '\0')
        return least_allowance(&version_2, group, unused);
    if (strstr(controllers, "memory"))
        return least_allowance(&version_1, group, unused);
    return ULLONG_MAX;
}

static unsigned long long control_group_allowance(bool unused)
{
    FILE *file = fopen("/proc/self/cgroup", "re");
    unsigned long long least = ULLONG_MAX;
    char line[PATH_MAX];

    if (!file)
        return least;
    while (fgets(line, sizeof line, file)) {
        const unsigned long long limit = allowance_of_line(line, unused);
        least = limit < least ? limit : least;
    }
    fclose(file);
    return least;
}

static size_t lesser(unsigned long long a, unsigned long long b)
{
    const unsigned long long least = a < b ? a : b;

    return least < SIZE_MAX ? (size_t)least : SIZE_MAX;
}

size_t vgpu_machine_memory(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page_size = sysconf(_SC_PAGESIZE);

    return lesser(pages > 0 && page_size > 0
                      ? (unsigned long long)pages * (unsigned long long)page_size
                      : 1ull << 30,
                  control_group_allowance(false));
}

size_t vgpu_machine_available(void)
{
    const unsigned long long kilobytes = number_behind("/proc/meminfo", "MemAvailable:");

    return lesser(kilobytes > 0 ? kilobytes << 10 : vgpu_machine_memory(),
                  control_group_allowance(true));
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
