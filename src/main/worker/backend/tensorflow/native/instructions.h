// Kernels are compiled once for each set of instructions; SKIPLAB_INSTRUCTIONS is its name: baseline, avx2, avx512 or avx512bf16.
#pragma once

#define SKIPLAB_JOIN_NAMES(name, instructions) name##_##instructions
#define SKIPLAB_JOIN(name, instructions) SKIPLAB_JOIN_NAMES(name, instructions)
/** A name of its own for what this compilation defines. */
#define SKIPLAB_NAMED(name) SKIPLAB_JOIN(name, SKIPLAB_INSTRUCTIONS)
