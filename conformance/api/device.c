/* SPDX-License-Identifier: MIT */
/* Devices: finding them, and what each says of itself. [OpenCL 3.0, 4.2 and 4.3] */
#include "api_test.h"

#include <string.h>

static cl_int query(const void *device, cl_uint param, size_t size, void *value,
                    size_t *ret)
{
    return clGetDeviceInfo((cl_device_id)(uintptr_t)device, param, size, value, ret);
}

VGPU_TEST(clGetDeviceIDs, finds_the_same_gpus_under_every_type_that_includes_them)
{
    static const cl_device_type types[] = {CL_DEVICE_TYPE_GPU, CL_DEVICE_TYPE_ALL,
                                           CL_DEVICE_TYPE_DEFAULT,
                                           CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_CPU};

    for (size_t i = 0; i < COUNT_OF(types); i++) {
        cl_device_id device = NULL;
        cl_uint count = 0;

        EXPECT_CL(CL_SUCCESS, clGetDeviceIDs(f->platform, types[i], 1, &device, &count));
        EXPECT_LE(1, count);
        EXPECT_EQ(f->device, device);
        EXPECT_CL(CL_SUCCESS, clGetDeviceIDs(f->platform, types[i], 0, NULL, &count));
        EXPECT_CL(CL_SUCCESS, clGetDeviceIDs(f->platform, types[i], 1, &device, NULL));
    }
}

VGPU_TEST(clGetDeviceIDs, finds_no_device_of_another_type)
{
    static const cl_device_type types[] = {CL_DEVICE_TYPE_CPU, CL_DEVICE_TYPE_ACCELERATOR,
                                           CL_DEVICE_TYPE_CUSTOM};
    cl_device_id device;

    for (size_t i = 0; i < COUNT_OF(types); i++)
        EXPECT_CL(CL_DEVICE_NOT_FOUND,
                  clGetDeviceIDs(f->platform, types[i], 1, &device, NULL));
}

VGPU_TEST(clGetDeviceIDs, refuses_unknown_types_and_missing_room)
{
    cl_device_id device;
    cl_uint count;

    EXPECT_CL(CL_INVALID_DEVICE_TYPE, clGetDeviceIDs(f->platform, 0, 1, &device, &count));
    EXPECT_CL(CL_INVALID_DEVICE_TYPE,
              clGetDeviceIDs(f->platform, (cl_device_type)1 << 20, 1, &device, &count));
    EXPECT_CL(CL_INVALID_VALUE,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 0, &device, &count));
    EXPECT_CL(CL_INVALID_VALUE,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 1, NULL, NULL));
}

/* Every query, and the size of its answer. */
static const struct api_query device_queries[] = {
    QUERY(CL_DEVICE_TYPE, cl_device_type),
    QUERY(CL_DEVICE_VENDOR_ID, cl_uint),
    QUERY(CL_DEVICE_MAX_COMPUTE_UNITS, cl_uint),
    QUERY(CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS, cl_uint),
    QUERY(CL_DEVICE_MAX_WORK_ITEM_SIZES, size_t[3]),
    QUERY(CL_DEVICE_MAX_WORK_GROUP_SIZE, size_t),
    QUERY(CL_DEVICE_PREFERRED_VECTOR_WIDTH_CHAR, cl_uint),
    QUERY(CL_DEVICE_PREFERRED_VECTOR_WIDTH_SHORT, cl_uint),
    QUERY(CL_DEVICE_PREFERRED_VECTOR_WIDTH_INT, cl_uint),
    QUERY(CL_DEVICE_PREFERRED_VECTOR_WIDTH_LONG, cl_uint),
    QUERY(CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT, cl_uint),
    QUERY(CL_DEVICE_PREFERRED_VECTOR_WIDTH_DOUBLE, cl_uint),
    QUERY(CL_DEVICE_PREFERRED_VECTOR_WIDTH_HALF, cl_uint),
    QUERY(CL_DEVICE_NATIVE_VECTOR_WIDTH_CHAR, cl_uint),
    QUERY(CL_DEVICE_NATIVE_VECTOR_WIDTH_SHORT, cl_uint),
    QUERY(CL_DEVICE_NATIVE_VECTOR_WIDTH_INT, cl_uint),
    QUERY(CL_DEVICE_NATIVE_VECTOR_WIDTH_LONG, cl_uint),
    QUERY(CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, cl_uint),
    QUERY(CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE, cl_uint),
    QUERY(CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF, cl_uint),
    QUERY(CL_DEVICE_MAX_CLOCK_FREQUENCY, cl_uint),
    QUERY(CL_DEVICE_ADDRESS_BITS, cl_uint),
    QUERY(CL_DEVICE_MAX_MEM_ALLOC_SIZE, cl_ulong),
    QUERY(CL_DEVICE_IMAGE_SUPPORT, cl_bool),
    QUERY(CL_DEVICE_MAX_READ_IMAGE_ARGS, cl_uint),
    QUERY(CL_DEVICE_MAX_WRITE_IMAGE_ARGS, cl_uint),
    QUERY(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS, cl_uint),
    QUERY_ANY_SIZE(CL_DEVICE_IL_VERSION),
    QUERY_ANY_SIZE(CL_DEVICE_ILS_WITH_VERSION),
    QUERY(CL_DEVICE_IMAGE2D_MAX_WIDTH, size_t),
    QUERY(CL_DEVICE_IMAGE2D_MAX_HEIGHT, size_t),
    QUERY(CL_DEVICE_IMAGE3D_MAX_WIDTH, size_t),
    QUERY(CL_DEVICE_IMAGE3D_MAX_HEIGHT, size_t),
    QUERY(CL_DEVICE_IMAGE3D_MAX_DEPTH, size_t),
    QUERY(CL_DEVICE_IMAGE_MAX_BUFFER_SIZE, size_t),
    QUERY(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE, size_t),
    QUERY(CL_DEVICE_MAX_SAMPLERS, cl_uint),
    QUERY(CL_DEVICE_IMAGE_PITCH_ALIGNMENT, cl_uint),
    QUERY(CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT, cl_uint),
    QUERY(CL_DEVICE_MAX_PIPE_ARGS, cl_uint),
    QUERY(CL_DEVICE_PIPE_MAX_ACTIVE_RESERVATIONS, cl_uint),
    QUERY(CL_DEVICE_PIPE_MAX_PACKET_SIZE, cl_uint),
    QUERY(CL_DEVICE_MAX_PARAMETER_SIZE, size_t),
    QUERY(CL_DEVICE_MEM_BASE_ADDR_ALIGN, cl_uint),
    QUERY(CL_DEVICE_MIN_DATA_TYPE_ALIGN_SIZE, cl_uint),
    QUERY(CL_DEVICE_SINGLE_FP_CONFIG, cl_device_fp_config),
    QUERY(CL_DEVICE_DOUBLE_FP_CONFIG, cl_device_fp_config),
    QUERY(CL_DEVICE_GLOBAL_MEM_CACHE_TYPE, cl_device_mem_cache_type),
    QUERY(CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE, cl_uint),
    QUERY(CL_DEVICE_GLOBAL_MEM_CACHE_SIZE, cl_ulong),
    QUERY(CL_DEVICE_GLOBAL_MEM_SIZE, cl_ulong),
    QUERY(CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE, cl_ulong),
    QUERY(CL_DEVICE_MAX_CONSTANT_ARGS, cl_uint),
    QUERY(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE, size_t),
    QUERY(CL_DEVICE_GLOBAL_VARIABLE_PREFERRED_TOTAL_SIZE, size_t),
    QUERY(CL_DEVICE_LOCAL_MEM_TYPE, cl_device_local_mem_type),
    QUERY(CL_DEVICE_LOCAL_MEM_SIZE, cl_ulong),
    QUERY(CL_DEVICE_ERROR_CORRECTION_SUPPORT, cl_bool),
    QUERY(CL_DEVICE_HOST_UNIFIED_MEMORY, cl_bool),
    QUERY(CL_DEVICE_PROFILING_TIMER_RESOLUTION, size_t),
    QUERY(CL_DEVICE_ENDIAN_LITTLE, cl_bool),
    QUERY(CL_DEVICE_AVAILABLE, cl_bool),
    QUERY(CL_DEVICE_COMPILER_AVAILABLE, cl_bool),
    QUERY(CL_DEVICE_LINKER_AVAILABLE, cl_bool),
    QUERY(CL_DEVICE_EXECUTION_CAPABILITIES, cl_device_exec_capabilities),
    QUERY(CL_DEVICE_QUEUE_ON_HOST_PROPERTIES, cl_command_queue_properties),
    QUERY(CL_DEVICE_QUEUE_ON_DEVICE_PROPERTIES, cl_command_queue_properties),
    QUERY(CL_DEVICE_QUEUE_ON_DEVICE_PREFERRED_SIZE, cl_uint),
    QUERY(CL_DEVICE_QUEUE_ON_DEVICE_MAX_SIZE, cl_uint),
    QUERY(CL_DEVICE_MAX_ON_DEVICE_QUEUES, cl_uint),
    QUERY(CL_DEVICE_MAX_ON_DEVICE_EVENTS, cl_uint),
    QUERY_ANY_SIZE(CL_DEVICE_BUILT_IN_KERNELS),
    QUERY_ANY_SIZE(CL_DEVICE_BUILT_IN_KERNELS_WITH_VERSION),
    QUERY(CL_DEVICE_PLATFORM, cl_platform_id),
    QUERY_ANY_SIZE(CL_DEVICE_NAME),
    QUERY_ANY_SIZE(CL_DEVICE_VENDOR),
    QUERY_ANY_SIZE(CL_DRIVER_VERSION),
    QUERY_ANY_SIZE(CL_DEVICE_PROFILE),
    QUERY_ANY_SIZE(CL_DEVICE_VERSION),
    QUERY(CL_DEVICE_NUMERIC_VERSION, cl_version),
    QUERY_ANY_SIZE(CL_DEVICE_OPENCL_C_VERSION),
    QUERY_ANY_SIZE(CL_DEVICE_OPENCL_C_ALL_VERSIONS),
    QUERY_ANY_SIZE(CL_DEVICE_OPENCL_C_FEATURES),
    QUERY_ANY_SIZE(CL_DEVICE_EXTENSIONS),
    QUERY_ANY_SIZE(CL_DEVICE_EXTENSIONS_WITH_VERSION),
    QUERY(CL_DEVICE_PRINTF_BUFFER_SIZE, size_t),
    QUERY(CL_DEVICE_PREFERRED_INTEROP_USER_SYNC, cl_bool),
    QUERY(CL_DEVICE_PARENT_DEVICE, cl_device_id),
    QUERY(CL_DEVICE_PARTITION_MAX_SUB_DEVICES, cl_uint),
    QUERY_ANY_SIZE(CL_DEVICE_PARTITION_PROPERTIES),
    QUERY(CL_DEVICE_PARTITION_AFFINITY_DOMAIN, cl_device_affinity_domain),
    QUERY_ANY_SIZE(CL_DEVICE_PARTITION_TYPE),
    QUERY(CL_DEVICE_REFERENCE_COUNT, cl_uint),
    QUERY(CL_DEVICE_SVM_CAPABILITIES, cl_device_svm_capabilities),
    QUERY(CL_DEVICE_PREFERRED_PLATFORM_ATOMIC_ALIGNMENT, cl_uint),
    QUERY(CL_DEVICE_PREFERRED_GLOBAL_ATOMIC_ALIGNMENT, cl_uint),
    QUERY(CL_DEVICE_PREFERRED_LOCAL_ATOMIC_ALIGNMENT, cl_uint),
    QUERY(CL_DEVICE_MAX_NUM_SUB_GROUPS, cl_uint),
    QUERY(CL_DEVICE_SUB_GROUP_INDEPENDENT_FORWARD_PROGRESS, cl_bool),
    QUERY(CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES, cl_device_atomic_capabilities),
    QUERY(CL_DEVICE_ATOMIC_FENCE_CAPABILITIES, cl_device_atomic_capabilities),
    QUERY(CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT, cl_bool),
    QUERY(CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT, cl_bool),
    QUERY(CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT, cl_bool),
    QUERY(CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES, cl_device_device_enqueue_capabilities),
    QUERY(CL_DEVICE_PIPE_SUPPORT, cl_bool),
    QUERY(CL_DEVICE_PREFERRED_WORK_GROUP_SIZE_MULTIPLE, size_t),
    QUERY_ANY_SIZE(CL_DEVICE_LATEST_CONFORMANCE_VERSION_PASSED),
};

VGPU_TEST(clGetDeviceInfo, follows_the_rules_of_queries)
{
    api_expect_queries(query, f->device, device_queries, COUNT_OF(device_queries));
}

static cl_ulong number(const struct vgpu_fixture *f, cl_uint param)
{
    cl_ulong value =
        0; /* all answers that are asked for here are little-endian numbers */

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, param, sizeof value, &value, NULL));
    return value;
}

VGPU_TEST(clGetDeviceInfo, describes_a_gpu_with_what_a_full_profile_must_have)
{
    static const struct {
        cl_uint param;
        cl_ulong least;
    } limits[] = {
        {CL_DEVICE_MAX_COMPUTE_UNITS, 1},
        {CL_DEVICE_MAX_WORK_ITEM_DIMENSIONS, 3},
        {CL_DEVICE_MAX_WORK_GROUP_SIZE, 1024},
        {CL_DEVICE_ADDRESS_BITS, 64},
        {CL_DEVICE_MAX_MEM_ALLOC_SIZE, 128u << 20},
        {CL_DEVICE_MAX_PARAMETER_SIZE, 1024},
        {CL_DEVICE_MEM_BASE_ADDR_ALIGN, 1024},
        {CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE, 64u << 10},
        {CL_DEVICE_MAX_CONSTANT_ARGS, 8},
        {CL_DEVICE_LOCAL_MEM_SIZE, 32u << 10},
        {CL_DEVICE_PRINTF_BUFFER_SIZE, 1u << 20},
        {CL_DEVICE_PROFILING_TIMER_RESOLUTION, 1},
        {CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE, 1},
    };

    EXPECT_EQ(CL_DEVICE_TYPE_GPU, number(f, CL_DEVICE_TYPE));
    for (size_t i = 0; i < COUNT_OF(limits); i++)
        EXPECT_LE(limits[i].least, number(f, limits[i].param));
    EXPECT_EQ(1024, number(f, CL_DEVICE_MAX_WORK_GROUP_SIZE));
    EXPECT_LE(number(f, CL_DEVICE_MAX_MEM_ALLOC_SIZE),
              number(f, CL_DEVICE_GLOBAL_MEM_SIZE));
    EXPECT_EQ(CL_FP_INF_NAN | CL_FP_ROUND_TO_NEAREST,
              number(f, CL_DEVICE_SINGLE_FP_CONFIG) &
                  (CL_FP_INF_NAN | CL_FP_ROUND_TO_NEAREST));
    EXPECT_EQ(CL_TRUE, number(f, CL_DEVICE_AVAILABLE));
    EXPECT_EQ(CL_TRUE, number(f, CL_DEVICE_ENDIAN_LITTLE));
    EXPECT_EQ(CL_TRUE, number(f, CL_DEVICE_NON_UNIFORM_WORK_GROUP_SUPPORT));
    EXPECT_EQ(CL_EXEC_KERNEL | CL_EXEC_NATIVE_KERNEL,
              number(f, CL_DEVICE_EXECUTION_CAPABILITIES));
    EXPECT_EQ(CL_QUEUE_PROFILING_ENABLE | CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE,
              number(f, CL_DEVICE_QUEUE_ON_HOST_PROPERTIES));
    EXPECT_EQ(CL_MAKE_VERSION(3, 0, 0), number(f, CL_DEVICE_NUMERIC_VERSION));
    EXPECT_EQ(f->platform, (void *)(uintptr_t)number(f, CL_DEVICE_PLATFORM));
    EXPECT_EQ(0, number(f, CL_DEVICE_PARENT_DEVICE));
    EXPECT_EQ(1, number(f, CL_DEVICE_REFERENCE_COUNT));
}

VGPU_TEST(clGetDeviceInfo, words_its_versions_as_the_spec_wants)
{
    char text[4096];

    ASSERT_CL(CL_SUCCESS, query(f->device, CL_DEVICE_VERSION, sizeof text, text, NULL));
    EXPECT_EQ(0, strncmp(text, "OpenCL 3.0 ", 11));
    ASSERT_CL(CL_SUCCESS,
              query(f->device, CL_DEVICE_OPENCL_C_VERSION, sizeof text, text, NULL));
    EXPECT_EQ(0, strncmp(text, "OpenCL C 1.2 ", 13));
    ASSERT_CL(CL_SUCCESS, query(f->device, CL_DEVICE_PROFILE, sizeof text, text, NULL));
    EXPECT_STREQ(api_has_compiler(f) ? "FULL_PROFILE" : "EMBEDDED_PROFILE", text);
    ASSERT_CL(CL_SUCCESS, query(f->device, CL_DEVICE_NAME, sizeof text, text, NULL));
    EXPECT_LT(0, strlen(text));
    ASSERT_CL(CL_SUCCESS,
              query(f->device, CL_DEVICE_EXTENSIONS, sizeof text, text, NULL));
    EXPECT_CONTAINS(text, "cl_khr_global_int32_base_atomics");
    EXPECT_CONTAINS(text, "cl_khr_global_int32_extended_atomics");
    EXPECT_CONTAINS(text, "cl_khr_local_int32_base_atomics");
    EXPECT_CONTAINS(text, "cl_khr_local_int32_extended_atomics");
    EXPECT_CONTAINS(text, "cl_khr_byte_addressable_store");
}

/* A profile is full where a compiler and a linker are, and there only. */
VGPU_TEST_WITH_ENV(clGetDeviceInfo, is_of_the_embedded_profile_where_no_compiler_may_be,
                   "VGPU_COMPILER=registered")
{
    char text[4096];

    ASSERT_CL(CL_SUCCESS, query(f->device, CL_DEVICE_PROFILE, sizeof text, text, NULL));
    EXPECT_STREQ("EMBEDDED_PROFILE", text);
    EXPECT_EQ(CL_FALSE, number(f, CL_DEVICE_COMPILER_AVAILABLE));
    EXPECT_EQ(CL_FALSE, number(f, CL_DEVICE_LINKER_AVAILABLE));
    ASSERT_CL(CL_SUCCESS,
              query(f->device, CL_DEVICE_EXTENSIONS, sizeof text, text, NULL));
    EXPECT_CONTAINS(text, "cles_khr_int64");
    ASSERT_CL(CL_SUCCESS, clGetPlatformInfo(f->platform, CL_PLATFORM_PROFILE, sizeof text,
                                            text, NULL));
    EXPECT_STREQ("EMBEDDED_PROFILE", text);
}

static bool lists(const struct vgpu_fixture *f, cl_uint param, const char *name,
                  cl_version version)
{
    cl_name_version rows[256];
    size_t size = 0;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, param, sizeof rows, rows, &size));
    for (size_t i = 0; i < size / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, name) == 0 &&
            (version == 0 || version == rows[i].version))
            return true;
    return false;
}

VGPU_TEST(clGetDeviceInfo, lists_languages_and_kernels_with_versions)
{
    EXPECT_TRUE(
        lists(f, CL_DEVICE_OPENCL_C_ALL_VERSIONS, "OpenCL C", CL_MAKE_VERSION(1, 0, 0)));
    EXPECT_TRUE(
        lists(f, CL_DEVICE_OPENCL_C_ALL_VERSIONS, "OpenCL C", CL_MAKE_VERSION(1, 1, 0)));
    EXPECT_TRUE(
        lists(f, CL_DEVICE_OPENCL_C_ALL_VERSIONS, "OpenCL C", CL_MAKE_VERSION(1, 2, 0)));
    EXPECT_TRUE(
        lists(f, CL_DEVICE_OPENCL_C_ALL_VERSIONS, "OpenCL C", CL_MAKE_VERSION(3, 0, 0)));
    EXPECT_TRUE(lists(f, CL_DEVICE_OPENCL_C_FEATURES, "__opencl_c_int64", 0));
    EXPECT_TRUE(lists(f, CL_DEVICE_BUILT_IN_KERNELS_WITH_VERSION, "api_nothing", 0));
    EXPECT_TRUE(
        lists(f, CL_DEVICE_EXTENSIONS_WITH_VERSION, "cl_khr_byte_addressable_store", 0));
}

VGPU_TEST(clGetDeviceInfo, names_the_registered_kernels)
{
    char text[16384];

    ASSERT_CL(CL_SUCCESS,
              query(f->device, CL_DEVICE_BUILT_IN_KERNELS, sizeof text, text, NULL));
    EXPECT_CONTAINS(text, "api_nothing");
    EXPECT_CONTAINS(text, "api_add_one;");
}

VGPU_TEST(clGetDeviceInfo, gives_three_dimensions_of_work_items)
{
    size_t sizes[3] = {0, 0, 0};

    ASSERT_CL(CL_SUCCESS,
              query(f->device, CL_DEVICE_MAX_WORK_ITEM_SIZES, sizeof sizes, sizes, NULL));
    for (int d = 0; d < 3; d++)
        EXPECT_EQ(1024, sizes[d]);
}

VGPU_TEST(clGetDeviceInfo, reports_the_atomics_that_opencl_3_asks_for)
{
    const cl_ulong memory =
        CL_DEVICE_ATOMIC_ORDER_RELAXED | CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP;
    const cl_ulong fence = CL_DEVICE_ATOMIC_ORDER_RELAXED |
                           CL_DEVICE_ATOMIC_ORDER_ACQ_REL |
                           CL_DEVICE_ATOMIC_SCOPE_WORK_GROUP;

    EXPECT_EQ(memory, number(f, CL_DEVICE_ATOMIC_MEMORY_CAPABILITIES) & memory);
    EXPECT_EQ(fence, number(f, CL_DEVICE_ATOMIC_FENCE_CAPABILITIES) & fence);
}

VGPU_TEST(clRetainDevice, changes_nothing_of_a_root_device)
{
    EXPECT_CL(CL_SUCCESS, clRetainDevice(f->device));
    EXPECT_EQ(1, number(f, CL_DEVICE_REFERENCE_COUNT));
    for (int i = 0; i < 3; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseDevice(f->device));
    EXPECT_EQ(1, number(f, CL_DEVICE_REFERENCE_COUNT));
}

VGPU_TEST(clCreateSubDevices, refuses_to_part_what_cannot_be_parted)
{
    static const cl_device_partition_property wanted[][5] = {
        {CL_DEVICE_PARTITION_EQUALLY, 1, 0},
        {CL_DEVICE_PARTITION_BY_COUNTS, 1, CL_DEVICE_PARTITION_BY_COUNTS_LIST_END, 0},
        {CL_DEVICE_PARTITION_BY_AFFINITY_DOMAIN, CL_DEVICE_AFFINITY_DOMAIN_NUMA, 0},
        {0x1234, 1, 0},
        {0},
    };
    cl_device_id parts[4];
    cl_uint count;

    if (number(f, CL_DEVICE_PARTITION_MAX_SUB_DEVICES) > 0)
        VGPU_SKIP("this device can be parted");
    EXPECT_EQ(0, number(f, CL_DEVICE_PARTITION_AFFINITY_DOMAIN));
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        EXPECT_CL(CL_INVALID_VALUE,
                  clCreateSubDevices(f->device, wanted[i], 4, parts, &count));
    EXPECT_CL(CL_INVALID_VALUE, clCreateSubDevices(f->device, NULL, 4, parts, &count));
}
