#include "kernels.h"

#include <cstdlib>
#include <cstring>

namespace skiplab {

#define SKIPLAB_DECLARE(instructions)                              \
  extern const NormalizationKernels normalization_##instructions;  \
  extern const WinogradKernels winograd_##instructions;            \
  extern const GatheringKernels gathering_##instructions;          \
  extern const PoolingKernels pooling_##instructions;

SKIPLAB_DECLARE(baseline)
#if defined(__x86_64__)
SKIPLAB_DECLARE(avx2)
SKIPLAB_DECLARE(avx512)
SKIPLAB_DECLARE(avx512bf16)
#endif

namespace {

/** Whether SKIPLAB_INSTRUCTIONS leaves this set to us: tests try each of them, and so can who doubts a result. */
[[maybe_unused]] bool wanted(const char* instructions) {
  const char* asked = std::getenv("SKIPLAB_INSTRUCTIONS");
  return !asked || std::strcmp(asked, instructions) == 0;
}

Kernels choose() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool hasAvx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (hasAvx2 && hasAvx512 && __builtin_cpu_supports("avx512bf16") && wanted("avx512bf16")) return {"avx512bf16", true, normalization_avx512bf16, winograd_avx512bf16, gathering_avx512bf16, pooling_avx512bf16};
  if (hasAvx2 && hasAvx512 && wanted("avx512")) return {"avx512", false, normalization_avx512, winograd_avx512, gathering_avx512, pooling_avx512};
  if (hasAvx2 && wanted("avx2")) return {"avx2", false, normalization_avx2, winograd_avx2, gathering_avx2, pooling_avx2};
#endif
  return {"baseline", false, normalization_baseline, winograd_baseline, gathering_baseline, pooling_baseline};
}

}  // namespace

const Kernels& kernels() {
  static const Kernels best = choose();
  return best;
}

}  // namespace skiplab
