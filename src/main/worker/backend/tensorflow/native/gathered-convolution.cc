// The arithmetic of gathered-convolution.h, compiled once for each set of instructions, like normalization.cc.
#include "gathered-convolution.h"

#include <algorithm>

#include "instructions.h"
#include "matrix-product.h"

namespace skiplab {
namespace {

/** Numbers that lie side by side in a gathered row; see Left in matrix-product.h. */
constexpr int block = 64;

// What the product multiplies, and the values that it is made of: bf16 in pairs where the processor has them, else floats.
#if defined(__AVX512BF16__)
template <typename T>
using Value = T;
template <typename T>
using Number = std::conditional_t<std::is_same<T, bf16>::value, Pair, float>;
#else
template <typename T>
using Value = float;
template <typename T>
using Number = float;
#endif

/** Values in a number. */
template <typename T>
constexpr int together = int(sizeof(Number<T>) / sizeof(Value<T>));

/** Numbers that hold so many values. */
template <typename T>
constexpr int numbersOf(int values) {
  return (values + together<T> - 1) / together<T>;
}

/** Where a result lies. */
struct Place {
  int64_t image;
  int row, column;
};

inline Place placeOf(const Gathering& of, int64_t result) {
  const int64_t image = result / of.perImage();
  const int within = int(result % of.perImage());
  return {image, within / of.columns.results, within % of.columns.results};
}

inline Place next(const Gathering& of, Place place) {
  if (++place.column < of.columns.results) return place;
  place.column = 0;
  if (++place.row < of.rows.results) return place;
  return {place.image + 1, 0, 0};
}

/** The value of the result's first channel in the image that results make. */
inline int64_t targetOf(const Gathering& of, const Place& place) {
  const auto along = [](const Axis& axis, int at) { return int64_t(axis.targetFirst + at * axis.targetStep); };
  return ((place.image * of.rows.target + along(of.rows, place.row)) * of.columns.target + along(of.columns, place.column)) * of.filters;
}

template <typename T>
inline void copy(const T* from, int count, T* to) { std::memcpy(to, from, size_t(count) * sizeof(T)); }
inline void copy(const bf16* from, int count, float* to) {
  int at = 0;
  for (; at + lanes <= count; at += lanes) store(to + at, load(from + at));
  for (; at < count; ++at) to[at] = toFloat(from[at]);
}

/** A gathered row's values from `steps.first` on: to[step / side][room][step % side]. */
template <int side, typename V>
class Row {
 public:
  Row(Steps steps, int64_t room, V* to) : steps_(steps), room_(room), to_(to) {}

  /** The window's values from `step` on, or zeros; what lies outside the steps is left out. */
  template <typename T>
  void put(int step, int count, const T* from) const {
    int at = std::max(step, steps_.first);
    const int end = std::min(step + count, steps_.first + steps_.count);
    while (at < end) {
      const int place = at - steps_.first, values = std::min(end - at, side - place % side);
      V* to = valueAt(place);
      if (from) copy(from + (at - step), values, to);
      else std::fill(to, to + values, V{});
      at += values;
    }
  }

  /** A zero behind the last value. */
  void pad() const { *valueAt(steps_.count) = V{}; }

 private:
  V* valueAt(int place) const { return to_ + place / side * room_ * side + place % side; }

  Steps steps_;
  int64_t room_;
  V* to_;
};

/** One result's window: a run of neighbours in each of its rows, zeros beyond the border. */
template <typename T, int side, typename V>
inline void gatherRow(const Gathering& of, const T* source, const Place& place, const Row<side, V>& to) {
  const int left = of.columns.origin + place.column * of.columns.step, taps = of.columns.taps.count;
  const int before = std::clamp(-left, 0, taps), end = std::clamp(of.columns.source - left, before, taps);
  const int line = taps * of.channels;
  for (int tap = 0; tap < of.rows.taps.count; ++tap) {
    const int row = of.rows.origin + place.row * of.rows.step + tap, step = tap * line;
    if (row < 0 || row >= of.rows.source) {
      to.template put<T>(step, line, nullptr);
      continue;
    }
    const T* pixel = source + ((place.image * of.rows.source + row) * of.columns.source + left + before) * of.channels;
    if (before > 0) to.template put<T>(step, before * of.channels, nullptr);
    to.put(step + before * of.channels, (end - before) * of.channels, pixel);
    if (end < taps) to.template put<T>(step + end * of.channels, (taps - end) * of.channels, nullptr);
  }
}

/** The one tap that all the steps belong to, and their first channel. */
struct Tap {
  int row, column, channel;
};

inline bool isOneTap(const Gathering& of, Steps steps) { return steps.count > 0 && steps.first / of.channels == (steps.first + steps.count - 1) / of.channels; }

inline Tap tapOf(const Gathering& of, Steps steps) {
  const int tap = steps.first / of.channels;
  return {tap / of.columns.taps.count, tap % of.columns.taps.count, steps.first % of.channels};
}

inline int rowOf(const Gathering& of, const Place& place, const Tap& tap) { return of.rows.origin + place.row * of.rows.step + tap.row; }
inline int columnOf(const Gathering& of, const Place& place, const Tap& tap) { return of.columns.origin + place.column * of.columns.step + tap.column; }

/** Whether a result's tap meets the source, not its border. */
inline bool isInside(const Gathering& of, const Place& place, const Tap& tap) {
  const int row = rowOf(of, place, tap), column = columnOf(of, place, tap);
  return row >= 0 && row < of.rows.source && column >= 0 && column < of.columns.source;
}

/** Where a result's tap begins in the source; null beyond the border. */
template <typename T>
inline const T* valuesAt(const Gathering& of, const T* source, const Place& place, const Tap& tap) {
  if (!isInside(of, place, tap)) return nullptr;
  return source + ((place.image * of.rows.source + rowOf(of, place, tap)) * of.columns.source + columnOf(of, place, tap)) * of.channels + tap.channel;
}

/** The windows' values: to[step / side][resultsTogether][step % side]; pairs are whole. */
template <int side, typename T>
void gather(const Gathering& of, const T* source, int64_t first, int count, Steps steps, Value<T>* to) {
  const bool oneTap = isOneTap(of, steps);
  const Tap tap = tapOf(of, steps);
  Place place = placeOf(of, first);
  for (int result = 0; result < count; ++result, place = next(of, place)) {
    const Row<side, Value<T>> row(steps, resultsTogether, to + result * side);
    if (oneTap) row.put(steps.first, steps.count, valuesAt(of, source, place, tap));
    else gatherRow(of, source, place, row);
    if (steps.count % together<T> > 0) row.pad();
  }
}

/**
 * Calls use(first step of the depth, first of the weights) for runs of steps, one a channel, that a part of the filters meets by one tap. The
 * weights of the next step and of the next filter lie weightSteps() away.
 */
template <typename Use>
inline void eachTap(const Gathering& of, int part, Use use) {
  const int pixels = of.pixels(), channels = of.channels / pixels, filters = of.filters / pixels, filter = part * partFilters(of) % filters;
  const auto at = [&](int down, int across) { return (int64_t(down) * of.kernel + across) * channels * filters + int64_t(filter) * (of.transposed ? channels : 1); };
  if (of.side == 0) {
    const Taps &down = of.rows.taps, &across = of.columns.taps;
    for (int row = 0; row < down.count; ++row)
      for (int column = 0; column < across.count; ++column) use((row * across.count + column) * channels, at(down.first + row * down.step, across.first + column * across.step));
    return;
  }
  // Inputs lie a tap less the border of one after the output.
  const int result = part * partFilters(of) / filters, sign = of.transposed ? -1 : 1;
  for (int pixel = 0; pixel < pixels; ++pixel) {
    const int down = pixel / of.side - result / of.side, across = pixel % of.side - result % of.side;
    use(pixel * channels, at(1 + sign * down, 1 + sign * across));
  }
}

struct WeightSteps {
  int64_t step, filter;
};

inline WeightSteps weightSteps(const Gathering& of) {
  const int pixels = of.pixels();
  return of.transposed ? WeightSteps{1, of.channels / pixels} : WeightSteps{of.filters / pixels, 1};
}

/** The weights of 16 filters whose channels are neighbours, channel by channel. */
template <typename T>
inline void turnFloats(const T* weights, int64_t filterStep, int channels, float* to, int rowStep) {
  int channel = 0;
#if defined(__AVX512F__)
  for (; channel + 16 <= channels; channel += 16, to += 16 * rowStep) {
    Words values[16];
    for (int filter = 0; filter < 16; ++filter) values[filter] = (Words)load(weights + filter * filterStep + channel);
    transpose(values);
    for (int at = 0; at < 16; ++at) store(to + at * rowStep, (Floats)values[at]);
  }
#endif
  for (int filter = 0; filter < 16; ++filter)
    for (int at = channel; at < channels; ++at) to[int64_t(at - channel) * rowStep + filter] = toFloat(weights[filter * filterStep + at]);
}

template <typename T>
void packFloats(const Gathering& of, const T* weights, int part, float* packed) {
  const int first = part * partFilters(of), rowStep = rowStepOf(first, of.filters), channels = of.channels / of.pixels();
  const WeightSteps by = weightSteps(of);
  eachTap(of, part, [&](int step, int64_t begin) {
    const T* from = weights + begin;
    const auto panelOf = [&](int filter) { return packed + inPanels(first + filter, of.depth()) + int64_t(step) * rowStep; };
    if (by.filter == 1)
      for (int channel = 0; channel < channels; ++channel)
        for (int filter = 0; filter < partFilters(of); filter += 16) copy(from + channel * by.step + filter, 16, panelOf(filter) + int64_t(channel) * rowStep);
    else
      for (int filter = 0; filter < partFilters(of); filter += 16) turnFloats(from + filter * by.filter, by.filter, channels, panelOf(filter), rowStep);
  });
}

#if defined(__AVX512BF16__)
/** The pairs of 16 filters whose channels are neighbours, pair by pair. */
inline void turnPairs(const bf16* weights, int64_t filterStep, int channels, Pair* to, int rowStep) {
  int channel = 0;
  for (; channel + 32 <= channels; channel += 32, to += 16 * rowStep) {
    Words pairs[16];
    for (int filter = 0; filter < 16; ++filter) std::memcpy(&pairs[filter], weights + filter * filterStep + channel, sizeof(Words));
    transpose(pairs);
    for (int at = 0; at < 16; ++at) std::memcpy(to + at * rowStep, &pairs[at], sizeof(Words));
  }
  for (; channel < channels; channel += 2, to += rowStep)
    for (int filter = 0; filter < 16; ++filter) std::memcpy(to + filter, weights + filter * filterStep + channel, sizeof(Pair));
}

/** A part lies in one panel. */
void packPairs(const Gathering& of, const bf16* weights, int part, Pair* packed) {
  const int first = part * partFilters(of), rowStep = rowStepOf(first, of.filters), channels = of.channels / of.pixels();
  const WeightSteps by = weightSteps(of);
  Pair* panel = packed + inPanels(first, numbersOf<bf16>(of.depth()));
  const auto valueAt = [&](int step, int filter) { return reinterpret_cast<bf16*>(panel + int64_t(step / 2) * rowStep + filter) + step % 2; };
  eachTap(of, part, [&](int step, int64_t begin) {
    const bf16* from = weights + begin;
    Pair* to = panel + int64_t(step) / 2 * rowStep;
    if (channels % 2 > 0)
      for (int channel = 0; channel < channels; ++channel)
        for (int filter = 0; filter < partFilters(of); ++filter) *valueAt(step + channel, filter) = from[channel * by.step + filter * by.filter];
    else if (by.filter == 1)
      for (int channel = 0; channel < channels; channel += 2, to += rowStep, from += 2 * by.step)
        for (int filter = 0; filter < partFilters(of); filter += 16) storePairs(to + filter, from + filter, from + by.step + filter);
    else
      for (int filter = 0; filter < partFilters(of); filter += 16) turnPairs(from + filter * by.filter, by.filter, channels, to + filter, rowStep);
  });
  if (of.depth() % 2 > 0)
    for (int filter = 0; filter < partFilters(of); ++filter) *valueAt(of.depth(), filter) = bf16{};
}
#endif

template <typename T>
int64_t packedFloats(const Gathering& of) {
  return int64_t(numbersOf<T>(of.depth())) * of.filters;
}

template <typename T>
void filters(const Gathering& of, const T* weights, int part, float* packed) {
#if defined(__AVX512BF16__)
  if constexpr (std::is_same<T, bf16>::value) return packPairs(of, weights, part, reinterpret_cast<Pair*>(packed));
#endif
  packFloats(of, weights, part, packed);
}

template <typename T>
void filterGradient(const Gathering& of, const float* sum, Steps steps, T* gradient) {
  // A few rows of the gradient at a time: they stay near until their lines are whole.
  constexpr int rows = 16;
  for (int begin = 0; begin < steps.count; begin += rows)
    for (int filter = 0; filter < of.filters; filter += lanes) {
      const int rowStep = rowStepOf(filter, of.filters);
      const float* from = sum + inPanels(filter, steps.count);
      for (int row = begin; row < std::min(steps.count, begin + rows); ++row) store(gradient + int64_t(steps.first + row) * of.filters + filter, load(from + row * rowStep));
    }
}

template <bool withMoments, typename T>
void end(const Gathering& of, const float* sums, int64_t first, int count, const Epilogue<T>& epilogue, T* target) {
  MomentSums moments;
  Place place = placeOf(of, first);
  for (int result = 0; result < count; ++result, place = next(of, place)) {
    const int64_t to = targetOf(of, place);
    for (int filter = 0; filter < of.filters; filter += lanes) {
      const Floats bias = epilogue.bias ? load(epilogue.bias + filter) : Floats{};
      const Floats value = load(sums + inPanels(filter, resultsTogether) + int64_t(result) * rowStepOf(filter, of.filters));
      applyAndStore<withMoments>(value, bias, epilogue, moments, target, to + filter);
    }
  }
  if (withMoments) *epilogue.moments = moments.total();
}

template <typename T>
void convolve(const Gathering& of, const T* source, const float* packed, int64_t first, int count, const Epilogue<T>& epilogue, float* scratch, T* target) {
  const int depth = of.depth();
  const auto* right = reinterpret_cast<const Number<T>*>(packed);
  float* sums = scratch + int64_t(resultsTogether) * depthTogether;
  for (int step = 0; step < depth; step += depthTogether) {
    const Steps steps{step, std::min(depthTogether, depth - step)}, numbers{step / together<T>, numbersOf<T>(steps.count)};
    gather<block * together<T>>(of, source, first, count, steps, reinterpret_cast<Value<T>*>(scratch));
    multiplyRows<block>(reinterpret_cast<const Number<T>*>(scratch), count, resultsTogether, right, numbersOf<T>(depth), numbers, of.filters, sums);
  }
  if (depth == 0) std::fill(sums, sums + int64_t(resultsTogether) * of.filters, 0.0f);
  const auto endSuch = epilogue.moments ? end<true, T> : end<false, T>;
  endSuch(of, sums, first, count, epilogue, target);
}

/** Rows of the results' windows as the filters' gradient takes them: to[step / block][resultsTogether][step % block]. */
inline void putTogether(const float*, int, int, float*) {}
template <typename T>
inline void putTogether(const T*, const T*, int, int, float*) {}

#if defined(__AVX512BF16__)
/** Two results after another make a pair: to[step / block][resultsTogether / 2][step % block]. */
inline void putTogether(const bf16* rows, int count, int steps, Pair* to) {
  for (int first = 0; first < steps; first += block, rows += resultsTogether * block, to += resultsTogether / 2 * block)
    for (int result = 0; result < count; result += 2) {
      const bf16* row = rows + result * block;
      for (int step = 0; step < block; step += lanes) storePairs(to + result / 2 * block + step, row + step, result + 1 < count ? row + block + step : nullptr);
    }
}

/** The same straight from the values of two results, or of the last one alone. */
inline void putTogether(const bf16* first, const bf16* second, int steps, int result, Pair* to) {
  for (int begin = 0; begin < steps; begin += block, to += resultsTogether / 2 * block)
    for (int step = begin; step < std::min(steps, begin + block); step += lanes) storePairs(to + result / 2 * block + step - begin, first + step, second ? second + step : nullptr);
}

inline void putGradients(const Gathering& of, const bf16* first, const bf16* second, int result, Pair* to) {
  for (int filter = 0; filter < of.filters; filter += lanes)
    storePairs(to + inPanels(filter, resultsTogether / 2) + int64_t(result / 2) * rowStepOf(filter, of.filters), first + filter, second ? second + filter : nullptr);
}
#endif

template <typename T>
inline void putGradients(const Gathering& of, const T* from, const T*, int result, float* to) {
  for (int filter = 0; filter < of.filters; filter += lanes) store(to + inPanels(filter, resultsTogether) + int64_t(result) * rowStepOf(filter, of.filters), load(from + filter));
}

/** Calls use(place) for each of the results that the steps say something of: not where they are one tap that lies beyond the border. */
template <typename Use>
inline void eachMeeting(const Gathering& of, int64_t first, int64_t end, Steps steps, Use use) {
  const bool oneTap = isOneTap(of, steps);
  const Tap tap = tapOf(of, steps);
  Place place = placeOf(of, first);
  for (; first < end; ++first, place = next(of, place))
    if (!oneTap || isInside(of, place, tap)) use(place);
}

/** Results of the next block, at most resultsTogether and whole numbers but for the last: blocks of about the same size, as a short one would put down as many sums for little. */
template <typename T>
inline int evenShare(int64_t rest) {
  const int64_t blocks = (rest + resultsTogether - 1) / resultsTogether;
  return int(std::min<int64_t>(rest, int64_t(numbersOf<T>(int((rest + blocks - 1) / blocks))) * together<T>));
}

template <typename T>
void addFilterGradient(const Gathering& of, const T* source, const T* gradient, int64_t first, int64_t end, Steps steps, bool initial, float* scratch, float* sum) {
  constexpr int room = resultsTogether / together<T>;
  // Pairs lie behind the rows that they are made of; both together take no more than rows of floats.
  auto* rows = reinterpret_cast<Value<T>*>(scratch);
  auto* windows = reinterpret_cast<Number<T>*>(scratch + (together<T> - 1) * resultsTogether * depthTogether / 2);
  auto* gradients = reinterpret_cast<Number<T>*>(scratch + int64_t(resultsTogether) * depthTogether);
  int64_t rest = 0;
  eachMeeting(of, first, end, steps, [&](const Place&) { ++rest; });
  if (rest == 0 && initial) std::fill(sum, sum + int64_t(steps.count) * of.filters, 0.0f);
  const bool oneTap = isOneTap(of, steps), straight = oneTap && together<T> == 2 && steps.count % lanes == 0;
  const Tap tap = tapOf(of, steps);
  int count = 0, size = 0;
  const T *valuesBefore = nullptr, *gradientBefore = nullptr;
  eachMeeting(of, first, end, steps, [&](const Place& place) {
    if (count == 0) size = evenShare<T>(rest);
    const T *values = oneTap ? valuesAt(of, source, place, tap) : nullptr, *its = gradient + targetOf(of, place);
    const Row<block, Value<T>> row(steps, resultsTogether, rows + count * block);
    if (!oneTap) gatherRow(of, source, place, row);
    else if (!straight) row.put(steps.first, steps.count, values);
    const bool isSecond = count % together<T> == 1;
    if (isSecond || together<T> == 1 || count + 1 == size) {
      putGradients(of, isSecond ? gradientBefore : its, isSecond ? its : nullptr, count - isSecond, gradients);
      if (straight) putTogether(isSecond ? valuesBefore : values, isSecond ? values : nullptr, steps.count, count - isSecond, windows);
    }
    valuesBefore = values;
    gradientBefore = its;
    if (++count < size) return;
    if (!straight) putTogether(rows, count, steps.count, windows);
    multiplyTransposed<block>(windows, {0, steps.count}, room, gradients, of.filters, numbersOf<T>(count), !initial, sum, steps.count);
    initial = false;
    rest -= count;
    count = 0;
  });
}

template <typename T>
constexpr GatheringCalls<T> calls{packedFloats<T>, filters<T>, convolve<T>, addFilterGradient<T>, filterGradient<T>};

}  // namespace

extern const GatheringKernels SKIPLAB_NAMED(gathering);
const GatheringKernels SKIPLAB_NAMED(gathering){calls<float>, calls<bf16>};

}  // namespace skiplab
