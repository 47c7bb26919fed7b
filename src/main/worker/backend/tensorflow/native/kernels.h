// All kernels, for the instructions that this processor has.
#pragma once
#include <type_traits>

#include "gathered-convolution.h"
#include "normalization.h"
#include "pooling.h"
#include "winograd.h"

namespace skiplab {

struct Kernels {
  /** Name of the set of instructions. */
  const char* instructions;
  /** Whether products of bf16 are twice as quick as those of fp32. */
  bool multipliesBf16;
  const NormalizationKernels& normalization;
  const WinogradKernels& winograd;
  const GatheringKernels& gathering;
  const PoolingKernels& pooling;
};

/** The fastest that this processor can run. */
const Kernels& kernels();

/** Those for T, float or bf16, of the kernels of one kind. */
template <typename T, typename Both>
const auto& ofType(const Both& both) {
  if constexpr (std::is_same<T, float>::value) return both.floats;
  else return both.bf16s;
}

}  // namespace skiplab
