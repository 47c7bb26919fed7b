#include "kernels.h"

namespace skiplab {

#define SKIPLAB_DECLARE(instructions)                              \
  extern const NormalizationKernels normalization_##instructions;  \
  extern const WinogradKernels winograd_##instructions;

SKIPLAB_DECLARE(baseline)
#if defined(__x86_64__)
SKIPLAB_DECLARE(avx2)
SKIPLAB_DECLARE(avx512)
#endif

namespace {

Kernels choose() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool hasAvx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (hasAvx2 && hasAvx512) return {"avx512", normalization_avx512, winograd_avx512};
  if (hasAvx2) return {"avx2", normalization_avx2, winograd_avx2};
#endif
  return {"baseline", normalization_baseline, winograd_baseline};
}

}  // namespace

const Kernels& kernels() {
  static const Kernels best = choose();
  return best;
}

}  // namespace skiplab
