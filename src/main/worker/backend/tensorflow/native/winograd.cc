// The transforms of F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity, and the products between them; compiled once for
// each set of instructions, like normalization.cc.
#include "winograd.h"

#include <algorithm>

#include "instructions.h"
#include "vectors.h"

namespace skiplab {
namespace {

/** Rows of accumulators and vectors in a row that fit the registers; narrow products are of sixteen columns on AVX-512. */
#if defined(__AVX512F__)
constexpr int narrowRows = 16, wideRows = 8, wideVectors = 2;
#elif defined(__AVX2__)
constexpr int narrowRows = 4, wideRows = 4, wideVectors = 2;
#elif defined(__aarch64__)
constexpr int narrowRows = 4, wideRows = 4, wideVectors = 4;
#else
constexpr int narrowRows = 2, wideRows = 2, wideVectors = 4;
#endif

/** Six values of the input's transform from six inputs: B^T d. */
template <typename V>
inline void inputSix(const V& a, const V& b, const V& c, const V& d, const V& e, const V& f, V* to, int step) {
  const V even = e - 4.0f * c, odd = d - 4.0f * b, evenHalf = e - c, oddHalf = 2.0f * (d - b);
  to[0 * step] = 4.0f * a - 5.0f * c + e;
  to[1 * step] = even + odd;
  to[2 * step] = even - odd;
  to[3 * step] = evenHalf + oddHalf;
  to[4 * step] = evenHalf - oddHalf;
  to[5 * step] = 4.0f * b - 5.0f * d + f;
}

/** Four outputs from six products: A^T m. */
template <typename V>
inline void outputFour(const V& a, const V& b, const V& c, const V& d, const V& e, const V& f, V* to, int step) {
  const V sum = b + c, difference = b - c, sumTwo = d + e, differenceTwo = d - e;
  to[0 * step] = a + sum + sumTwo;
  to[1 * step] = difference + 2.0f * differenceTwo;
  to[2 * step] = sum + 4.0f * sumTwo;
  to[3 * step] = difference + 8.0f * differenceTwo + f;
}

/** The way back from four output gradients: A y. */
template <typename V>
inline void gradientSix(const V& a, const V& b, const V& c, const V& d, V* to, int step) {
  const V even = a + c, odd = b + d, evenTwo = a + 4.0f * c, oddTwo = 2.0f * b + 8.0f * d;
  to[0 * step] = a;
  to[1 * step] = even + odd;
  to[2 * step] = even - odd;
  to[3 * step] = evenTwo + oddTwo;
  to[4 * step] = evenTwo - oddTwo;
  to[5 * step] = d;
}

/** G g */
template <typename V>
inline void filterSix(const V& a, const V& b, const V& c, V* to, int step) {
  const V outer = (a + c) * (-1.0f / 6), half = a * (1.0f / 24) + c * (1.0f / 6);
  to[0 * step] = a * 0.25f;
  to[1 * step] = outer - b * (1.0f / 6);
  to[2 * step] = outer + b * (1.0f / 6);
  to[3 * step] = half + b * (1.0f / 12);
  to[4 * step] = half - b * (1.0f / 12);
  to[5 * step] = c;
}

/** G^T u */
template <typename V>
inline void filterThree(const V& a, const V& b, const V& c, const V& d, const V& e, const V& f, V* to, int step) {
  to[0 * step] = a * 0.25f - (b + c) * (1.0f / 6) + (d + e) * (1.0f / 24);
  to[1 * step] = (c - b) * (1.0f / 6) + (d - e) * (1.0f / 12);
  to[2 * step] = (d + e - b - c) * (1.0f / 6) + f;
}

/** Where a tile lies: the image's first value and the tile's first output row and column. */
struct Place {
  int64_t image;
  int row, column;
};

inline Place placeOf(const Convolution& of, int64_t tile) {
  const int across = of.across(), each = of.down() * across;
  const int within = int(tile % each);
  return {tile / each, within / across * 4, within % across * 4};
}

/** A 6x6 part of an image whose border or inside is read: values beyond the border are zero. */
template <bool inside, typename T>
inline void transformInput(const Convolution& of, const Place& place, const T* image, float* to, int64_t plane) {
  const int channels = of.in;
  const int64_t line = int64_t(of.width) * channels;
  for (int channel = 0; channel < channels; channel += lanes) {
    const T* corner = image + (place.row - 1) * line + int64_t(place.column - 1) * channels + channel;
    Floats columns[36];
    for (int column = 0; column < 6; ++column) {
      const bool columnThere = inside || (place.column + column > 0 && place.column + column <= of.width);
      Floats d[6];
#pragma GCC unroll 6
      for (int row = 0; row < 6; ++row) {
        const bool there = inside || (columnThere && place.row + row > 0 && place.row + row <= of.height);
        d[row] = there ? load(corner + row * line + column * channels) : Floats{};
      }
      inputSix(d[0], d[1], d[2], d[3], d[4], d[5], columns + column, 6);
    }
    float* out = to + channel;
    for (int row = 0; row < 6; ++row) {
      const Floats* d = columns + row * 6;
      Floats done[6];
      inputSix(d[0], d[1], d[2], d[3], d[4], d[5], done, 1);
#pragma GCC unroll 6
      for (int column = 0; column < 6; ++column) store(out + (row * 6 + column) * plane, done[column]);
    }
  }
}

/** Zeros in place of the tiles that are missing from the last run. */
void clearRest(float* to, int64_t plane, int count, int together, int channels) {
  if (count == together) return;
  for (int position = 0; position < positions; ++position) std::fill(to + position * plane + int64_t(count) * channels, to + position * plane + int64_t(together) * channels, 0.0f);
}

/** Input transforms of tiles: to[36][together][channels]. */
template <typename T>
void transformInputs(const Convolution& of, const T* x, int64_t first, int count, float* to) {
  const int64_t plane = planeFloats(of, of.in);
  for (int tile = 0; tile < count; ++tile) {
    const Place place = placeOf(of, first + tile);
    const T* image = x + place.image * of.height * of.width * of.in;
    float* out = to + int64_t(tile) * of.in;
    const bool inside = place.row > 0 && place.column > 0 && place.row + 5 <= of.height && place.column + 5 <= of.width;
    if (inside) transformInput<true>(of, place, image, out, plane);
    else transformInput<false>(of, place, image, out, plane);
  }
  clearRest(to, plane, count, tilesTogether(of), of.in);
}

/** Outputs of tiles from their products: from[36][together][channels]. */
template <bool withMoments, typename T>
void transformOutputs(const Convolution& of, const float* from, int64_t first, int count, const Epilogue<T>& epilogue, T* y) {
  const int channels = of.out;
  const int64_t plane = planeFloats(of, channels);
  for (int tile = 0; tile < count; ++tile) {
    const Place place = placeOf(of, first + tile);
    const int64_t image = place.image * of.height * of.width * channels;
    const int rows = std::min(4, of.height - place.row), columns = std::min(4, of.width - place.column);
    MomentSums moments;
    for (int channel = 0; channel < channels; channel += lanes) {
      const float* products = from + int64_t(tile) * channels + channel;
      const Floats bias = epilogue.bias ? load(epilogue.bias + channel) : Floats{};
      Floats half[24];
      for (int column = 0; column < 6; ++column) {
        Floats m[6];
#pragma GCC unroll 6
        for (int row = 0; row < 6; ++row) m[row] = load(products + (row * 6 + column) * plane);
        outputFour(m[0], m[1], m[2], m[3], m[4], m[5], half + column, 6);
      }
      for (int row = 0; row < rows; ++row) {
        const Floats* m = half + row * 6;
        Floats done[4];
        outputFour(m[0], m[1], m[2], m[3], m[4], m[5], done, 1);
        const int64_t line = image + (int64_t(place.row + row) * of.width + place.column) * channels + channel;
        for (int column = 0; column < columns; ++column) applyAndStore<withMoments>(done[column], bias, epilogue, moments, y, line + int64_t(column) * channels);
      }
    }
    if (withMoments) epilogue.moments[tile] = moments.total();
  }
}

template <bool whole, typename T>
inline void transformGradient(const Convolution& of, const Place& place, const T* image, float* to, int64_t plane) {
  const int channels = of.out;
  for (int channel = 0; channel < channels; channel += lanes) {
    const T* corner = image + (int64_t(place.row) * of.width + place.column) * channels + channel;
    Floats columns[24];
    for (int column = 0; column < 4; ++column) {
      Floats d[4];
#pragma GCC unroll 4
      for (int row = 0; row < 4; ++row) {
        const bool there = whole || (place.row + row < of.height && place.column + column < of.width);
        d[row] = there ? load(corner + (int64_t(row) * of.width + column) * channels) : Floats{};
      }
      gradientSix(d[0], d[1], d[2], d[3], columns + column, 4);
    }
    float* out = to + channel;
    for (int row = 0; row < 6; ++row) {
      const Floats* d = columns + row * 4;
      Floats done[6];
      gradientSix(d[0], d[1], d[2], d[3], done, 1);
#pragma GCC unroll 6
      for (int column = 0; column < 6; ++column) store(out + (row * 6 + column) * plane, done[column]);
    }
  }
}

/** Output gradients on the way to the filters: to[36][together][channels]. */
template <typename T>
void transformGradients(const Convolution& of, const T* gradient, int64_t first, int count, float* to) {
  const int64_t plane = planeFloats(of, of.out);
  for (int tile = 0; tile < count; ++tile) {
    const Place place = placeOf(of, first + tile);
    const T* image = gradient + place.image * of.height * of.width * of.out;
    float* out = to + int64_t(tile) * of.out;
    const bool whole = place.row + 4 <= of.height && place.column + 4 <= of.width;
    if (whole) transformGradient<true>(of, place, image, out, plane);
    else transformGradient<false>(of, place, image, out, plane);
  }
  clearRest(to, plane, count, tilesTogether(of), of.out);
}

/**
 * c[rows, vectors * lanes] = (or +=) sum over `depth` of a[row, step] * b[step, ...], kept in registers. A distance of a's rows that the
 * compiler knows (else 0) goes into the instructions; sixteen rows at any distance want more registers than there are.
 */
template <int rows, int vectors, bool add, int knownRowStride>
inline void productInRegisters(const float* a, int64_t rowStride, int64_t stepStride, const float* b, int64_t bStride, int depth, float* c, int64_t cStride) {
  if (knownRowStride) rowStride = knownRowStride;
  Floats sums[rows][vectors] = {};
  for (int step = 0; step < depth; ++step) {
    Floats right[vectors];
#pragma GCC unroll 4
    for (int vector = 0; vector < vectors; ++vector) right[vector] = load(b + step * bStride + vector * lanes);
#pragma GCC unroll 16
    for (int row = 0; row < rows; ++row) {
      const float left = a[row * rowStride + step * stepStride];
#pragma GCC unroll 4
      for (int vector = 0; vector < vectors; ++vector) sums[row][vector] += left * right[vector];
    }
  }
#pragma GCC unroll 16
  for (int row = 0; row < rows; ++row)
#pragma GCC unroll 4
    for (int vector = 0; vector < vectors; ++vector) {
      float* to = c + row * cStride + vector * lanes;
      store(to, add ? load(to) + sums[row][vector] : sums[row][vector]);
    }
}

/** c[m, n] = (or +=) a * b[depth, n]; m and n are multiples of 16. */
template <bool add, int knownRowStride>
void product(const float* a, int64_t rowStride, int64_t stepStride, const float* b, int m, int n, int depth, float* c) {
  int column = 0;
  for (; column + wideVectors * lanes <= n; column += wideVectors * lanes)
    for (int row = 0; row < m; row += wideRows)
      productInRegisters<wideRows, wideVectors, add, knownRowStride>(a + row * rowStride, rowStride, stepStride, b + column, n, depth, c + int64_t(row) * n + column, n);
  for (; column < n; column += lanes)
    for (int row = 0; row < m; row += narrowRows)
      productInRegisters<narrowRows, 1, add, knownRowStride>(a + row * rowStride, rowStride, stepStride, b + column, n, depth, c + int64_t(row) * n + column, n);
}

/** The product for tiles of that many channels, the paper's widths by themselves. */
auto tileProduct(int channels) {
  return channels == 16 ? product<false, 16> : channels == 32 ? product<false, 32> : channels == 64 ? product<false, 64> : product<false, 0>;
}

template <typename T>
void filters(const Convolution& of, const T* weights, bool transposed, float* transformed) {
  const int64_t plane = int64_t(of.in) * of.out;
  for (int in = 0; in < of.in; ++in)
    for (int out = 0; out < of.out; out += lanes) {
      Floats g[9], columns[18], done[6];
      for (int tap = 0; tap < 9; ++tap) {
        if (!transposed) g[tap] = load(weights + tap * plane + int64_t(in) * of.out + out);
        // Turned by half a circle, inputs and outputs swapped.
        else for (int lane = 0; lane < lanes; ++lane) g[tap][lane] = toFloat(weights[(8 - tap) * plane + int64_t(out + lane) * of.in + in]);
      }
      for (int column = 0; column < 3; ++column) filterSix(g[column], g[3 + column], g[6 + column], columns + column, 3);
      for (int row = 0; row < 6; ++row) {
        filterSix(columns[row * 3], columns[row * 3 + 1], columns[row * 3 + 2], done, 1);
        for (int column = 0; column < 6; ++column) store(transformed + (row * 6 + column) * plane + int64_t(in) * of.out + out, done[column]);
      }
    }
}

template <typename T>
void convolve(const Convolution& of, const T* x, const float* transformedFilters, int64_t first, int count, const Epilogue<T>& epilogue, float* scratch, T* y) {
  const int64_t inPlane = planeFloats(of, of.in), outPlane = planeFloats(of, of.out), filterPlane = int64_t(of.in) * of.out;
  float* products = scratch + positions * inPlane;
  transformInputs(of, x, first, count, scratch);
  const auto multiply = tileProduct(of.in);
  for (int position = 0; position < positions; ++position)
    multiply(scratch + position * inPlane, of.in, 1, transformedFilters + position * filterPlane, tilesTogether(of), of.out, of.in, products + position * outPlane);
  const auto transform = epilogue.moments ? transformOutputs<true, T> : transformOutputs<false, T>;
  transform(of, products, first, count, epilogue, y);
}

template <typename T>
void addFilterGradient(const Convolution& of, const T* x, const T* gradient, int64_t first, int count, float* scratch, float* transformedGradient) {
  const int64_t inPlane = planeFloats(of, of.in), outPlane = planeFloats(of, of.out), filterPlane = int64_t(of.in) * of.out;
  float* gradients = scratch + positions * inPlane;
  transformInputs(of, x, first, count, scratch);
  transformGradients(of, gradient, first, count, gradients);
  for (int position = 0; position < positions; ++position)
    product<true, 1>(scratch + position * inPlane, 1, of.in, gradients + position * outPlane, of.in, of.out, tilesTogether(of), transformedGradient + position * filterPlane);
}

template <typename T>
void filterGradient(const Convolution& of, const float* transformedGradient, T* gradient) {
  const int64_t plane = int64_t(of.in) * of.out;
  for (int64_t at = 0; at < plane; at += lanes) {
    Floats columns[18], done[3];
    for (int column = 0; column < 6; ++column) {
      Floats u[6];
      for (int row = 0; row < 6; ++row) u[row] = load(transformedGradient + (row * 6 + column) * plane + at);
      filterThree(u[0], u[1], u[2], u[3], u[4], u[5], columns + column, 6);
    }
    for (int row = 0; row < 3; ++row) {
      const Floats* u = columns + row * 6;
      filterThree(u[0], u[1], u[2], u[3], u[4], u[5], done, 1);
      for (int column = 0; column < 3; ++column) store(gradient + (row * 3 + column) * plane + at, done[column]);
    }
  }
}

template <typename T>
constexpr WinogradCalls<T> calls{filters<T>, convolve<T>, addFilterGradient<T>, filterGradient<T>};

}  // namespace

extern const WinogradKernels SKIPLAB_NAMED(winograd);
const WinogradKernels SKIPLAB_NAMED(winograd){calls<float>, calls<bf16>};

}  // namespace skiplab
