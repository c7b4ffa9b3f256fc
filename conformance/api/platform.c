/* SPDX-License-Identifier: MIT */
/* Platforms: the one there is, and what it says of itself. [OpenCL 3.0, 4.1] */
#include "api_test.h"

#include <string.h>

static cl_int query(const void *platform, cl_uint param, size_t size, void *value,
                    size_t *ret)
{
    return clGetPlatformInfo((cl_platform_id)(uintptr_t)platform, param, size, value,
                             ret);
}

VGPU_UNIT_TEST(clGetPlatformIDs, finds_one_platform)
{
    cl_platform_id platforms[4] = {NULL};
    cl_uint count = 0;

    ASSERT_CL(CL_SUCCESS, clGetPlatformIDs(0, NULL, &count));
    EXPECT_EQ(1, count);
    count = 0;
    ASSERT_CL(CL_SUCCESS, clGetPlatformIDs(4, platforms, &count));
    EXPECT_EQ(1, count);
    EXPECT_TRUE(platforms[0] != NULL);
    EXPECT_TRUE(platforms[1] == NULL);
    ASSERT_CL(CL_SUCCESS, clGetPlatformIDs(1, &platforms[1], NULL));
    EXPECT_EQ(platforms[0], platforms[1]);
}

VGPU_UNIT_TEST(clGetPlatformIDs, refuses_room_for_none_and_two_nulls)
{
    cl_platform_id platform;
    cl_uint count;

    EXPECT_CL(CL_INVALID_VALUE, clGetPlatformIDs(0, &platform, &count));
    EXPECT_CL(CL_INVALID_VALUE, clGetPlatformIDs(0, &platform, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clGetPlatformIDs(0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clGetPlatformIDs(1, NULL, NULL));
}

VGPU_TEST(clGetPlatformInfo, follows_the_rules_of_queries)
{
    static const struct api_query rows[] = {
        QUERY_ANY_SIZE(CL_PLATFORM_PROFILE),
        QUERY_ANY_SIZE(CL_PLATFORM_VERSION),
        QUERY(CL_PLATFORM_NUMERIC_VERSION, cl_version),
        QUERY_ANY_SIZE(CL_PLATFORM_NAME),
        QUERY_ANY_SIZE(CL_PLATFORM_VENDOR),
        QUERY_ANY_SIZE(CL_PLATFORM_EXTENSIONS),
        QUERY_ANY_SIZE(CL_PLATFORM_EXTENSIONS_WITH_VERSION),
        QUERY(CL_PLATFORM_HOST_TIMER_RESOLUTION, cl_ulong),
    };

    api_expect_queries(query, f->platform, rows, COUNT_OF(rows));
}

VGPU_TEST(clGetPlatformInfo, names_the_platform)
{
    cl_version version = 0;
    char text[1024];

    ASSERT_CL(CL_SUCCESS, query(f->platform, CL_PLATFORM_NAME, sizeof text, text, NULL));
    EXPECT_STREQ("Virtual GPU", text);
    ASSERT_CL(CL_SUCCESS,
              query(f->platform, CL_PLATFORM_PROFILE, sizeof text, text, NULL));
    EXPECT_STREQ(api_has_compiler(f) ? "FULL_PROFILE" : "EMBEDDED_PROFILE", text);
    ASSERT_CL(CL_SUCCESS,
              query(f->platform, CL_PLATFORM_VERSION, sizeof text, text, NULL));
    EXPECT_EQ(0, strncmp(text, "OpenCL 3.0 vgpu", strlen("OpenCL 3.0 vgpu")));
    ASSERT_CL(CL_SUCCESS, query(f->platform, CL_PLATFORM_NUMERIC_VERSION, sizeof version,
                                &version, NULL));
    EXPECT_EQ(CL_MAKE_VERSION(3, 0, 0), version);
    ASSERT_CL(CL_SUCCESS,
              query(f->platform, CL_PLATFORM_VENDOR, sizeof text, text, NULL));
    EXPECT_LT(0, strlen(text));
    ASSERT_CL(CL_SUCCESS,
              query(f->platform, CL_PLATFORM_EXTENSIONS, sizeof text, text, NULL));
    EXPECT_CONTAINS(text, "cl_khr_icd");
}

VGPU_TEST(clGetPlatformInfo, lists_each_extension_with_its_version)
{
    cl_name_version rows[64];
    char text[4096] = "", rebuilt[4096] = "";
    size_t size = 0;

    ASSERT_CL(CL_SUCCESS,
              query(f->platform, CL_PLATFORM_EXTENSIONS, sizeof text, text, NULL));
    ASSERT_CL(CL_SUCCESS, query(f->platform, CL_PLATFORM_EXTENSIONS_WITH_VERSION,
                                sizeof rows, rows, &size));
    ASSERT_EQ(0, size % sizeof rows[0]);
    for (size_t i = 0; i < size / sizeof rows[0]; i++) {
        EXPECT_CONTAINS(text, rows[i].name);
        EXPECT_LT(0,
                  CL_VERSION_MAJOR(rows[i].version) + CL_VERSION_MINOR(rows[i].version));
        strcat(strcat(rebuilt, i ? " " : ""), rows[i].name);
    }
    EXPECT_EQ(strlen(rebuilt), strlen(text));
}

VGPU_TEST(clGetExtensionFunctionAddressForPlatform, finds_nothing_under_an_unknown_name)
{
    EXPECT_TRUE(clGetExtensionFunctionAddressForPlatform(f->platform, "clNoSuchThing") ==
                NULL);
    EXPECT_TRUE(clGetExtensionFunctionAddressForPlatform(f->platform, "") == NULL);
    EXPECT_TRUE(clGetExtensionFunctionAddressForPlatform(f->platform, NULL) == NULL);
    EXPECT_TRUE(clGetExtensionFunctionAddress("clNoSuchThing") == NULL);
    EXPECT_TRUE(clGetExtensionFunctionAddress(NULL) == NULL);
}

VGPU_TEST(clGetExtensionFunctionAddressForPlatform, finds_what_icd_loaders_ask_for)
{
    EXPECT_TRUE(clGetExtensionFunctionAddress("clIcdGetPlatformIDsKHR") != NULL);
    EXPECT_TRUE(clGetExtensionFunctionAddressForPlatform(
                    f->platform, "clIcdGetPlatformIDsKHR") != NULL);
}

VGPU_TEST(clUnloadPlatformCompiler, takes_the_platform)
{
    EXPECT_CL(CL_SUCCESS, clUnloadPlatformCompiler(f->platform));
    EXPECT_CL(CL_SUCCESS, clUnloadCompiler());
}
