// Convolutions that Winograd's algorithm does not fit (1x1, strides, the stem), as products of matrices: the window of each result is
// gathered into a row, and a block of rows multiplied with the filters.
//
// Images are NHWC with a border of zeros, filters [kernel, kernel, in, out], fp32 or bf16; sums are fp32, and so are products where the
// processor does not multiply bf16. Results have multiples of 16 channels.
#pragma once
#include <cstdint>

#include "epilogue.h"
#include "steps.h"

namespace skiplab {

struct DirectConvolution {
  int64_t images;
  int height, width, in, out, kernel, stride, padding;

  int outHeight() const { return (height + 2 * padding - kernel) / stride + 1; }
  int outWidth() const { return (width + 2 * padding - kernel) / stride + 1; }
};

/** Taps of the filters along an axis, by the order of the pixels that they meet: every `step`-th from `first` on. */
struct Taps {
  int first, step, count;
};

/** Along an axis: results, each from `taps.count` neighbours of the source, the first result's beginning at `origin`, `step` pixels from one result to the next. */
struct Axis {
  int results, source, origin, step;
  Taps taps;
  /** Where the results lie in the image that they make: every `targetStep`-th pixel from `targetFirst` on. */
  int target, targetFirst, targetStep;
};

/** Results, each of which is the product of a window of the source and the filters: the convolution, or one of its ways back. */
struct Gathering {
  int64_t images;
  Axis rows, columns;
  /** Channels of the source and of the results. */
  int channels, filters;
  /** Whether filters are [kernel, kernel, filters, channels]: from output gradients back to inputs. */
  bool transposed;
  int kernel;
  /**
   * Pixels along both sides of an image that is gathered as a whole, else 0: it counts as one pixel, `channels` and `filters` are those of
   * all its pixels.
   */
  int side = 0;

  int pixels() const { return side > 0 ? side * side : 1; }
  int depth() const { return rows.taps.count * columns.taps.count * channels; }
  int64_t perImage() const { return int64_t(rows.results) * columns.results; }
  int64_t results() const { return images * perImage(); }
};

/** The convolution itself. */
Gathering forwards(const DirectConvolution& of);
/** Input gradients of every `stride`-th row from `row` on and every `stride`-th column from `column` on; without taps they are zero. */
Gathering backwards(const DirectConvolution& of, int row, int column);

/**
 * 3x3 convolutions of images so small that every pixel meets every other (2x2): whole images are multiplied with the filters, laid out for
 * each pair of pixels. That takes 16 multiplications an image and channel pair, a tile of Winograd's algorithm 36.
 */
bool isSmall(const DirectConvolution& of);
Gathering smallForwards(const DirectConvolution& of);
Gathering smallBackwards(const DirectConvolution& of);

/** Results that are multiplied together, at most. */
inline constexpr int resultsTogether = 96;

/**
 * Stretches of the depth whose filters' gradients are summed up at a time, at most depthTogether steps each. Of many channels each lies
 * within one tap, so that results whose tap meets the border are left out.
 */
int stretchesOf(const Gathering& of);
Steps stretchOf(const Gathering& of, int nth);

/** Filters that are packed together: 32, a line of bf16, where a pixel's are a multiple of them, else 16. */
inline int partFilters(const Gathering& of) { return of.filters / of.pixels() % 32 == 0 ? 32 : 16; }

/** Floats of scratch memory for a block of results, or of their gradients. */
int64_t gatheringScratch(const Gathering& of);

template <typename T>
struct GatheringCalls {
  /** Floats of memory that the filters take as the product wants them. */
  int64_t (*packedFloats)(const Gathering& of);
  /** Filters as the product wants them; one part for every partFilters() of them. */
  void (*filters)(const Gathering& of, const T* weights, int part, float* packed);
  /**
   * Results `first` to `first + count`, at most resultsTogether, counted over all images.
   * @param epilogue its moments: those of this block; its bias and shortcut as in the convolution
   */
  void (*convolve)(const Gathering& of, const T* source, const float* packed, int64_t first, int count, const Epilogue<T>& epilogue, float* scratch, T* target);
  /**
   * What the gradients of results `first` to `end - 1` say of the filters at a stretch of the depth, added to the sum (or, `initial`, in its
   * place): fp32 [steps, filters], packed.
   */
  void (*addFilterGradient)(const Gathering& of, const T* source, const T* gradient, int64_t first, int64_t end, Steps steps, bool initial, float* scratch, float* sum);
  /** A stretch's part of the filters' gradient from its sum. Not for transposed ones, nor for whole images. */
  void (*filterGradient)(const Gathering& of, const float* sum, Steps steps, T* gradient);
};

struct GatheringKernels {
  GatheringCalls<float> floats;
  GatheringCalls<bf16> bf16s;
};

}  // namespace skiplab
