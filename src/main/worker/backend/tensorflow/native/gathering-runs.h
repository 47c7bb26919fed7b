// Shares convolutions as products of matrices out to threads. The calls of gathered-convolution.h do the arithmetic.
#pragma once
#include <algorithm>

#include "kernels.h"
#include "scratch.h"
#include "share-out.h"

namespace skiplab {

template <typename T>
class GatheringRuns {
 public:
  GatheringRuns(const Gathering& of, int threads) : of_(of), threads_(threads) {}

  /** Blocks of results; those of one image only, so that each has its part of the moments. */
  int64_t blocksOfImages() const { return of_.images * blocksOf(of_.perImage()); }

  /** @param epilogue its moments, if any: one for each of blocksOfImages() */
  void convolve(const T* source, const T* weights, const Epilogue<T>& epilogue, T* target) const {
    const Scratch packed(std::max<int64_t>(1, calls().packedFloats(of_)));
    shareOut(parts(), threads_, [&](int part) { calls().filters(of_, weights, part, packed.get()); });
    // Blocks of one image only where they must be: small images would fill the registers badly.
    const int64_t stretch = epilogue.moments ? of_.perImage() : of_.results(), each = blocksOf(stretch), size = (stretch + each - 1) / each;
    shareOut(int(of_.results() / std::max<int64_t>(1, stretch) * each), threads_, [&](int block) {
      const Scratch scratch(gatheringScratch(of_));
      const int64_t first = block % each * size;
      Epilogue<T> its = epilogue;
      if (its.moments) its.moments += block;
      calls().convolve(of_, source, packed.get(), block / each * stretch + first, int(std::min(size, stretch - first)), its, scratch.get(), target);
    });
  }

  void filterGradient(const T* source, const T* gradient, T* weights) const {
    const Scratch sum(int64_t(of_.depth()) * of_.filters * sums());
    if (sums() == 1 && of_.depth() > depthTogether) sumBySteps(source, gradient, sum.get());
    else sumByResults(source, gradient, sum.get());
    shareOut(parts(), threads_, [&](int part) { calls().filterGradient(of_, sum.get(), part, weights); });
  }

 private:
  /** Where the depth gives each thread enough to do, they share one sum, each adding up its steps. */
  int sums() const { return of_.depth() >= 2 * threads_ * depthTogether ? 1 : int(std::min<int64_t>(threads_, blocksOf(of_.results()))); }

  void sumBySteps(const T* source, const T* gradient, float* sum) const {
    shareOut((of_.depth() + depthTogether - 1) / depthTogether, threads_, [&](int nth) {
      const int first = nth * depthTogether;
      add(source, gradient, 0, of_.results(), {first, std::min(depthTogether, of_.depth() - first)}, sum);
    });
  }

  /** A sum for each thread, added up in a fixed order: the same numbers each time for a given number of threads. */
  void sumByResults(const T* source, const T* gradient, float* sum) const {
    const int64_t size = int64_t(of_.depth()) * of_.filters;
    const int count = sums();
    shareOut(count, threads_, [&](int part) { add(source, gradient, of_.results() * part / count, of_.results() * (part + 1) / count, {0, of_.depth()}, sum + size * part); });
    constexpr int64_t stretch = 4096;
    shareOut(count > 1 ? int((size + stretch - 1) / stretch) : 0, threads_, [&](int nth) {
      for (int part = 1; part < count; ++part)
        for (int64_t at = nth * stretch; at < std::min(size, (nth + 1) * stretch); ++at) sum[at] += sum[size * part + at];
    });
  }

  void add(const T* source, const T* gradient, int64_t begin, int64_t end, Steps steps, float* sum) const {
    const Scratch scratch(gatheringScratch(of_));
    for (int64_t first = begin; first < end; first += resultsTogether)
      calls().addFilterGradient(of_, source, gradient, first, int(std::min<int64_t>(resultsTogether, end - first)), steps, first == begin, scratch.get(), sum);
  }

  static const GatheringCalls<T>& calls() { return ofType<T>(kernels().gathering); }
  /** Of at most resultsTogether; of few results a block for each thread. */
  int64_t blocksOf(int64_t results) const {
    const int64_t least = (results + resultsTogether - 1) / resultsTogether;
    return std::max<int64_t>(1, std::max(least, std::min<int64_t>(threads_, results / 12)));
  }
  int parts() const { return of_.depth() > 0 ? of_.filters / 16 : 0; }

  Gathering of_;
  int threads_;
};

}  // namespace skiplab
