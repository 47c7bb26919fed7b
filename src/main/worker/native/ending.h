// What happens to a convolution's outputs before they are written.
#pragma once
#include <cstdint>

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
    const Doubles exact = __builtin_convertvector(values, Doubles);
    sums_ += exact;
    squares_ += exact * exact;
  }

  Moments total() const {
    Moments result{0, 0};
    for (int lane = 0; lane < lanes; ++lane) {
      result.sum += sums_[lane];
      result.squares += squares_[lane];
    }
    return result;
  }

 private:
  typedef double Doubles __attribute__((vector_size(lanes * 8)));
  Doubles sums_{}, squares_{};
};

/** Ends sixteen outputs and writes them to y + at. Not to look at them is known beforehand: the question would take time, too. */
template <bool observed, typename T>
inline void endAndStore(Floats value, Floats bias, const Ending<T>& ending, MomentSums& sums, T* y, int64_t at) {
  value += bias;
  if (observed) sums.add(value);
  if (ending.shortcut) value += load(ending.shortcut + at);
  store(y + at, ending.relu ? rectified(value) : value);
}

}  // namespace

}  // namespace skiplab
