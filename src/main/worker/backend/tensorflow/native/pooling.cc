// The arithmetic of pooling.h, compiled once for each set of instructions, like normalization.cc.
#include "pooling.h"

#include <algorithm>

#include "instructions.h"

namespace skiplab {
namespace {

/** The window of an output, as far as it lies in the image. */
struct Window {
  int top, bottom, left, right;
};

inline Window windowOf(const Pooling& of, int row, int column) {
  const int top = row * of.stride - of.padding, left = column * of.stride - of.padding;
  return {std::max(0, top), std::min(of.height, top + of.kernel), std::max(0, left), std::min(of.width, left + of.kernel)};
}

/** Where a number is larger than the largest so far; a NaN is, so that it passes. */
inline Ints isLarger(Floats value, Floats largest) { return (value > largest) | (value != value); }

inline Floats choose(Ints where, Floats yes, Floats no) { return (Floats)((where & (Ints)yes) | (~where & (Ints)no)); }

/** Below every number of fp32 but minus infinity. */
constexpr float lowest = -3.4028235e38f;

template <typename T>
void pool(const Pooling& of, const T* x, int64_t row, T* y) {
  const int64_t image = row / of.outHeight(), line = int64_t(of.width) * of.channels;
  const T* from = x + image * of.height * line;
  T* to = y + row * of.outWidth() * of.channels;
  for (int column = 0; column < of.outWidth(); ++column, to += of.channels) {
    const Window window = windowOf(of, int(row % of.outHeight()), column);
    for (int channel = 0; channel < of.channels; channel += lanes) {
      Floats largest = lowest - Floats{};
      for (int down = window.top; down < window.bottom; ++down)
        for (int across = window.left; across < window.right; ++across) {
          const Floats value = load(from + down * line + across * of.channels + channel);
          largest = choose(isLarger(value, largest), value, largest);
        }
      store(to + channel, largest);
    }
  }
}

/** For each output, the number of its window's first largest value, counted over the window's rows. */
template <typename T>
inline Ints placeOfLargest(const Pooling& of, const Window& window, const T* from, int64_t line) {
  Floats largest = lowest - Floats{};
  Ints place{}, at{};
  for (int down = window.top; down < window.bottom; ++down)
    for (int across = window.left; across < window.right; ++across, at += 1) {
      const Floats value = load(from + down * line + across * of.channels);
      const Ints larger = isLarger(value, largest);
      largest = choose(larger, value, largest);
      place = (larger & at) | (~larger & place);
    }
  return place;
}

template <typename T>
void gradient(const Pooling& of, const T* x, const T* gradient, int64_t image, T* dx) {
  const int64_t line = int64_t(of.width) * of.channels, first = image * of.height * line;
  std::fill(dx + first, dx + first + of.height * line, T{});
  const T* gradients = gradient + image * of.outHeight() * of.outWidth() * of.channels;
  for (int row = 0; row < of.outHeight(); ++row)
    for (int column = 0; column < of.outWidth(); ++column, gradients += of.channels) {
      const Window window = windowOf(of, row, column);
      for (int channel = 0; channel < of.channels; channel += lanes) {
        const Ints place = placeOfLargest(of, window, x + first + channel, line);
        const Floats passed = load(gradients + channel);
        Ints at{};
        for (int down = window.top; down < window.bottom; ++down)
          for (int across = window.left; across < window.right; ++across, at += 1) {
            T* to = dx + first + down * line + across * of.channels + channel;
            store(to, load(to) + (Floats)((place == at) & (Ints)passed));
          }
      }
    }
}

template <typename T>
constexpr PoolingCalls<T> calls{pool<T>, gradient<T>};

}  // namespace

extern const PoolingKernels SKIPLAB_NAMED(pooling);
const PoolingKernels SKIPLAB_NAMED(pooling){calls<float>, calls<bf16>};

}  // namespace skiplab
