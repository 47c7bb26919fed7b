// All kernels, for the instructions that this processor has.
#pragma once
#include "normalization.h"
#include "winograd.h"

namespace skiplab {

struct Kernels {
  /** Name of the set of instructions. */
  const char* instructions;
  const NormalizationKernels& normalization;
  const WinogradKernels& winograd;
};

/** The fastest that this processor can run. */
const Kernels& kernels();

}  // namespace skiplab
