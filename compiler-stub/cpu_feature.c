/* SPDX-License-Identifier: MIT */
/* Features of processors, asked of this machine's. */
#include "cpu_feature.h"

#include <stddef.h>
#include <string.h>

static bool has(const char *word, size_t length)
{
#ifdef __x86_64__
#define FEATURE(name)                                                 \
    if (length == sizeof name - 1 && memcmp(word, name, length) == 0) \
        return __builtin_cpu_supports(name) != 0;
#include "cpu_feature.def"
#undef FEATURE
#endif
    (void)word;
    return length == 0;
}

bool vgpu_cpu_has_features(const char *words)
{
#ifdef __x86_64__
    __builtin_cpu_init(); /* constructors may run before the one that does */
#endif
    for (;;) {
        const size_t length = strcspn(words, " ");

        if (!has(words, length))
            return false;
        if (words[length] == '\0')
            return true;
        words += length + 1;
    }
}
