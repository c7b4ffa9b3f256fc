/* SPDX-License-Identifier: MIT */
/* Which sanitizer this is built with: each name is 1 where it is, else 0. */
#ifndef VGPU_BASE_SANITIZER_H
#define VGPU_BASE_SANITIZER_H

#if defined(__has_feature)
#define VGPU_HAS_FEATURE(name) __has_feature(name)
#else
#define VGPU_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || VGPU_HAS_FEATURE(address_sanitizer)
#define VGPU_ASAN 1
#else
#define VGPU_ASAN 0
#endif

#if defined(__SANITIZE_THREAD__) || VGPU_HAS_FEATURE(thread_sanitizer)
#define VGPU_TSAN 1
#else
#define VGPU_TSAN 0
#endif

#endif
