// Shares a batch out to threads.
#pragma once
#include "op-support.h"
#include "share-out.h"

namespace skiplab {

/** Calls `use` with the number of each image, on all threads, a run of neighbours on each. */
template <typename Use>
void shareImages(int64_t images, Use use) {
  const int parts = int(std::max<int64_t>(1, std::min<int64_t>(threads(), images)));
  shareOut(parts, parts, [&](int part) {
    for (int64_t image = images * part / parts; image < images * (part + 1) / parts; ++image) use(image);
  });
}

}  // namespace skiplab
