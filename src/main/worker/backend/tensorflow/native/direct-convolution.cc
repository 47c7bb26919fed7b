// Compiled once for each set of instructions, like normalization.cc.
#include "direct-convolution.h"

#include <algorithm>

#include "instructions.h"

namespace skiplab {
namespace {

/** Outputs of a row and vectors of their channels that fit the registers together. */
#if defined(__AVX512F__)
constexpr int pixelsTogether = 8, vectorsTogether = 2;
#elif defined(__AVX2__)
constexpr int pixelsTogether = 4, vectorsTogether = 2;
#elif defined(__aarch64__)
constexpr int pixelsTogether = 4, vectorsTogether = 4;
#else
constexpr int pixelsTogether = 2, vectorsTogether = 4;
#endif

/** A row of an image in fp32, between its borders. */
template <typename T>
void widen(const DirectConvolution& of, const T* from, float* to) {
  const int64_t border = int64_t(of.padding) * of.in, inside = int64_t(of.width) * of.in;
  std::fill(to, to + border, 0.0f);
  std::transform(from, from + inside, to + border, [](T value) { return toFloat(value); });
  std::fill(to + border + inside, to + of.lineFloats(), 0.0f);
}

/** Rows of the window that lie in the image. */
struct Window {
  int first, end;
  /** The widened row under the window's row `first`, and the ones after it. */
  const float* lines;
};

template <bool withMoments, int pixels, int vectors, typename T>
inline void convolvePixels(const DirectConvolution& of, const Window& window, const float* weights, int pixel, int channel, const Epilogue<T>& epilogue, MomentSums& moments, T* y, int64_t at) {
  Floats sums[pixels][vectors] = {};
  const int64_t distance = int64_t(of.stride) * of.in;
  const int depth = of.kernel * of.in;
  for (int row = window.first; row < window.end; ++row) {
    const float* left = window.lines + (row - window.first) * of.lineFloats() + pixel * distance;
    const float* right = weights + int64_t(row) * depth * of.out + channel;
    for (int step = 0; step < depth; ++step, ++left, right += of.out) {
      Floats filter[vectors];
#pragma GCC unroll 4
      for (int vector = 0; vector < vectors; ++vector) filter[vector] = load(right + vector * lanes);
#pragma GCC unroll 16
      for (int nth = 0; nth < pixels; ++nth)
#pragma GCC unroll 4
        for (int vector = 0; vector < vectors; ++vector) sums[nth][vector] += left[nth * distance] * filter[vector];
    }
  }
  for (int vector = 0; vector < vectors; ++vector) {
    const int first = channel + vector * lanes;
    const Floats bias = epilogue.bias ? load(epilogue.bias + first) : Floats{};
    for (int nth = 0; nth < pixels; ++nth) applyAndStore<withMoments>(sums[nth][vector], bias, epilogue, moments, y, at + int64_t(pixel + nth) * of.out + first);
  }
}

template <bool withMoments, int vectors, typename T>
void convolveChannels(const DirectConvolution& of, const Window& window, const float* weights, int channel, const Epilogue<T>& epilogue, MomentSums& moments, T* y, int64_t at) {
  const int width = of.outWidth();
  int pixel = 0;
  for (; pixel + pixelsTogether <= width; pixel += pixelsTogether) convolvePixels<withMoments, pixelsTogether, vectors>(of, window, weights, pixel, channel, epilogue, moments, y, at);
  for (; pixel < width; ++pixel) convolvePixels<withMoments, 1, vectors>(of, window, weights, pixel, channel, epilogue, moments, y, at);
}

template <bool withMoments, typename T>
void convolveRow(const DirectConvolution& of, const T* x, const float* weights, int64_t row, const Epilogue<T>& epilogue, float* scratch, T* y) {
  const int64_t image = row / of.outHeight();
  const int top = int(row % of.outHeight()) * of.stride - of.padding;
  const Window window{std::max(0, -top), std::min(of.kernel, of.height - top), scratch};
  const int64_t inside = int64_t(of.width) * of.in;
  for (int at = window.first; at < window.end; ++at) widen(of, x + (image * of.height + top + at) * inside, scratch + (at - window.first) * of.lineFloats());
  MomentSums moments;
  const int64_t first = row * of.outWidth() * of.out;
  int channel = 0;
  for (; channel + vectorsTogether * lanes <= of.out; channel += vectorsTogether * lanes) convolveChannels<withMoments, vectorsTogether>(of, window, weights, channel, epilogue, moments, y, first);
  for (; channel < of.out; channel += lanes) convolveChannels<withMoments, 1>(of, window, weights, channel, epilogue, moments, y, first);
  if (withMoments) *epilogue.moments = moments.total();
}

template <typename T>
void convolve(const DirectConvolution& of, const T* x, const float* weights, int64_t row, const Epilogue<T>& epilogue, float* scratch, T* y) {
  const auto convolveSuch = epilogue.moments ? convolveRow<true, T> : convolveRow<false, T>;
  convolveSuch(of, x, weights, row, epilogue, scratch, y);
}

}  // namespace

extern const DirectConvolutionKernels SKIPLAB_NAMED(direct);
const DirectConvolutionKernels SKIPLAB_NAMED(direct){convolve<float>, convolve<bf16>};

}  // namespace skiplab
