/* SPDX-License-Identifier: MIT */
/* What the two libraries export. That they export nothing else is checked by
 * conformance/install. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include <dlfcn.h>
#include <string.h>

#define VERSION_1_0 "OPENCL_1.0"
#define VERSION_1_1 "OPENCL_1.1"
#define VERSION_1_2 "OPENCL_1.2"
#define VERSION_2_0 "OPENCL_2.0"
#define VERSION_2_1 "OPENCL_2.1"
#define VERSION_2_2 "OPENCL_2.2"
#define VERSION_3_0 "OPENCL_3.0"

static const struct {
    const char *name;
    const char *version;
} entry_points[] = {
#define CORE(version, result, name, parameters, arguments) {#name, VERSION_##version},
#define ABSENT                                             CORE
#include "dispatch/entry_points.def"
};
#define NUM_ENTRY_POINTS (sizeof entry_points / sizeof *entry_points)

VGPU_UNIT_TEST(libOpenCL, exports_every_entry_point_under_the_version_of_the_table)
{
    void *library = dlopen(LIBOPENCL, RTLD_NOW | RTLD_LOCAL);

    ASSERT_TRUE(library);
    for (size_t i = 0; i < NUM_ENTRY_POINTS; i++)
        if (!dlvsym(library, entry_points[i].name, entry_points[i].version))
            VGPU_FAIL("%s@%s is missing", entry_points[i].name, entry_points[i].version);
    EXPECT_EQ(NULL, dlvsym(library, "clGetPlatformIDs", "OPENCL_1.1"));
    dlclose(library);
}

/* Programs that were linked with another loader must find here all that they import. */
VGPU_UNIT_TEST(libOpenCL, exports_what_another_loader_of_the_system_exports)
{
    void *other = dlopen("libOpenCL.so.1.0.0", RTLD_NOW | RTLD_LOCAL);
    void *ours = dlopen(LIBOPENCL, RTLD_NOW | RTLD_LOCAL);
    size_t found = 0;

    ASSERT_TRUE(ours);
    if (!other)
        VGPU_SKIP("this system has no other libOpenCL.so.1");
    for (size_t i = 0; i < NUM_ENTRY_POINTS; i++) {
        const char *name = entry_points[i].name;
        if (!dlsym(other, name))
            continue;
        found++;
        if (!dlvsym(other, name, entry_points[i].version))
            VGPU_FAIL("the other loader has %s in another version than %s", name,
                      entry_points[i].version);
    }
    EXPECT_LT(0, found);
    dlclose(ours);
    dlclose(other);
}

VGPU_UNIT_TEST(libvgpu, hides_entry_points_that_a_loader_has)
{
    void *library = dlopen(LIBVGPU, RTLD_NOW | RTLD_LOCAL);

    ASSERT_TRUE(library);
    for (size_t i = 0; i < NUM_ENTRY_POINTS; i++) {
        const char *name = entry_points[i].name;
        if (strcmp(name, "clGetExtensionFunctionAddress") != 0 && dlsym(library, name))
            VGPU_FAIL("libvgpu.so.1 exports %s", name);
    }
    dlclose(library);
}

VGPU_UNIT_TEST(libvgpu, exports_what_kernels_and_loaders_need)
{
    static const char *const names[] = {"clGetExtensionFunctionAddress",
                                        "clIcdGetPlatformIDsKHR",
                                        "vgpu_icd_dispatch",
                                        "vgpu_kernel_register",
                                        "vgpu_kernel_unregister",
                                        "vgpu_items_run",
                                        "vgpu_item_barrier",
                                        "vgpu_item_exchange",
                                        "vgpu_item_current",
                                        "vgpu_barrier_missed",
                                        "vgpu_print",
                                        "vgpu_break_here",
                                        "vgpu_break_left",
                                        "vgpu_inspection"};
    void *library = dlopen(LIBVGPU, RTLD_NOW | RTLD_LOCAL);

    ASSERT_TRUE(library);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!dlvsym(library, names[i], "VGPU_1"))
            VGPU_FAIL("libvgpu.so.1 does not export %s", names[i]);
#define EXTENSION(result, name, parameters, arguments) \
    EXPECT_NE(NULL, dlvsym(library, #name, "VGPU_1"));
#include "dispatch/entry_points.def"
    dlclose(library);
}

/* Compute units live in it, so the library stays when a loader closes it. */
VGPU_UNIT_TEST(libvgpu, stays_loaded_when_it_is_closed)
{
    void *library = dlopen(LIBVGPU, RTLD_NOW | RTLD_LOCAL);

    ASSERT_TRUE(library);
    dlclose(library);
    library = dlopen(LIBVGPU, RTLD_NOW | RTLD_NOLOAD);
    EXPECT_NE(NULL, library);
}
