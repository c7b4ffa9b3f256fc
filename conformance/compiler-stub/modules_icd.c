/* SPDX-License-Identifier: MIT */
/* VGPU_KERNELS where an ICD loader has opened libvgpu, whose symbols nobody else then
 * sees. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "vgpu_test.h"
#include <CL/cl_icd.h>

typedef void *CL_API_CALL get_address_fn(const char *name);

/* The first platform's dispatch table, found as loaders find it. */
static const cl_icd_dispatch *open_library(cl_platform_id *platform_out)
{
    union {
        void *object;
        get_address_fn *function;
    } get_address;
    union {
        void *object;
        clIcdGetPlatformIDsKHR_fn function;
    } get_platforms;
    void *library = dlopen(LIBVGPU, RTLD_NOW | RTLD_LOCAL);

    if (!library)
        return NULL;
    get_address.object = dlsym(library, "clGetExtensionFunctionAddress");
    if (!get_address.object)
        return NULL;
    get_platforms.object = get_address.function("clIcdGetPlatformIDsKHR");
    if (!get_platforms.object ||
        get_platforms.function(1, platform_out, NULL) != CL_SUCCESS)
        return NULL;
    return *(const cl_icd_dispatch *const *)(const void *)*platform_out;
}

VGPU_UNIT_TEST_WITH_ENV(VGPU_KERNELS,
                        an_unlinked_library_finds_a_privately_loaded_libvgpu,
                        "VGPU_KERNELS=" MODULE_UNLINKED)
{
    char names[256] = "";
    cl_platform_id platform = NULL;
    cl_device_id device = NULL;
    const cl_icd_dispatch *call = open_library(&platform);

    ASSERT_TRUE(call != NULL);
    ASSERT_CL(CL_SUCCESS,
              call->clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL));
    EXPECT_CL(CL_SUCCESS, call->clGetDeviceInfo(device, CL_DEVICE_BUILT_IN_KERNELS,
                                                sizeof names, names, NULL));
    EXPECT_STREQ("module_unlinked_negate", names);
}
