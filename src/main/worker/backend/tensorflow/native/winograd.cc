// The arithmetic of winograd.h, compiled once for each set of instructions, like normalization.cc.
#include "winograd.h"

#include <algorithm>

#include "instructions.h"
#include "matrix-product.h"
#include "vectors.h"
#include "winograd-transforms.h"

namespace skiplab {
namespace {

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

/** Channels of a block of inputs: the products know how far their rows lie from each other. */
inline int blockOf(int channels) { return channels % 64 == 0 ? 64 : channels % 32 == 0 ? 32 : 16; }

/** Where a plane of inputs, [block][room][channels of a block], holds a tile's channel. */
inline int64_t inBlocks(const Run& run, int block, int tile, int channel) {
  return int64_t(channel / block) * run.room * block + int64_t(tile) * block + channel % block;
}

/** Where a plane of panels holds a row's column. */
inline int64_t placeInPanels(int64_t rows, int columns, int64_t row, int column) { return inPanels(column, rows) + row * rowStepOf(column, columns); }

/** A 6x6 part of an image whose border or inside is read: values beyond the border are zero. */
template <bool inside, typename T>
inline void transformInput(const Convolution& of, const Place& place, const T* corner, float* out, int64_t plane) {
  const int64_t line = int64_t(of.width) * of.in;
  Floats columns[36];
  for (int column = 0; column < 6; ++column) {
    const bool columnThere = inside || (place.column + column > 0 && place.column + column <= of.width);
    Floats d[6];
#pragma GCC unroll 6
    for (int row = 0; row < 6; ++row) {
      const bool there = inside || (columnThere && place.row + row > 0 && place.row + row <= of.height);
      d[row] = there ? load(corner + row * line + column * of.in) : Floats{};
    }
    inputSix(d[0], d[1], d[2], d[3], d[4], d[5], columns + column, 6);
  }
  for (int row = 0; row < 6; ++row) {
    const Floats* d = columns + row * 6;
    Floats done[6];
    inputSix(d[0], d[1], d[2], d[3], d[4], d[5], done, 1);
#pragma GCC unroll 6
    for (int column = 0; column < 6; ++column) store(out + (row * 6 + column) * plane, done[column]);
  }
}

template <typename T>
void inputs(const Convolution& of, const T* x, const Run& run, Tiles tiles, float* to) {
  const int64_t plane = planeFloats(run, of.in);
  const int block = blockOf(of.in);
  for (int tile = tiles.first; tile < tiles.end; ++tile) {
    const Place place = placeOf(of, run.first + tile);
    const T* corner = x + ((place.image * of.height + place.row - 1) * of.width + place.column - 1) * of.in;
    const bool inside = place.row > 0 && place.column > 0 && place.row + 5 <= of.height && place.column + 5 <= of.width;
    for (int channel = 0; channel < of.in; channel += lanes) {
      float* out = to + inBlocks(run, block, tile, channel);
      if (inside) transformInput<true>(of, place, corner + channel, out, plane);
      else transformInput<false>(of, place, corner + channel, out, plane);
    }
  }
}

/** A tile's outputs of one vector of channels. */
template <bool withMoments, typename T>
inline void transformOutput(const Convolution& of, const Place& place, const float* products, int64_t plane, int channel, const Epilogue<T>& epilogue, MomentSums& moments, T* y) {
  const int rows = std::min(4, of.height - place.row), columns = std::min(4, of.width - place.column);
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
    const int64_t line = ((place.image * of.height + place.row + row) * of.width + place.column) * of.out + channel;
    for (int column = 0; column < columns; ++column) applyAndStore<withMoments>(done[column], bias, epilogue, moments, y, line + int64_t(column) * of.out);
  }
}

template <bool withMoments, typename T>
void transformOutputs(const Convolution& of, const float* products, const Run& run, Tiles tiles, const Epilogue<T>& epilogue, T* y) {
  const int64_t plane = planeFloats(run, of.out);
  for (int tile = tiles.first; tile < tiles.end; ++tile) {
    const Place place = placeOf(of, run.first + tile);
    MomentSums moments;
    for (int channel = 0; channel < of.out; channel += lanes)
      transformOutput<withMoments>(of, place, products + placeInPanels(run.room, of.out, tile, channel), plane, channel, epilogue, moments, y);
    if (withMoments) epilogue.moments[tile] = moments.total();
  }
}

template <typename T>
void outputs(const Convolution& of, const float* products, const Run& run, Tiles tiles, const Epilogue<T>& epilogue, T* y) {
  const auto transform = epilogue.moments ? transformOutputs<true, T> : transformOutputs<false, T>;
  transform(of, products, run, tiles, epilogue, y);
}

template <bool whole, typename T>
inline void transformGradient(const Convolution& of, const Place& place, const T* corner, float* out, int64_t plane) {
  Floats columns[24];
  for (int column = 0; column < 4; ++column) {
    Floats d[4];
#pragma GCC unroll 4
    for (int row = 0; row < 4; ++row) {
      const bool there = whole || (place.row + row < of.height && place.column + column < of.width);
      d[row] = there ? load(corner + (int64_t(row) * of.width + column) * of.out) : Floats{};
    }
    gradientSix(d[0], d[1], d[2], d[3], columns + column, 4);
  }
  for (int row = 0; row < 6; ++row) {
    const Floats* d = columns + row * 4;
    Floats done[6];
    gradientSix(d[0], d[1], d[2], d[3], done, 1);
#pragma GCC unroll 6
    for (int column = 0; column < 6; ++column) store(out + (row * 6 + column) * plane, done[column]);
  }
}

template <typename T>
void gradients(const Convolution& of, const T* gradient, const Run& run, Tiles tiles, float* to) {
  const int64_t plane = planeFloats(run, of.out);
  for (int tile = tiles.first; tile < tiles.end; ++tile) {
    const Place place = placeOf(of, run.first + tile);
    const T* corner = gradient + ((place.image * of.height + place.row) * of.width + place.column) * of.out;
    const bool whole = place.row + 4 <= of.height && place.column + 4 <= of.width;
    for (int channel = 0; channel < of.out; channel += lanes) {
      float* out = to + placeInPanels(run.room, of.out, tile, channel);
      if (whole) transformGradient<true>(of, place, corner + channel, out, plane);
      else transformGradient<false>(of, place, corner + channel, out, plane);
    }
  }
}

void multiply(const Convolution& of, const Run& run, const float* inputs, const float* filters, float* products) {
  const int block = blockOf(of.in);
  const auto product = block == 64 ? multiplyRows<64, float> : block == 32 ? multiplyRows<32, float> : multiplyRows<16, float>;
  for (int step = 0; step < of.in; step += depthTogether)
    product(inputs + int64_t(step) * run.room, run.count, run.room, filters, of.in, {step, std::min(depthTogether, of.in - step)}, of.out, products);
}

void multiplyGradients(const Convolution& of, const Run& run, bool first, const float* inputs, const float* gradients, float* sum) {
  const int block = blockOf(of.in);
  const auto product = block == 64 ? multiplyTransposed<64, float> : block == 32 ? multiplyTransposed<32, float> : multiplyTransposed<16, float>;
  product(inputs, {0, of.in}, run.room, gradients, of.out, run.count, !first, sum, of.in);
}

/** The nine weights of `lanes` outputs for each of `lanes` inputs, transposed by half a circle with inputs and outputs swapped. */
template <typename T>
void turn(const Convolution& of, const T* weights, int in, int out, float (*to)[lanes][lanes]) {
  const int64_t plane = int64_t(of.in) * of.out;
  for (int tap = 0; tap < 9; ++tap)
    for (int lane = 0; lane < lanes; ++lane) {
      const T* from = weights + (8 - tap) * plane + int64_t(out + lane) * of.in + in;
      for (int at = 0; at < lanes; ++at) to[tap][at][lane] = toFloat(from[at]);
    }
}

inline void transformFilter(const Floats* g, float* out, int64_t plane) {
  Floats columns[18], done[6];
  for (int column = 0; column < 3; ++column) filterSix(g[column], g[3 + column], g[6 + column], columns + column, 3);
  for (int row = 0; row < 6; ++row) {
    filterSix(columns[row * 3], columns[row * 3 + 1], columns[row * 3 + 2], done, 1);
    for (int column = 0; column < 6; ++column) store(out + (row * 6 + column) * plane, done[column]);
  }
}

template <typename T>
void filters(const Convolution& of, const T* weights, bool transposed, int part, float* transformed) {
  const int64_t plane = int64_t(of.in) * of.out, transformedPlane = filterPlaneFloats(of);
  for (int first = part * channelStep; first < (part + 1) * channelStep; first += lanes)
    for (int out = 0; out < of.out; out += lanes) {
      float block[9][lanes][lanes];
      if (transposed) turn(of, weights, first, out, block);
      for (int at = 0; at < lanes; ++at) {
        Floats g[9];
        for (int tap = 0; tap < 9; ++tap) g[tap] = transposed ? load(block[tap][at]) : load(weights + tap * plane + int64_t(first + at) * of.out + out);
        transformFilter(g, transformed + placeInPanels(of.in, of.out, first + at, out), transformedPlane);
      }
    }
}

template <typename T>
void filterGradient(const Convolution& of, const float* transformedGradient, int part, T* gradient) {
  const int64_t plane = int64_t(of.in) * of.out, transformedPlane = filterPlaneFloats(of);
  for (int in = part * channelStep; in < (part + 1) * channelStep; ++in)
    for (int out = 0; out < of.out; out += lanes) {
      const float* from = transformedGradient + placeInPanels(of.in, of.out, in, out);
      Floats columns[18], done[3];
      for (int column = 0; column < 6; ++column) {
        Floats u[6];
        for (int row = 0; row < 6; ++row) u[row] = load(from + (row * 6 + column) * transformedPlane);
        filterThree(u[0], u[1], u[2], u[3], u[4], u[5], columns + column, 6);
      }
      for (int row = 0; row < 3; ++row) {
        const Floats* u = columns + row * 6;
        filterThree(u[0], u[1], u[2], u[3], u[4], u[5], done, 1);
        for (int column = 0; column < 3; ++column) store(gradient + (row * 3 + column) * plane + int64_t(in) * of.out + out, done[column]);
      }
    }
}

template <typename T>
constexpr WinogradCalls<T> calls{filters<T>, inputs<T>, gradients<T>, outputs<T>, filterGradient<T>};

}  // namespace

extern const WinogradKernels SKIPLAB_NAMED(winograd);
const WinogradKernels SKIPLAB_NAMED(winograd){calls<float>, calls<bf16>, multiply, multiplyGradients};

}  // namespace skiplab
