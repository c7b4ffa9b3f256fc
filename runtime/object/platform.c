/* SPDX-License-Identifier: MIT */
/* The platform, and the devices it found. */
#include "object/platform.h"

#include "break_point.h"
#include "command/checked.h"
#include "compiler/locate.h" /* the room compiler-stub/ */
#include "environment.h"
#include "log.h"
#include "message.h"
#include "object/device.h"
#include "object/feature.h"
#include "object/program_origin.h"
#include "observe/live_report.h" /* of the room device/ */
#include "observe/trace.h"

#include <CL/cl_ext.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_once_t platform_once = PTHREAD_ONCE_INIT;
static cl_platform_id the_platform;
static cl_device_id device_objects[VGPU_MAX_DEVICES];
static struct vgpu_device *devices[VGPU_MAX_DEVICES];

/* What VGPU_DEVICES describes; none where it cannot be read, which was reported then. */
static unsigned devices_find(void)
{
    unsigned count = 0;
    const int err =
        vgpu_devices_create(vgpu_environment(VGPU_ENV_DEVICES), devices, &count);

    if (err != 0 && err != -EINVAL)
        vgpu_message("no virtual GPU could be made: %s", strerror(-err));
    return err == 0 ? count : 0;
}

static void platform_init(void)
{
    const cl_platform_id platform = vgpu_handle_create(VGPU_KIND_platform);
    unsigned count;

    if (!platform)
        return;
    vgpu_log_start();
    vgpu_trace_start();
    vgpu_checked_init();
    (void)vgpu_break_is_on(); /* says early what is wrong with it */
    vgpu_live_report_init();
    count = devices_find();
    for (unsigned i = 0; i < count; i++) {
        const cl_device_id device = vgpu_device_object_create(platform, devices[i]);

        if (device)
            device_objects[platform->num_devices++] = device;
        vgpu_log(VGPU_LOG_info,
                 "device %u: %s, profile %s, %u compute units, %zu MiB of memory", i,
                 devices[i]->spec.name, devices[i]->spec.profile,
                 devices[i]->spec.compute_units, devices[i]->spec.global_memory >> 20);
        vgpu_live_report_add_device(devices[i]->counters);
    }
    platform->devices = device_objects;
    the_platform = platform;
}

cl_platform_id vgpu_platform_get(void)
{
    pthread_once(&platform_once, platform_init);
    return the_platform;
}

static pthread_once_t compiler_once = PTHREAD_ONCE_INIT;
static bool has_compiler;

static void find_compiler(void)
{
    char *path = NULL;

    has_compiler = vgpu_program_origin() != VGPU_ORIGIN_REGISTERED &&
                   vgpu_compiler_locate(&path) == 0;
    free(path);
}

bool vgpu_platform_has_compiler(void)
{
    pthread_once(&compiler_once, find_compiler);
    return has_compiler;
}

const char *vgpu_platform_profile(void)
{
    return vgpu_platform_has_compiler() ? "FULL_PROFILE" : "EMBEDDED_PROFILE";
}

cl_int vgpu_platform_select(cl_platform_id platform, cl_device_type type,
                            cl_device_id *devices_out, cl_uint *count_out)
{
    const cl_device_type known = CL_DEVICE_TYPE_DEFAULT | CL_DEVICE_TYPE_CPU |
                                 CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR |
                                 CL_DEVICE_TYPE_CUSTOM;
    cl_uint count = 0;

    if (type == 0 || (type != CL_DEVICE_TYPE_ALL && (type & ~known) != 0))
        return CL_INVALID_DEVICE_TYPE;
    for (cl_uint i = 0; i < platform->num_devices; i++) {
        const bool is_default = i == 0;

        if ((type & vgpu_device_type(platform->devices[i])) ||
            (is_default && (type & CL_DEVICE_TYPE_DEFAULT)))
            devices_out[count++] = platform->devices[i];
    }
    *count_out = count;
    return count > 0 ? CL_SUCCESS : CL_DEVICE_NOT_FOUND;
}

cl_int vgpu_platform_info(cl_platform_id platform, cl_platform_info name,
                          const struct vgpu_answer *answer)
{
    (void)platform;
    switch (name) {
#include "object/platform_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}
