// Convolutions that Winograd's algorithm does not fit (the first layer's few channels, strides, other kernels), as they are written:
// for each output the sum over its window, many outputs and channels at a time in registers.
//
// Images are NHWC with a border of zeros, filters [kernel, kernel, in, out], fp32 or bf16; arithmetic is fp32. `out` is a multiple of 16.
#pragma once
#include <cstdint>

#include "epilogue.h"

namespace skiplab {

struct DirectConvolution {
  int64_t images;
  int height, width, in, out, kernel, stride, padding;

  int outHeight() const { return (height + 2 * padding - kernel) / stride + 1; }
  int outWidth() const { return (width + 2 * padding - kernel) / stride + 1; }
  /** Floats of a row of the image with its border. */
  int64_t lineFloats() const { return int64_t(width + 2 * padding) * in; }
  /** Floats of scratch memory that a row takes. */
  int64_t scratchFloats() const { return kernel * lineFloats(); }
};

struct DirectConvolutionKernels {
  /**
   * One row of outputs, [outWidth, out].
   * @param row counted over all images
   * @param weights the filters in fp32
   * @param epilogue its moments: those of the row
   */
  template <typename T>
  using Row = void (*)(const DirectConvolution& of, const T* x, const float* weights, int64_t row, const Epilogue<T>& epilogue, float* scratch, T* y);

  Row<float> floats;
  Row<bf16> bf16s;
};

}  // namespace skiplab
