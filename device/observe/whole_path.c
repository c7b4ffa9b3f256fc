/* SPDX-License-Identifier: MIT */
/* Paths that are kept while programs change their folder. */
#define _GNU_SOURCE
#include "observe/whole_path.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *vgpu_whole_path(const char *path)
{
    char folder[PATH_MAX], *whole = NULL;

    if (path[0] == '/' || !getcwd(folder, sizeof folder))
        return strdup(path);
    return asprintf(&whole, "%s/%s", folder, path) < 0 ? NULL : whole;
}
