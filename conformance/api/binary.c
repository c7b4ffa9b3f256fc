/* SPDX-License-Identifier: MIT */
/* Binaries of programs that are built from registered kernels. [OpenCL 3.0, 5.8.2] */
#include "binary_test.h"

VGPU_TEST(clCreateProgramWithBinary, refuses_what_is_none)
{
    const unsigned char bytes[8] = "nonsense";
    const unsigned char *binary = bytes, *none = NULL;
    const size_t size = sizeof bytes, zero = 0;
    cl_device_id no_device = NULL;
    cl_int err, status = CL_SUCCESS;

    EXPECT_TRUE(clCreateProgramWithBinary(f->context, 1, &f->device, &size, &binary,
                                          &status, &err) == NULL);
    EXPECT_CL(CL_INVALID_BINARY, err);
    EXPECT_CL(CL_INVALID_BINARY, status);
    EXPECT_TRUE(clCreateProgramWithBinary(f->context, 1, &f->device, &zero, &binary,
                                          &status, &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_CL(CL_INVALID_VALUE, status);
    EXPECT_TRUE(clCreateProgramWithBinary(f->context, 1, &f->device, &size, &none, NULL,
                                          &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithBinary(f->context, 1, &f->device, NULL, &binary, NULL,
                                          &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithBinary(f->context, 1, &f->device, &size, NULL, NULL,
                                          &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithBinary(f->context, 0, &f->device, &size, &binary, NULL,
                                          &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithBinary(f->context, 1, NULL, &size, &binary, NULL,
                                          &err) == NULL);
    EXPECT_CL(CL_INVALID_VALUE, err);
    EXPECT_TRUE(clCreateProgramWithBinary(f->context, 1, &no_device, &size, &binary, NULL,
                                          &err) == NULL);
    EXPECT_CL(CL_INVALID_DEVICE, err);
    EXPECT_TRUE(clCreateProgramWithBinary(NULL, 1, &f->device, &size, &binary, NULL,
                                          &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clGetProgramInfo, has_no_binary_of_what_is_not_built)
{
    cl_program program = api_program(f, ADD_ONE);
    struct binary binary = binary_of(program);

    EXPECT_EQ(0, binary.size);
    EXPECT_CL(CL_BUILD_PROGRAM_FAILURE,
              clBuildProgram(program, 0, NULL, "-cl-std=CL2.0", NULL, NULL));
    free(binary.bytes);
    binary = binary_of(program);
    EXPECT_EQ(0, binary.size);
    free(binary.bytes);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clGetProgramInfo, gives_binaries_where_there_is_room_for_them)
{
    cl_program program = api_program(f, ADD_ONE);
    unsigned char *room = NULL;
    size_t size = 0;

    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    EXPECT_CL(CL_SUCCESS,
              clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof room, &room, &size));
    EXPECT_EQ(sizeof room, size);
    EXPECT_CL(CL_INVALID_VALUE,
              clGetProgramInfo(program, CL_PROGRAM_BINARIES, 1, &room, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(clCreateProgramWithBinary, binds_to_registered_kernels_again)
{
    cl_program program = api_program(f, ADD_ONE), loaded;
    struct binary binary;
    size_t count = 0;
    cl_int err;

    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    binary = binary_of(program);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    ASSERT_LT(0, binary.size);
    loaded = load_binary(f, &binary, CL_SUCCESS);
    ASSERT_TRUE(loaded != NULL);
    EXPECT_EQ(CL_BUILD_NONE, build_status_of(loaded, f->device));
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_EXECUTABLE, binary_type_of(loaded, f->device));
    EXPECT_TRUE(clCreateKernel(loaded, "api_add_one", &err) == NULL);
    EXPECT_CL(CL_INVALID_PROGRAM_EXECUTABLE, err);
    EXPECT_CL(CL_INVALID_OPERATION, compile(f, loaded, ""));
    for (int i = 0; i < 2; i++) {
        EXPECT_CL(CL_SUCCESS, clBuildProgram(loaded, 0, NULL, "", NULL, NULL));
        EXPECT_EQ(CL_BUILD_SUCCESS, build_status_of(loaded, f->device));
        EXPECT_CL(CL_SUCCESS, clGetProgramInfo(loaded, CL_PROGRAM_NUM_KERNELS,
                                               sizeof count, &count, NULL));
        EXPECT_EQ(1, count);
        expect_adds(f, loaded, 1);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(loaded));
    free(binary.bytes);
}

VGPU_TEST(clCreateProgramWithBinary, of_an_object_links)
{
    cl_program program = api_program(f, ADD_ONE), loaded, linked;
    struct binary binary;
    cl_int err;

    EXPECT_CL(CL_SUCCESS, compile(f, program, ""));
    binary = binary_of(program);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    loaded = load_binary(f, &binary, CL_SUCCESS);
    ASSERT_TRUE(loaded != NULL);
    EXPECT_EQ(CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT, binary_type_of(loaded, f->device));
    EXPECT_CL(CL_INVALID_BINARY, clBuildProgram(loaded, 0, NULL, "", NULL, NULL));
    linked = clLinkProgram(f->context, 0, NULL, "", 1, &loaded, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    expect_adds(f, linked, 1);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(linked));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(loaded));
    free(binary.bytes);
}

VGPU_TEST(clCreateProgramWithBinary, refuses_every_damage)
{
    cl_program program = api_program(f, ADD_ONE);
    struct binary binary;

    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    binary = binary_of(program);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    expect_damage_refused(f, &binary, 1);
    free(binary.bytes);
}

VGPU_TEST_WITH_ENV(clCreateProgramWithBinary, tells_each_device_its_status,
                   "VGPU_DEVICES=cu=1;cu=1")
{
    cl_device_id devices[2];
    cl_program program = api_program(f, ADD_ONE);
    struct binary binary;
    const unsigned char *binaries[2];
    size_t sizes[2];
    cl_int err, statuses[2] = {99, 99};
    cl_context both;

    ASSERT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    both = clCreateContext(NULL, 2, devices, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    binary = binary_of(program);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    for (int i = 0; i < 2; i++) {
        binaries[i] = binary.bytes;
        sizes[i] = binary.size - (size_t)i;
    }
    EXPECT_TRUE(clCreateProgramWithBinary(both, 2, devices, sizes, binaries, statuses,
                                          &err) == NULL);
    EXPECT_CL(CL_INVALID_BINARY, err);
    EXPECT_CL(CL_SUCCESS, statuses[0]);
    EXPECT_CL(CL_INVALID_BINARY, statuses[1]);
    sizes[1] = binary.size;
    program =
        clCreateProgramWithBinary(both, 2, devices, sizes, binaries, statuses, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, statuses[1]);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(both));
    free(binary.bytes);
}
