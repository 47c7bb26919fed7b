// Shares 3x3 convolutions by Winograd's algorithm out to threads. The calls of winograd.h do the arithmetic.
//
// Narrow layers: each thread takes runs of tiles, whose transforms stay near it, and all read the same filters. Wide ones, whose filters
// fill the caches by themselves: all threads work on one run, each on other positions, so that every number of the filters is read once.
#pragma once
#include <functional>

#include "kernels.h"
#include "scratch.h"
#include "share-out.h"

namespace skiplab {

template <typename T>
class WinogradRuns {
 public:
  WinogradRuns(const Convolution& of, int threads) : of_(of), threads_(threads), isWide_(int64_t(of.in) * of.out > 128 * 128) {
    const int usual = isWide_ ? 128 : of.in > 64 || of.out > 64 ? 96 : 48;
    room_ = int(std::min<int64_t>(usual, of.tiles()));
    runs_ = int((of.tiles() + room_ - 1) / room_);
  }

  void convolve(const T* x, const T* weights, bool transposed, const Epilogue<T>& epilogue, T* y) const {
    const Scratch filters(positions * filterPlaneFloats(of_));
    shareOut(parts(), threads_, [&](int part) { calls().filters(of_, weights, transposed, part, filters.get()); });
    eachRun([&](const Run& run, int threads) {
      const Scratch in(positions * planeFloats(run, of_.in)), out(positions * planeFloats(run, of_.out));
      eachTile(run, threads, [&](Tiles tiles) { calls().inputs(of_, x, run, tiles, in.get()); });
      shareOut(positions, threads, [&](int at) {
        kernels().winograd.multiply(of_, run, in.get() + at * planeFloats(run, of_.in), filters.get() + at * filterPlaneFloats(of_), out.get() + at * planeFloats(run, of_.out));
      });
      Epilogue<T> runs = epilogue;
      if (runs.moments) runs.moments += run.first;
      eachTile(run, threads, [&](Tiles tiles) { calls().outputs(of_, out.get(), run, tiles, runs, y); });
    });
  }

  /** A sum for each thread, added up in a fixed order: the same numbers each time for a given number of threads. Wide layers have one sum. */
  void filterGradient(const T* x, const T* gradient, T* weights) const {
    const int64_t plane = filterPlaneFloats(of_), size = positions * plane;
    const int sums = isWide_ ? 1 : std::min(threads_, runs_);
    const Scratch sum(size * sums);
    shareOut(sums, threads_, [&](int part) {
      for (int run = int(int64_t(runs_) * part / sums), first = run; run < int64_t(runs_) * (part + 1) / sums; ++run)
        addFilterGradient(x, gradient, runAt(run), run == first, isWide_ ? threads_ : 1, sum.get() + size * part);
    });
    shareOut(positions, threads_, [&](int position) {
      float* to = sum.get() + position * plane;
      for (int part = 1; part < sums; ++part)
        for (int64_t at = 0; at < plane; ++at) to[at] += to[size * part + at];
    });
    shareOut(parts(), threads_, [&](int part) { calls().filterGradient(of_, sum.get(), part, weights); });
  }

 private:
  static const WinogradCalls<T>& calls() { return ofType<T>(kernels().winograd); }

  /** Parts of the filters. */
  int parts() const { return of_.in / channelStep; }

  Run runAt(int run) const {
    const int64_t first = int64_t(run) * room_;
    return {first, int(std::min<int64_t>(room_, of_.tiles() - first)), room_};
  }

  /** Calls use(run, threads that it may take). */
  template <typename Use>
  void eachRun(Use use) const {
    if (isWide_)
      for (int run = 0; run < runs_; ++run) use(runAt(run), threads_);
    else shareOut(runs_, threads_, [&](int run) { use(runAt(run), 1); });
  }

  template <typename Use>
  static void eachTile(const Run& run, int threads, Use use) {
    const int together = threads > 1 ? 8 : run.count;
    shareOut((run.count + together - 1) / together, threads, [&](int at) { use(Tiles{at * together, std::min(run.count, (at + 1) * together)}); });
  }

  void addFilterGradient(const T* x, const T* gradient, const Run& run, bool first, int threads, float* sum) const {
    const int64_t inPlane = planeFloats(run, of_.in), outPlane = planeFloats(run, of_.out);
    const Scratch in(positions * inPlane), out(positions * outPlane);
    eachTile(run, threads, [&](Tiles tiles) {
      calls().inputs(of_, x, run, tiles, in.get());
      calls().gradients(of_, gradient, run, tiles, out.get());
    });
    shareOut(positions, threads, [&](int at) {
      kernels().winograd.multiplyGradients(of_, run, first, in.get() + at * inPlane, out.get() + at * outPlane, sum + at * filterPlaneFloats(of_));
    });
  }

  Convolution of_;
  int threads_;
  bool isWide_;
  int room_, runs_;
};

}  // namespace skiplab
