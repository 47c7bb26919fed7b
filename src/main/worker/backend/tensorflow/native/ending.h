// What happens to a convolution's outputs before they are written.
#pragma once
#include <cstdint>
#include <cstring>

#include "vectors.h"

namespace skiplab {

/** Sums over values and over their squares. */
struct Moments {
  double sum, squares;
};

/** Each part where it is there: plus a bias a channel, looked at, plus a shortcut, rectified. */
template <typename T>
struct Ending {
  /** [out] */
  const float* bias;
  /** Of the output's shape. */
  const T* shortcut;
  bool relu;
  /** Of each part of the output (a tile or a row), in fp32 as it is before the shortcut. */
  Moments* moments;
};

// A copy for each set of instructions: what is shared could be taken from the one that this processor does not have.
namespace {

/** Sums over vectors of values, lane by lane. */
class MomentSums {
 public:
  void add(Floats values) {
    Half halves[2];
    std::memcpy(halves, &values, sizeof halves);
    for (int half = 0; half < 2; ++half) {
      const Doubles exact = __builtin_convertvector(halves[half], Doubles);
      sums_[half] += exact;
      squares_[half] += exact * exact;
    }
  }

  Moments total() const {
    Moments result{0, 0};
    for (int half = 0; half < 2; ++half)
      for (int lane = 0; lane < lanes / 2; ++lane) {
        result.sum += sums_[half][lane];
        result.squares += squares_[half][lane];
      }
    return result;
  }

 private:
  /** A register holds half as many doubles as floats. */
  typedef float Half __attribute__((vector_size(SKIPLAB_LANES * 2)));
  typedef double Doubles __attribute__((vector_size(SKIPLAB_LANES * 4)));
  Doubles sums_[2]{}, squares_[2]{};
};

/** Ends a vector of outputs and writes them to y + at. Not to look at them is known beforehand: the question would take time, too. */
template <bool observed, typename T>
inline void endAndStore(Floats value, Floats bias, const Ending<T>& ending, MomentSums& sums, T* y, int64_t at) {
  value += bias;
  if (observed) sums.add(value);
  if (ending.shortcut) value += load(ending.shortcut + at);
  store(y + at, ending.relu ? rectified(value) : value);
}

}  // namespace

}  // namespace skiplab
