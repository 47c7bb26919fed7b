// Max pooling: the largest number of each window, padding left out. NHWC, fp32 or bf16; channels are multiples of 16.
#pragma once
#include <cstdint>

#include "vectors.h"

namespace skiplab {

struct Pooling {
  int64_t images;
  int height, width, channels, kernel, stride, padding;

  int outHeight() const { return (height + 2 * padding - kernel) / stride + 1; }
  int outWidth() const { return (width + 2 * padding - kernel) / stride + 1; }
};

template <typename T>
struct PoolingCalls {
  /** One row of outputs, counted over all images. */
  void (*pool)(const Pooling& of, const T* x, int64_t row, T* y);
  /** One image's input gradient: each output's gradient goes to the first of its window's largest numbers. */
  void (*gradient)(const Pooling& of, const T* x, const T* gradient, int64_t image, T* dx);
};

struct PoolingKernels {
  PoolingCalls<float> floats;
  PoolingCalls<bf16> bf16s;
};

}  // namespace skiplab
