// Batch normalisation with what surrounds it in a residual net, block by block: the caller shares blocks out to threads.
//
// Activations are [pixels, channels] (NHWC with batch, height and width as one), fp32 or bf16; arithmetic is fp32.
// A block's result depends on nothing but its input: sums are the same whatever the number of threads.
#pragma once
#include <cstdint>

#include "vectors.h"

namespace skiplab {

/** Where a block lies: `pixels` pixels of `channels` values each. Pointers in the calls below point at its first value. */
struct Block {
  int64_t pixels;
  int channels;
};

/** Pixels in every block but the last: 64 KiB of fp32, which stay in the second-level cache between two looks at them. */
inline int64_t blockPixels(int channels) {
  const int64_t pixels = 16384 / channels;
  return pixels >= 64 ? pixels / 64 * 64 : 64;
}

/** y = [rectified] (x * factor + shift [+ shortcut]); factor and shift are [channels]. */
struct Affine {
  const float* factor;
  const float* shift;
  bool rectify;
};

/** What a gradient is made of. */
template <typename T>
struct Arrays {
  const T* gradient;
  /** A second one to be added, or null. */
  const T* otherGradient;
  const T* x;
  /** With a shortcut, the output, which tells where the rectifier let pass; without, null: x * factor + shift tells. */
  const T* y;
};

template <typename T>
struct NormalizationCalls {
  /** Mean and sum of squared deviations of each channel over a block: float [channels] each. */
  void (*moments)(Block, const T* x, float* mean, float* squares);
  /** `shortcut` may be null. */
  void (*forward)(Block, const Affine&, const T* x, const T* shortcut, T* y);
  /**
   * Sums of g and of g * (x - mean) over a block, g being the gradient that passes the rectifier: float [channels] each.
   * `passed`, unless null, takes g; it may be one of the gradients.
   */
  void (*gradientSums)(Block, const Affine&, const Arrays<T>&, const float* mean, T* passed, float* sum, float* productSum);
  /** dx = g * factor + x * slope + constant; slope and constant are [channels]. dx may be any of the inputs. */
  void (*gradient)(Block, const Affine&, const Arrays<T>&, const float* slope, const float* constant, T* dx);
};

struct NormalizationKernels {
  NormalizationCalls<float> floats;
  NormalizationCalls<bf16> bf16s;
};

}  // namespace skiplab
