# LLVM and clang, for vgpu-cc. Without them all else is built, and kernels are registered C functions only.
# Sets VGPU_HAVE_CC; then there is the target vgpu_llvm, VGPU_CLANG_NAME is the clang of that LLVM, and
# VGPU_LLVM_PREFIX the folder whose bin/ may have it.
# CMake's own package of LLVM is not asked: it wants all of LLVM's C++ side.

set(VGPU_LLVM_VERSION "" CACHE STRING "LLVM's major version for vgpu-cc; empty: the first found of 19 to 15")
option(VGPU_BUILD_CC "Build vgpu-cc where LLVM is found" ON)

# Sets llvm_include and llvm_library in the caller's scope, empty where that version is not there.
function(vgpu_look_for_llvm version)
    find_program(config NAMES llvm-config-${version} HINTS /usr/lib/llvm-${version}/bin NO_CACHE)
    set(prefixes /usr/lib/llvm-${version})
    if(config)
        execute_process(COMMAND ${config} --prefix OUTPUT_VARIABLE prefix
                        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
        list(PREPEND prefixes ${prefix})
    endif()
    find_path(include llvm-c/Transforms/PassBuilder.h HINTS ${prefixes} PATH_SUFFIXES include
              NO_DEFAULT_PATH NO_CACHE)
    find_library(library NAMES LLVM-${version} HINTS ${prefixes} PATH_SUFFIXES lib NO_CACHE)
    if(include AND library)
        set(llvm_include ${include} PARENT_SCOPE)
        set(llvm_library ${library} PARENT_SCOPE)
        list(GET prefixes 0 prefix)
        set(VGPU_LLVM_PREFIX ${prefix} PARENT_SCOPE)
    endif()
endfunction()

set(VGPU_HAVE_CC OFF)
if(VGPU_BUILD_CC)
    if(VGPU_LLVM_VERSION)
        set(llvm_versions ${VGPU_LLVM_VERSION})
    else()
        set(llvm_versions 19 18 17 16 15)
    endif()
    foreach(version IN LISTS llvm_versions)
        unset(llvm_include)
        unset(llvm_library)
        vgpu_look_for_llvm(${version})
        if(llvm_include)
            set(VGPU_HAVE_CC ON)
            set(VGPU_CLANG_NAME clang-${version})
            add_library(vgpu_llvm INTERFACE)
            target_include_directories(vgpu_llvm SYSTEM INTERFACE ${llvm_include})
            target_link_libraries(vgpu_llvm INTERFACE ${llvm_library})
            message(STATUS "vgpu-cc: LLVM ${version} (${llvm_library})")
            break()
        endif()
    endforeach()
    if(NOT VGPU_HAVE_CC AND VGPU_LLVM_VERSION)
        message(FATAL_ERROR "LLVM ${VGPU_LLVM_VERSION} is not there (Debian: llvm-${VGPU_LLVM_VERSION}-dev)")
    elseif(NOT VGPU_HAVE_CC)
        message(STATUS "vgpu-cc: not built, there is no LLVM (Debian: clang-19 and llvm-19-dev); "
                       "all else is")
    endif()
endif()
