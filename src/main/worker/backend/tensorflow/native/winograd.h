// 3x3 convolutions with stride 1 and a border of one zero, by Winograd's minimal filtering F(4x4, 3x3): a tile of 4x4 outputs takes
// 36 multiplications a channel pair instead of 144 (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016).
//
// Images are NHWC, filters [3, 3, in, out], fp32 or bf16; arithmetic is fp32. Channels are multiples of 16. A tile's transform is [36][channels].
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

/** Channels are multiples of it. */
inline constexpr int channelStep = 16;

/** Tiles that are taken together, a multiple of 16: their transforms stay in the second-level cache. */
inline int tilesTogether(const Convolution& of) { return of.in > 32 || of.out > 32 ? 32 : 64; }

/** Floats from one position's values of the tiles to the next's; not a power of two, which would map all to the same set of the first-level cache. */
inline int64_t planeFloats(const Convolution& of, int channels) { return int64_t(tilesTogether(of)) * channels + 16; }

/** Floats of scratch memory, aligned to 64 bytes, that a call below needs. */
inline int64_t scratchFloats(const Convolution& of) { return positions * (planeFloats(of, of.in) + planeFloats(of, of.out)); }

template <typename T>
struct WinogradCalls {
  /**
   * Filters for all tiles: float [36, in, out].
   * `transposed`: filters of the transposed convolution, which takes output gradients to input gradients; `of` is that convolution, `weights` are [3, 3, of.out, of.in].
   */
  void (*filters)(const Convolution& of, const T* weights, bool transposed, float* transformed);
  /** Outputs of `count` tiles from `first` on, at most tilesTogether; the epilogue's moments are those of the first of them and so on. */
  void (*convolve)(const Convolution& of, const T* x, const float* transformedFilters, int64_t first, int count, const Epilogue<T>& epilogue, float* scratch, T* y);
  /** Adds what `count` tiles say of the filters' gradient, in the transformed domain: float [36, in, out]. */
  void (*addFilterGradient)(const Convolution& of, const T* x, const T* gradient, int64_t first, int count, float* scratch, float* transformedGradient);
  /** float [36, in, out] -> [3, 3, in, out] */
  void (*filterGradient)(const Convolution& of, const float* transformedGradient, T* gradient);
};

struct WinogradKernels {
  WinogradCalls<float> floats;
  WinogradCalls<bf16> bf16s;
};

}  // namespace skiplab
