/* SPDX-License-Identifier: MIT */
/* clGetExtensionFunctionAddress and its form for a platform. [OpenCL 3.0, 9.2] */
#include "vgpu_test.h"

#include <CL/cl_ext.h>
#include <CL/cl_vgpu.h>
#include <dlfcn.h>
#include <string.h>

typedef cl_int CL_API_CALL platforms_function(cl_uint num_entries,
                                              cl_platform_id *platforms,
                                              cl_uint *num_platforms);

/* function_at - the address as a function: C has no cast for it. */
static platforms_function *function_at(void *address)
{
    platforms_function *function;

    memcpy(&function, &address, sizeof function);
    return function;
}

VGPU_TEST(clGetExtensionFunctionAddressForPlatform, finds_the_functions_of_our_extensions)
{
#define EXTENSION(result, name, parameters, arguments)                             \
    EXPECT_NE(NULL, clGetExtensionFunctionAddressForPlatform(f->platform, #name)); \
    EXPECT_EQ(clGetExtensionFunctionAddress(#name),                                \
              clGetExtensionFunctionAddressForPlatform(f->platform, #name));
#include "dispatch/entry_points.def"
}

VGPU_TEST(clGetExtensionFunctionAddressForPlatform,
          finds_none_of_an_extension_that_is_not_there)
{
#define ABSENT(version, result, name, parameters, arguments) \
    EXPECT_EQ(NULL, clGetExtensionFunctionAddressForPlatform(f->platform, #name));
#include "dispatch/entry_points.def"
}

VGPU_TEST(clGetExtensionFunctionAddressForPlatform, finds_nothing_by_a_name_that_is_none)
{
    EXPECT_EQ(NULL, clGetExtensionFunctionAddressForPlatform(f->platform, NULL));
    EXPECT_EQ(NULL, clGetExtensionFunctionAddressForPlatform(f->platform, ""));
    EXPECT_EQ(NULL, clGetExtensionFunctionAddressForPlatform(f->platform, "clUnheardOf"));
    EXPECT_EQ(NULL, clGetExtensionFunctionAddress(NULL));
    EXPECT_EQ(NULL, clGetExtensionFunctionAddress("clIcdGetPlatformIDsKHR "));
}

VGPU_TEST(clGetExtensionFunctionAddressForPlatform, refuses_what_is_not_a_platform)
{
    const char *name = "clIcdGetPlatformIDsKHR";

    EXPECT_EQ(NULL, clGetExtensionFunctionAddressForPlatform(NULL, name));
    EXPECT_EQ(NULL,
              clGetExtensionFunctionAddressForPlatform((cl_platform_id)f->device, name));
}

/* A loader hides behind functions of the same names, so libvgpu.so.1 must not have them.
 */
VGPU_UNIT_TEST(clGetExtensionFunctionAddress, lets_loaders_find_what_the_library_hides)
{
    EXPECT_NE(NULL, clGetExtensionFunctionAddress("clGetPlatformInfo"));
}

VGPU_TEST(clIcdGetPlatformIDsKHR, gives_the_platform_that_clGetPlatformIDs_gives)
{
    platforms_function *get =
        function_at(clGetExtensionFunctionAddress("clIcdGetPlatformIDsKHR"));
    cl_platform_id platforms[2] = {NULL, NULL};
    cl_uint count = 0;

    ASSERT_TRUE(get);
    EXPECT_CL(CL_SUCCESS, get(0, NULL, &count));
    EXPECT_EQ(1, count);
    EXPECT_CL(CL_SUCCESS, get(2, platforms, NULL));
    EXPECT_EQ(f->platform, platforms[0]);
    EXPECT_EQ(NULL, platforms[1]);
}

VGPU_UNIT_TEST(clIcdGetPlatformIDsKHR, refuses_calls_that_leave_no_place_for_an_answer)
{
    platforms_function *get =
        function_at(clGetExtensionFunctionAddress("clIcdGetPlatformIDsKHR"));
    cl_platform_id platform;

    ASSERT_TRUE(get);
    EXPECT_CL(CL_INVALID_VALUE, get(0, &platform, NULL));
    EXPECT_CL(CL_INVALID_VALUE, get(1, NULL, NULL));
}
