// 3x3 convolutions with stride 1 and a border of one zero, by Winograd's minimal filtering F(4x4, 3x3): a tile of 4x4 outputs takes
// 36 multiplications a channel pair instead of 144 (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016).
//
// Images are NHWC, filters [3, 3, in, out], fp32 or bf16; arithmetic is fp32. Channels are multiples of 16. Tiles are taken in runs: their
// inputs are transformed, multiplied position by position, and the products transformed to outputs.
#pragma once
#include <cstdint>

#include "epilogue.h"
#include "vectors.h"

namespace skiplab {

struct Convolution {
  int64_t images;
  int height, width, in, out;

  int across() const { return (width + 3) / 4; }
  int down() const { return (height + 3) / 4; }
  /** Numbered image by image, row by row. */
  int64_t tiles() const { return images * down() * across(); }
};

inline constexpr int positions = 36;

/** What channels are multiples of. */
inline constexpr int channelStep = 16;

/** Tiles that are taken together, and for how many there is room in the scratch memory. */
struct Run {
  int64_t first;
  int count, room;
};

/** Floats from one position's values of a run to the next's; not a power of two, which would put all in the same place of the first-level cache. */
inline int64_t planeFloats(const Run& run, int channels) { return int64_t(run.room) * channels + 16; }

/** The same for filters and their gradients. */
inline int64_t filterPlaneFloats(const Convolution& of) { return int64_t(of.in) * of.out + 16; }

/** Tiles of a run, by their number in it. */
struct Tiles {
  int first, end;
};

template <typename T>
struct WinogradCalls {
  /**
   * A part of the filters for all tiles: float [36][filterPlaneFloats]; there are `in` / 16 parts.
   * `transposed`: those of the convolution that takes output gradients back to inputs; `of` is that convolution, the filters are [3, 3, of.out, of.in].
   */
  void (*filters)(const Convolution& of, const T* weights, bool transposed, int part, float* transformed);
  /** Transforms of inputs: float [36][planeFloats of `in`]. */
  void (*inputs)(const Convolution& of, const T* x, const Run& run, Tiles tiles, float* to);
  /** Transforms of output gradients on the way to the filters: float [36][planeFloats of `out`]. */
  void (*gradients)(const Convolution& of, const T* gradient, const Run& run, Tiles tiles, float* to);
  /** Outputs of products, float [36][planeFloats of `out`]; the epilogue's moments are those of the run's first tile and so on. */
  void (*outputs)(const Convolution& of, const float* products, const Run& run, Tiles tiles, const Epilogue<T>& epilogue, T* y);
  /** A part of the filters' gradient: float [36][filterPlaneFloats] -> [3, 3, in, out]; there are `in` / 16 parts. */
  void (*filterGradient)(const Convolution& of, const float* transformedGradient, int part, T* gradient);
};

struct WinogradKernels {
  WinogradCalls<float> floats;
  WinogradCalls<bf16> bf16s;
  /** Products of one position: planes of inputs, filters and products. */
  void (*multiply)(const Convolution& of, const Run& run, const float* inputs, const float* filters, float* products);
  /** What a run says of one position of the filters' gradient, added to the sum (or, `first`, in its place): planes of inputs, gradients, sum. */
  void (*multiplyGradients)(const Convolution& of, const Run& run, bool first, const float* inputs, const float* gradients, float* sum);
};

}  // namespace skiplab
