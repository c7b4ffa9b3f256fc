/* SPDX-License-Identifier: MIT */
/* Where a program's kernels come from: VGPU_COMPILER. */
#include "object/program_origin.h"

#include "environment.h"
#include "message.h"

#include <pthread.h>
#include <string.h>

static const char *const names[] = {[VGPU_ORIGIN_AUTO] = "auto",
                                    [VGPU_ORIGIN_REGISTERED] = "registered",
                                    [VGPU_ORIGIN_OPENCL_C] = "opencl-c"};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static enum vgpu_origin origin = VGPU_ORIGIN_AUTO;

static void read_origin(void)
{
    const char *const text = vgpu_environment(VGPU_ENV_COMPILER);

    if (!text)
        return;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            origin = (enum vgpu_origin)i;
            return;
        }
    vgpu_message("VGPU_COMPILER='%.100s' is none of auto, registered and opencl-c: auto "
                 "is used",
                 text);
}

enum vgpu_origin vgpu_program_origin(void)
{
    pthread_once(&once, read_origin);
    return origin;
}
