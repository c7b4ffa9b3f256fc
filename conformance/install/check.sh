#!/bin/sh
# Checks one thing that an installed vgpu promises: check.sh <step>. Run by ctest, which sets SOURCE, BUILD,
# CMAKE, CC, SANITIZE and WORK. Exit status 77: this machine or build has not what the step needs.
# shellcheck disable=SC2016  # awk, sed and patterns keep their dollars
set -eu

prefix=$WORK/prefix
here=$SOURCE/conformance/install

fail()
{
    echo "$step: $*" >&2
    exit 1
}

skip()
{
    echo "$step: skipped: $*"
    exit 77
}

# expect <file> <text> - the text stands in the file.
expect()
{
    grep -qF -- "$2" "$1" || {
        cat "$1" >&2
        fail "'$2' is missing above"
    }
}

# Programs that were not built for a sanitizer cannot load libraries that were.
skip_if_sanitized()
{
    [ -z "$SANITIZE" ] || skip "not with programs built without -fsanitize=$SANITIZE"
}

compile() # compile <arguments of the compiler>
{
    # shellcheck disable=SC2086  # the second is an argument or none
    $CC -std=c11 -O1 -Wall -Wextra -Werror ${SANITIZE:+-fsanitize=$SANITIZE} "$@"
}

library_folder()
{
    dirname "$(find "$prefix" -name libvgpu.so.1)"
}

# other_loader - the libOpenCL.so.1 of the system.
other_loader()
{
    /sbin/ldconfig -p | sed -n 's/.*libOpenCL\.so\.1 .*=> //p' | head -n 1
}

installs()
{
    rm -rf "$prefix"
    "$CMAKE" --install "$BUILD" --prefix "$prefix" >"$out/install.log"
    for file in include/CL/cl_vgpu.h include/CL/cl_vgpu_kernel.h bin/vgpu \
        etc/OpenCL/vendors/vgpu.icd; do
        [ -e "$prefix/$file" ] || fail "$file was not installed"
    done
    for file in libvgpu.so libvgpu.so.1 libOpenCL.so libOpenCL.so.1 pkgconfig/vgpu.pc \
        cmake/vgpu/vgpuConfig.cmake; do
        [ -e "$(library_folder)/$file" ] || fail "$file was not installed"
    done
}

icd_file_holds_the_installed_path()
{
    [ "$(cat "$prefix/etc/OpenCL/vendors/vgpu.icd")" = "$(library_folder)/libvgpu.so.1" ] ||
        fail "vgpu.icd holds $(cat "$prefix/etc/OpenCL/vendors/vgpu.icd")"
}

cmake_package_builds_a_program()
{
    "$CMAKE" -S "$here/consumer" -B "$out/by_cmake" -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_C_COMPILER="$CC" -DCMAKE_C_FLAGS="${SANITIZE:+-fsanitize=$SANITIZE}" \
        >"$out/by_cmake.log" || fail "$(cat "$out/by_cmake.log")"
    "$CMAKE" --build "$out/by_cmake" >"$out/by_cmake.log" || fail "$(cat "$out/by_cmake.log")"
    "$out/by_cmake/consumer" | tee "$out/by_cmake.out"
    expect "$out/by_cmake.out" "consumer: tripled"
}

# configure_built <folder> <definition>... - a copy of the project whose program has its kernels compiled into it.
configure_built()
{
    folder=$1
    shift
    mkdir -p "$folder"
    cp -R "$here/consumer" "$here/built" "$folder"
    "$CMAKE" -S "$folder/built" -B "$folder/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$CC" \
        -DCMAKE_C_FLAGS="${SANITIZE:+-fsanitize=$SANITIZE}" "$@" >"$folder/log" 2>&1
}

# build_built <folder> <what the program has to print>
build_built()
{
    "$CMAKE" --build "$1/build" >"$1/log" 2>&1 || fail "$(cat "$1/log")"
    "$1/build/built" >"$1/out" || true
    expect "$1/out" "$2"
}

cmake_package_builds_kernels_into_a_program()
{
    [ -x "$prefix/bin/vgpu-cc" ] || skip "this build has no vgpu-cc"
    for language in OFF ON; do
        configure_built "$out/in_c_$language" -DIN_C=$language -DCPU=native || fail "$(cat "$out"/*/log)"
        build_built "$out/in_c_$language" "consumer: tripled"
    done
    # What a kernel includes, it depends on.
    printf '#define times_factor(x) (FACTOR * (x) + 1)\n' >"$out/in_c_ON/built/kernels/factor.h"
    build_built "$out/in_c_ON" "consumer: FAILED"
    skip_if_sanitized
    "$prefix/bin/vgpu" kernels "$out/in_c_ON/build/libkernels.so" >"$out/kernels.out"
    expect "$out/kernels.out" "__kernel void consumer_triple("
}

cmake_package_does_without_the_compiler_of_kernels()
{
    configure_built "$out/in_c" -DIN_C=ON -DVGPU_CC=OFF || fail "$(cat "$out/in_c/log")"
    build_built "$out/in_c" "consumer: tripled"
    if configure_built "$out/in_cl" -DIN_C=OFF -DVGPU_CC=OFF; then
        fail "OpenCL C was taken without vgpu-cc"
    fi
    tr -s ' \n' ' ' <"$out/in_cl/log" >"$out/in_cl/words"
    expect "$out/in_cl/words" "'kernels/triple.cl' is OpenCL C, and there is no vgpu-cc to compile it"
}

pkg_config_builds_a_program()
{
    PKG_CONFIG_PATH=$(library_folder)/pkgconfig
    export PKG_CONFIG_PATH
    # shellcheck disable=SC2046  # the flags are a list of words
    compile -o "$out/by_pkg_config" "$here"/consumer/*.c $(pkg-config --cflags --libs vgpu)
    LD_LIBRARY_PATH=$(library_folder) "$out/by_pkg_config" >"$out/by_pkg_config.out"
    expect "$out/by_pkg_config.out" "consumer: tripled"
}

# The first C block of README.md, compiled with the command that stands there, and the build folder's package.
readme_program_compiles_as_printed()
{
    cd "$out"
    sed -n '/^```c$/,/^```$/p' "$SOURCE/README.md" | sed '1d;/^```$/,$d' >hello.c
    command=$(sed -n 's/^    \(cc hello\.c .*\)$/\1/p' "$SOURCE/README.md" | head -n 1)
    [ -n "$command" ] || fail "README.md has no line that begins with 'cc hello.c'"
    [ "$(wc -l <hello.c)" -le 32 ] || fail "the program of README.md has $(wc -l <hello.c) lines"
    export PKG_CONFIG_PATH="$BUILD/lib/pkgconfig"
    mkdir bin
    printf '#!/bin/sh\nexec %s -Wall -Wextra -Werror %s "$@"\n' "$CC" \
        "${SANITIZE:+-fsanitize=$SANITIZE}" >bin/cc
    chmod +x bin/cc
    PATH=$PWD/bin:$PATH sh -c "$command"
    # So short a program releases nothing.
    ASAN_OPTIONS=detect_leaks=0 LD_LIBRARY_PATH=$BUILD/lib ./hello >hello.out
    expect hello.out "correct"
}

# blocks <document> <language> [<number>] - its listings in that language, or only that one, from 1.
blocks()
{
    awk -v language="$2" -v number="${3:-0}" '
        /^```/ { inside = !inside; count += inside && $0 == "```" language; wanted = 0
                 if (inside && $0 == "```" language) wanted = !number || count == number; next }
        wanted' "$SOURCE/$1"
}

kernels_of_the_documentation_compile_as_printed()
{
    blocks docs/kernels.md c >"$out/kernels.c"
    compile -fPIC -shared -o "$out/libdocs.so" "$out/kernels.c" -I"$prefix/include" \
        -L"$(library_folder)" -lvgpu
    if command -v g++ >/dev/null; then
        g++ -x c++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only -I"$prefix/include" "$out/kernels.c"
    fi
    "$prefix/bin/vgpu" kernels "$out/libdocs.so" >"$out/kernels.out"
    for name in saxpy block_max sums; do
        expect "$out/kernels.out" "__kernel void $name("
    done
    blocks docs/testing.md c >"$out/test.c"
    compile -fsyntax-only -I"$prefix/include" -I"$SOURCE/conformance/shim" "$out/test.c"
}

# The listings of docs/porting.md, put into files and built with the commands that stand there.
porting_works_as_printed()
{
    [ -n "$(other_loader)" ] || skip "this system has no other libOpenCL.so.1"
    mkdir -p "$out/vgpu" "$out/bin"
    ln -s "$BUILD" "$out/vgpu/build"
    printf '#!/bin/sh\nexec %s -Wall -Wextra -Werror %s "$@"\n' "$CC" \
        "${SANITIZE:+-fsanitize=$SANITIZE}" >"$out/bin/cc"
    chmod +x "$out/bin/cc"
    blocks docs/porting.md opencl >"$out/reduction.cl"
    blocks docs/porting.md c 1 >"$out/sum.c"
    for number in 2 3; do # the barrier kernel, the group kernel
        blocks docs/porting.md c $number >"$out/reduction_kernels.c"
        {
            blocks docs/porting.md sh 1
            blocks docs/porting.md sh 2
        } >"$out/commands"
        # So short a program releases nothing.
        (cd "$out" && PATH=$out/bin:$PATH VGPU=$out/vgpu ASAN_OPTIONS=detect_leaks=0 \
            sh -eu ./commands) >"$out/sum.out"
        [ "$(grep -c 'correct' "$out/sum.out")" = 2 ] || fail "$(cat "$out/sum.out")"
    done
    if command -v clang >/dev/null; then
        clang -x cl -cl-std=CL1.2 -fsyntax-only "$out/reduction.cl"
    fi
}

# consumer_with <loader> - compiles the user's program with its kernel as a library, as a program that
# knows nothing of vgpu would be: linked with that loader alone.
consumer_with()
{
    compile -fPIC -shared -o "$out/libconsumer.so" "$here/consumer/kernel.c" \
        -I"$prefix/include" -L"$(library_folder)" -lvgpu
    compile -o "$out/consumer" "$here/consumer/host.c" "$1"
}

programs_of_another_loader_run_with_ours()
{
    loader=$(other_loader)
    [ -n "$loader" ] || skip "this system has no other libOpenCL.so.1"
    skip_if_sanitized
    consumer_with "$loader"
    LD_LIBRARY_PATH=$(library_folder) VGPU_KERNELS=$out/libconsumer.so "$out/consumer" \
        >"$out/consumer.out"
    expect "$out/consumer.out" "consumer: tripled"
}

our_programs_run_with_another_loader()
{
    loader=$(other_loader)
    [ -n "$loader" ] || skip "this system has no other libOpenCL.so.1"
    skip_if_sanitized
    consumer_with "$(library_folder)/libOpenCL.so.1"
    mkdir -p "$out/loader"
    cp "$loader" "$out/loader/libOpenCL.so.1"
    LD_LIBRARY_PATH=$out/loader OCL_ICD_VENDORS=$prefix/etc/OpenCL/vendors \
        VGPU_KERNELS=$out/libconsumer.so "$out/consumer" >"$out/consumer.out"
    expect "$out/consumer.out" "consumer: tripled"
}

# exports <library> - "name@version" of what it defines, sorted.
exports()
{
    nm -D --defined-only --with-symbol-versions "$1" |
        sed -n 's/^[0-9a-f]* [TDRBVW] \([^@]*\)@@*\(.*\)$/\1@\2/p' | LC_ALL=C sort
}

# rows <awk program> - the table, preprocessed, one row a line.
rows()
{
    printf '%s\n' '#define CORE(version, result, name, parameters, arguments) row version name' \
        '#define ABSENT CORE' '#define EXTENSION(result, name, parameters, arguments) extension name' \
        '#include "dispatch/entry_points.def"' |
        $CC -E -P -x c -I"$SOURCE/runtime" - | awk "$1" | LC_ALL=C sort
}

libraries_export_what_the_table_says()
{
    rows '{ for (i = 1; i <= NF; i++) if ($i == "row") {
        version = $(i + 1); sub("_", ".", version); print $(i + 2) "@OPENCL_" version } }' \
        >"$out/table.txt"
    exports "$(library_folder)/libOpenCL.so.1" >"$out/exports.txt"
    diff "$out/table.txt" "$out/exports.txt" || fail "libOpenCL.so.1 differs from the table"
    {
        rows '{ for (i = 1; i <= NF; i++) if ($i == "extension") print $(i + 1) "@VGPU_1" }'
        for name in clGetExtensionFunctionAddress vgpu_icd_dispatch vgpu_kernel_register \
            vgpu_kernel_unregister vgpu_items_run vgpu_item_barrier vgpu_item_exchange vgpu_item_current \
            vgpu_barrier_missed vgpu_print vgpu_break_here vgpu_break_left vgpu_inspection; do
            echo "$name@VGPU_1"
        done
    } | LC_ALL=C sort >"$out/table.txt"
    exports "$(library_folder)/libvgpu.so.1" >"$out/exports.txt"
    diff "$out/table.txt" "$out/exports.txt" || fail "libvgpu.so.1 differs from its list"
}

libraries_find_each_other_without_help()
{
    command -v readelf >/dev/null || skip "there is no readelf"
    readelf -d "$(library_folder)/libOpenCL.so.1" >"$out/dynamic.txt"
    expect "$out/dynamic.txt" "Library soname: [libOpenCL.so.1]"
    expect "$out/dynamic.txt" "Shared library: [libvgpu.so.1]"
    grep -E 'R(UN)?PATH.*\[\$ORIGIN\]' "$out/dynamic.txt" >/dev/null || fail "no path \$ORIGIN"
    readelf -d "$(library_folder)/libvgpu.so.1" >"$out/dynamic.txt"
    expect "$out/dynamic.txt" "Library soname: [libvgpu.so.1]"
    expect "$out/dynamic.txt" "NODELETE"
}

# check_clinfo - no line of it may speak of an error.
check_clinfo()
{
    expect "$out/clinfo.out" "Virtual GPU"
    if grep -inE '<error|<.*internal error|cl_invalid|cl_out_of|get .* failed' "$out/clinfo.out"; then
        fail "the lines above speak of an error"
    fi
    [ ! -s "$out/clinfo.err" ] || fail "clinfo wrote: $(cat "$out/clinfo.err")"
}

clinfo_runs_with_our_library()
{
    command -v clinfo >/dev/null || skip "there is no clinfo"
    skip_if_sanitized
    LD_LIBRARY_PATH=$(library_folder) clinfo >"$out/clinfo.out" 2>"$out/clinfo.err" ||
        fail "clinfo ended with status $?"
    check_clinfo
}

clinfo_runs_through_an_icd_loader()
{
    command -v clinfo >/dev/null || skip "there is no clinfo"
    [ -n "$(other_loader)" ] || skip "this system has no ICD loader"
    skip_if_sanitized
    OCL_ICD_VENDORS=$prefix/etc/OpenCL/vendors clinfo >"$out/clinfo.out" \
        2>"$out/clinfo.err" || fail "clinfo ended with status $?"
    check_clinfo
}

vgpu_info_shows_devices_and_cores()
{
    VGPU_DEVICES="cu=1;cu=2,name=second" "$prefix/bin/vgpu" info >"$out/info.out"
    expect "$out/info.out" "Device 0"
    expect "$out/info.out" "Device 1: second"
    [ "$(grep -oE 'unit [0-9]+ (on core [0-9]+|not pinned)' "$out/info.out" | wc -l)" = 3 ] ||
        fail "three compute units were expected: $(cat "$out/info.out")"
    HWLOC_SYNTHETIC="numa:2 core:4 pu:2" VGPU_DEVICES="cu=4;cu=8" "$prefix/bin/vgpu" info >"$out/info.out"
    expect "$out/info.out" "unit 3 on core 7"
    expect "$out/info.out" "NUMA nodes       0, 1"
    VGPU_DEVICES="cu=99" "$prefix/bin/vgpu" info >"$out/info.out"
    [ "$(grep -o 'unit [0-9]' "$out/info.out" | wc -l)" = 99 ] || fail "99 units were expected"
    [ "$(awk 'length > 80' "$out/info.out")" = "" ] || fail "lines of more than 80 columns"
    if VGPU_DEVICES="cu=nonsense" "$prefix/bin/vgpu" info >"$out/info.out" 2>&1; then
        fail "a VGPU_DEVICES that cannot be read was accepted: $(cat "$out/info.out")"
    fi
    expect "$out/info.out" "cu=nonsense"
}

vgpu_env_explains_every_variable()
{
    VGPU_DEVICES="cu=1" "$prefix/bin/vgpu" env >"$out/env.out"
    expect "$out/env.out" 'VGPU_DEVICES="cu=1"'
    sed -n 's/^VARIABLE(\([A-Z_]*\),.*/VGPU_\1/p' "$SOURCE/base/environment.def" |
        while read -r name; do
            expect "$out/env.out" "$name"
        done
}

vgpu_kernels_lists_signatures()
{
    compile -fPIC -shared -o "$out/libconsumer.so" "$here/consumer/kernel.c" \
        -I"$prefix/include" -L"$(library_folder)" -lvgpu
    "$prefix/bin/vgpu" kernels "$out/libconsumer.so" >"$out/kernels.out"
    expect "$out/kernels.out" "__kernel void consumer_triple(__global int* values)"
    "$prefix/bin/vgpu" kernels >"$out/kernels.out"
    expect "$out/kernels.out" "No kernel is registered"
    if "$prefix/bin/vgpu" kernels ./absent.so >"$out/kernels.out" 2>&1; then
        fail "a library that is not there was accepted"
    fi
    expect "$out/kernels.out" "absent.so"
}

vgpu_refuses_bad_command_lines()
{
    "$prefix/bin/vgpu" --version >"$out/vgpu.out"
    expect "$out/vgpu.out" "vgpu 0."
    "$prefix/bin/vgpu" --help >"$out/vgpu.out"
    expect "$out/vgpu.out" "info"
    for words in "-h" "info --help" "kernels -h" "env --help"; do
        # shellcheck disable=SC2086  # words
        "$prefix/bin/vgpu" $words >"$out/vgpu.out" || fail "'vgpu $words' failed"
        expect "$out/vgpu.out" "Usage: vgpu"
    done
    for words in "" "nonsense" "info more" "env more" "--nonsense" "kernels --nonsense"; do
        status=0
        # shellcheck disable=SC2086  # words, or none
        "$prefix/bin/vgpu" $words >"$out/vgpu.out" 2>&1 || status=$?
        [ "$status" = 64 ] || fail "'vgpu $words' ended with $status, not 64"
        [ -s "$out/vgpu.out" ] || fail "'vgpu $words' said nothing"
    done
}

step=$1
out=$WORK/$step
rm -rf "$out"
mkdir -p "$out"
"$step"
