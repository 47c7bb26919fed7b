// Memory for vectors.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

namespace skiplab {

/** Floats on a 64-byte boundary, kept until more are asked for; what they held is then lost. */
class AlignedFloats {
 public:
  float* atLeast(int64_t count) {
    if (count > count_) {
      floats_.reset(static_cast<float*>(std::aligned_alloc(64, (size_t(count) * sizeof(float) + 63) / 64 * 64)));
      if (!floats_) throw std::bad_alloc();
      count_ = count;
    }
    return floats_.get();
  }

 private:
  struct Free {
    void operator()(float* floats) const { std::free(floats); }
  };
  std::unique_ptr<float, Free> floats_;
  int64_t count_ = 0;
};

}  // namespace skiplab
