// Parts of a product's depth.
#pragma once

namespace skiplab {

/** Steps of the depth, or rows, from `first` on. */
struct Steps {
  int first, count;
};

/** Steps after which a result is put down and the next part of a panel begins, which is to fit the first-level cache. */
inline constexpr int depthTogether = 256;

}  // namespace skiplab
