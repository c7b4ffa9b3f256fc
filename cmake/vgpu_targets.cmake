# How every target of ours is compiled: warnings, standard, sanitizers.

set(VGPU_SANITIZE "" CACHE STRING "Sanitizers to build with: empty, \"address,undefined\" or \"thread\"")
option(VGPU_WERROR "Warnings are errors" ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug or RelWithDebInfo" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(VGPU_SANITIZE)
    add_compile_options(-fsanitize=${VGPU_SANITIZE} -fno-omit-frame-pointer -g)
    add_link_options(-fsanitize=${VGPU_SANITIZE})
    if(VGPU_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()

# vgpu_warnings(target) - the warnings that all code of this repository compiles without.
function(vgpu_warnings target)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wundef
                           $<$<BOOL:${VGPU_WERROR}>:-Werror>)
endfunction()

# vgpu_internal_target(target) - a part of the library: warnings, hidden symbols, public headers.
function(vgpu_internal_target target)
    vgpu_warnings(${target})
    set_target_properties(${target} PROPERTIES C_VISIBILITY_PRESET hidden)
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include)
    target_include_directories(${target} SYSTEM PUBLIC ${OPENCL_HEADERS})
    target_link_libraries(${target} PUBLIC Threads::Threads)
endfunction()
