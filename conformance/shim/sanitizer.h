/* SPDX-License-Identifier: MIT */
/* Which sanitizer these tests are built with: each name is 1 where they are, else 0. */
#ifndef VGPU_TEST_SANITIZER_H
#define VGPU_TEST_SANITIZER_H

#if defined(__has_feature)
#define VGPU_TEST_HAS_FEATURE(name) __has_feature(name)
#else
#define VGPU_TEST_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || VGPU_TEST_HAS_FEATURE(address_sanitizer)
#define VGPU_TEST_ASAN 1
#else
#define VGPU_TEST_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__) || VGPU_TEST_HAS_FEATURE(thread_sanitizer)
#define VGPU_TEST_TSAN 1
#else
#define VGPU_TEST_TSAN 0
#endif

#endif
