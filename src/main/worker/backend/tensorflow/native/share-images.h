// Shares a batch out to threads.
#pragma once
#include "op-support.h"
#include "share-out.h"

namespace skiplab {

/** Calls `use` with the number of each image, on the threads that are one branch's part of all, a run of neighbours on each. */
template <typename Use>
void shareImages(int64_t images, int branches, Use use) {
  const int parts = int(std::max<int64_t>(1, std::min<int64_t>(threads() / branches, images)));
  shareOut(parts, parts, [&](int part) {
    for (int64_t image = images * part / parts; image < images * (part + 1) / parts; ++image) use(image);
  });
}

}  // namespace skiplab
