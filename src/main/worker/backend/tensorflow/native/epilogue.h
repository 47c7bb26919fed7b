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

/** Adds a bias for each channel, sums moments, adds a shortcut, applies ReLU; a part that is null or false is skipped. */
template <typename T>
struct Epilogue {
  /** [out] */
  const float* bias;
  /** Same shape as the output. */
  const T* shortcut;
  bool relu;
  /** Moments of each part of the output (a tile or a row) before the shortcut, in fp32. */
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

/** Applies the epilogue to a vector of outputs and writes them to y + at. `withMoments` is a template argument, since a test at run time would take time. */
template <bool withMoments, typename T>
inline void applyAndStore(Floats value, Floats bias, const Epilogue<T>& epilogue, MomentSums& sums, T* y, int64_t at) {
  value += bias;
  if (withMoments) sums.add(value);
  if (epilogue.shortcut) value += load(epilogue.shortcut + at);
  store(y + at, epilogue.relu ? rectified(value) : value);
}

}  // namespace

}  // namespace skiplab
