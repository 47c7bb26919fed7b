// The kernels for one set of instructions: compiled once for each, under the name that SKIPLAB_INSTRUCTIONS gives.
#include "normalization.h"

#include <type_traits>

#include "instructions.h"
#include "vectors.h"

namespace skiplab {
namespace {

/** Values that the inner loops take at once: four vectors, so that sums of neighbours do not wait for each other. */
constexpr int vectors = 4;
constexpr int width = vectors * lanes;

/**
 * Covers a block with runs of `width` channels (narrow layers: several pixels side by side) and single values for the rest.
 * rows(offset, channel, count, stride): `count` runs, `stride` values apart; one(offset, channel): a single value.
 */
template <typename Rows, typename One>
inline void cover(Block block, Rows rows, One one) {
  const int channels = block.channels;
  const int64_t total = block.pixels * channels;
  if (width % channels == 0) {
    const int64_t count = total / width;
    if (count > 0) rows(int64_t(0), 0, count, int64_t(width));
    for (int64_t at = count * width; at < total; ++at) one(at, int(at % channels));
    return;
  }
  const int wide = channels / width * width;
  for (int channel = 0; channel < wide; channel += width) rows(int64_t(channel), channel, block.pixels, int64_t(channels));
  if (wide == channels) return;
  for (int64_t pixel = 0; pixel < block.pixels; ++pixel)
    for (int channel = wide; channel < channels; ++channel) one(pixel * channels + channel, channel);
}

/** A value for each channel, repeated for narrow layers so that any run of `width` can be loaded. */
class PerChannel {
 public:
  PerChannel(const float* values, int channels) : values_(values) {
    if (width % channels != 0) return;
    for (int at = 0; at < width; ++at) repeated_[at] = values[at % channels];
    values_ = repeated_;
  }
  PerChannel(const PerChannel&) = delete;
  Floats operator()(int channel, int vector) const { return load(values_ + channel + vector * lanes); }
  float operator[](int channel) const { return values_[channel]; }

 private:
  const float* values_;
  float repeated_[width];
};

/** Adds up lanes that belong to one channel. */
inline void fold(const Floats* sums, int channel, int channels, float* to) {
  for (int at = 0; at < width; ++at) to[(channel + at) % channels] += sums[at / lanes][at % lanes];
}

template <typename T>
void moments(Block block, const T* x, float* mean, float* squares) {
  const int channels = block.channels;
  for (int channel = 0; channel < channels; ++channel) mean[channel] = squares[channel] = 0;
  cover(
      block,
      [&](int64_t offset, int channel, int64_t count, int64_t stride) {
        Floats sums[vectors] = {};
        const T* from = x + offset;
        for (int64_t row = 0; row < count; ++row, from += stride)
#pragma GCC unroll 4
          for (int vector = 0; vector < vectors; ++vector) sums[vector] += load(from + vector * lanes);
        fold(sums, channel, channels, mean);
      },
      [&](int64_t at, int channel) { mean[channel] += toFloat(x[at]); });
  for (int channel = 0; channel < channels; ++channel) mean[channel] /= float(block.pixels);
  const PerChannel centre(mean, channels);
  cover(
      block,
      [&](int64_t offset, int channel, int64_t count, int64_t stride) {
        Floats sums[vectors] = {}, centres[vectors];
        for (int vector = 0; vector < vectors; ++vector) centres[vector] = centre(channel, vector);
        const T* from = x + offset;
        for (int64_t row = 0; row < count; ++row, from += stride)
#pragma GCC unroll 4
          for (int vector = 0; vector < vectors; ++vector) {
            const Floats deviation = load(from + vector * lanes) - centres[vector];
            sums[vector] += deviation * deviation;
          }
        fold(sums, channel, channels, squares);
      },
      [&](int64_t at, int channel) {
        const float deviation = toFloat(x[at]) - centre[channel];
        squares[channel] += deviation * deviation;
      });
}

template <typename T, bool rectify, bool withShortcut>
void forwardOf(Block block, const Affine& affine, const T* x, const T* shortcut, T* y) {
  const PerChannel factor(affine.factor, block.channels), shift(affine.shift, block.channels);
  cover(
      block,
      [&](int64_t offset, int channel, int64_t count, int64_t stride) {
        Floats factors[vectors], shifts[vectors];
        for (int vector = 0; vector < vectors; ++vector) factors[vector] = factor(channel, vector), shifts[vector] = shift(channel, vector);
        for (int64_t row = 0; row < count; ++row, offset += stride)
#pragma GCC unroll 4
          for (int vector = 0; vector < vectors; ++vector) {
            const int64_t at = offset + vector * lanes;
            Floats value = load(x + at) * factors[vector] + shifts[vector];
            if (withShortcut) value += load(shortcut + at);
            store(y + at, rectify ? rectified(value) : value);
          }
      },
      [&](int64_t at, int channel) {
        float value = toFloat(x[at]) * factor[channel] + shift[channel];
        if (withShortcut) value += toFloat(shortcut[at]);
        put(y + at, rectify ? rectified(value) : value);
      });
}

template <typename T>
void forward(Block block, const Affine& affine, const T* x, const T* shortcut, T* y) {
  if (affine.rectify) {
    if (shortcut) return forwardOf<T, true, true>(block, affine, x, shortcut, y);
    return forwardOf<T, true, false>(block, affine, x, shortcut, y);
  }
  if (shortcut) return forwardOf<T, false, true>(block, affine, x, shortcut, y);
  return forwardOf<T, false, false>(block, affine, x, shortcut, y);
}

/** Where the rectifier's state is read from. */
enum class Guard { none, affine, output };

/** Calls `use` with the two choices that decide what the inner loop does, as constants. */
template <typename T, typename Use>
inline void choose(const Affine& affine, const Arrays<T>& arrays, Use use) {
  using std::integral_constant;
  const auto withOther = [&](auto guard) {
    if (arrays.otherGradient) use(guard, integral_constant<bool, true>{});
    else use(guard, integral_constant<bool, false>{});
  };
  if (!affine.rectify) withOther(integral_constant<Guard, Guard::none>{});
  else if (arrays.y) withOther(integral_constant<Guard, Guard::output>{});
  else withOther(integral_constant<Guard, Guard::affine>{});
}

/** The gradient that passes the rectifier; V is a vector or a single value, loaded by `at`. */
template <Guard guard, bool other, typename T, typename V, typename Load>
inline V passing(const Arrays<T>& arrays, int64_t at, V x, V factor, V shift, Load get) {
  V gradient = get(arrays.gradient + at);
  if (other) gradient += get(arrays.otherGradient + at);
  if (guard == Guard::output) return whereOver0(get(arrays.y + at), gradient);
  if (guard == Guard::affine) return whereOver0(x * factor + shift, gradient);
  return gradient;
}

template <typename T>
void gradientSums(Block block, const Affine& affine, const Arrays<T>& arrays, const float* mean, T* passed, float* sum, float* productSum) {
  const int channels = block.channels;
  for (int channel = 0; channel < channels; ++channel) sum[channel] = productSum[channel] = 0;
  const PerChannel factor(affine.factor, channels), shift(affine.shift, channels), centre(mean, channels);
  const auto vectorAt = [](const T* from) { return load(from); };
  const auto valueAt = [](const T* from) { return toFloat(*from); };
  choose(affine, arrays, [&](auto guard, auto other) {
    cover(
        block,
        [&](int64_t offset, int channel, int64_t count, int64_t stride) {
          Floats sums[vectors] = {}, products[vectors] = {}, factors[vectors], shifts[vectors], centres[vectors];
          for (int vector = 0; vector < vectors; ++vector) {
            factors[vector] = factor(channel, vector);
            shifts[vector] = shift(channel, vector);
            centres[vector] = centre(channel, vector);
          }
          for (int64_t row = 0; row < count; ++row, offset += stride)
#pragma GCC unroll 4
            for (int vector = 0; vector < vectors; ++vector) {
              const int64_t at = offset + vector * lanes;
              const Floats x = load(arrays.x + at);
              const Floats gradient = passing<guard(), other()>(arrays, at, x, factors[vector], shifts[vector], vectorAt);
              sums[vector] += gradient;
              products[vector] += gradient * (x - centres[vector]);
              if (passed) store(passed + at, gradient);
            }
          fold(sums, channel, channels, sum);
          fold(products, channel, channels, productSum);
        },
        [&](int64_t at, int channel) {
          const float x = toFloat(arrays.x[at]);
          const float gradient = passing<guard(), other()>(arrays, at, x, factor[channel], shift[channel], valueAt);
          sum[channel] += gradient;
          productSum[channel] += gradient * (x - centre[channel]);
          if (passed) put(passed + at, gradient);
        });
  });
}

template <typename T>
void gradient(Block block, const Affine& affine, const Arrays<T>& arrays, const float* slope, const float* constant, T* dx) {
  const int channels = block.channels;
  const PerChannel factor(affine.factor, channels), shift(affine.shift, channels), slopes(slope, channels), constants(constant, channels);
  const auto vectorAt = [](const T* from) { return load(from); };
  const auto valueAt = [](const T* from) { return toFloat(*from); };
  choose(affine, arrays, [&](auto guard, auto other) {
    cover(
        block,
        [&](int64_t offset, int channel, int64_t count, int64_t stride) {
          for (int64_t row = 0; row < count; ++row, offset += stride)
#pragma GCC unroll 4
            for (int vector = 0; vector < vectors; ++vector) {
              const int64_t at = offset + vector * lanes;
              const Floats x = load(arrays.x + at), scale = factor(channel, vector);
              const Floats gradient = passing<guard(), other()>(arrays, at, x, scale, shift(channel, vector), vectorAt);
              store(dx + at, gradient * scale + (x * slopes(channel, vector) + constants(channel, vector)));
            }
        },
        [&](int64_t at, int channel) {
          const float x = toFloat(arrays.x[at]);
          const float gradient = passing<guard(), other()>(arrays, at, x, factor[channel], shift[channel], valueAt);
          put(dx + at, gradient * factor[channel] + (x * slopes[channel] + constants[channel]));
        });
  });
}

template <typename T>
constexpr NormalizationCalls<T> calls{moments<T>, forward<T>, gradientSums<T>, gradient<T>};

}  // namespace

extern const NormalizationKernels SKIPLAB_NAMED(normalization);
const NormalizationKernels SKIPLAB_NAMED(normalization){calls<float>, calls<bf16>};

}  // namespace skiplab
