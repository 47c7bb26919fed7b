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
    const int64_t stretch = epilogue.moments ? of_.perImage() : of_.results(), each = blocksOf(stretch), size = sizeOf(stretch);
    shareOut(int(of_.results() / std::max<int64_t>(1, stretch) * each), threads_, [&](int block) {
      const Scratch scratch(gatheringScratch(of_));
      const int64_t first = block % each * size;
      Epilogue<T> its = epilogue;
      if (its.moments) its.moments += block;
      calls().convolve(of_, source, packed.get(), block / each * stretch + first, int(std::min(size, stretch - first)), its, scratch.get(), target);
    });
  }

  void filterGradient(const T* source, const T* gradient, T* weights) const {
    if (sums() == 1 && of_.depth() > depthTogether) sumBySteps(source, gradient, weights);
    else sumByResults(source, gradient, weights);
  }

 private:
  /** Where the depth gives each thread enough to do, each adds up some steps, else some results. */
  int sums() const { return of_.depth() >= 2 * threads_ * depthTogether ? 1 : int(std::min<int64_t>(threads_, blocksOf(of_.results()))); }

  /** Each sum is put down while it lies near. */
  void sumBySteps(const T* source, const T* gradient, T* weights) const {
    shareOut(stretchesOf(of_), threads_, [&](int nth) {
      const Scratch scratch(gatheringScratch(of_)), sum(int64_t(depthTogether) * of_.filters);
      const Steps steps = stretchOf(of_, nth);
      calls().addFilterGradient(of_, source, gradient, 0, of_.results(), steps, true, scratch.get(), sum.get());
      calls().filterGradient(of_, sum.get(), steps, weights);
    });
  }

  /** A sum for each thread, added up in a fixed order: the same numbers each time for a given number of threads. */
  void sumByResults(const T* source, const T* gradient, T* weights) const {
    const int64_t size = int64_t(of_.depth()) * of_.filters;
    const int count = sums();
    const Scratch sum(size * count);
    shareOut(count, threads_, [&](int part) { add(source, gradient, of_.results() * part / count, of_.results() * (part + 1) / count, sum.get() + size * part); });
    shareOut(stretchesOf(of_), threads_, [&](int nth) {
      const Steps steps = stretchOf(of_, nth);
      float* to = sum.get() + int64_t(steps.first) * of_.filters;
      for (int part = 1; part < count; ++part)
        for (int64_t at = 0; at < int64_t(steps.count) * of_.filters; ++at) to[at] += to[size * part + at];
      calls().filterGradient(of_, to, steps, weights);
    });
  }

  /** All steps for a few results, which stay near. */
  void add(const T* source, const T* gradient, int64_t begin, int64_t end, float* sum) const {
    const Scratch scratch(gatheringScratch(of_));
    constexpr int64_t most = 4 * resultsTogether;
    const int64_t parts = std::max<int64_t>(1, (end - begin + most - 1) / most), few = std::max<int64_t>(1, (end - begin + parts - 1) / parts);
    for (int64_t first = begin; first < end; first += few)
      for (int nth = 0; nth < stretchesOf(of_); ++nth) {
        const Steps steps = stretchOf(of_, nth);
        calls().addFilterGradient(of_, source, gradient, first, std::min(end, first + few), steps, first == begin, scratch.get(), sum + int64_t(steps.first) * of_.filters);
      }
  }

  static const GatheringCalls<T>& calls() { return ofType<T>(kernels().gathering); }
  /**
   * Results of a block, at most resultsTogether: about as many blocks for each thread, of as many rows as fill the registers. Of few
   * results a block for each thread.
   */
  int64_t sizeOf(int64_t results) const {
    const int64_t least = (results + resultsTogether - 1) / resultsTogether, turns = (least + threads_ - 1) / threads_;
    const int64_t blocks = std::max<int64_t>(1, std::min(turns * threads_, results / 12));
    return std::min<int64_t>(resultsTogether, ((results + blocks - 1) / blocks + 3) / 4 * 4);
  }
  int64_t blocksOf(int64_t results) const { return results > 0 ? (results + sizeOf(results) - 1) / sizeOf(results) : 1; }
  int parts() const { return of_.depth() > 0 ? of_.filters / partFilters(of_) : 0; }

  Gathering of_;
  int threads_;
};

}  // namespace skiplab
