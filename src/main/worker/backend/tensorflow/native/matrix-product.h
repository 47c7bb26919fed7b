// Products of matrices, the right one and the result in panels of columns: [panel][row][panelWidth]. Numbers are fp32 or, where the
// processor multiplies them, pairs of bf16 along the depth, which is counted in numbers then; results are fp32.
//
// A panel is as wide as the registers take at once, so that its rows lie one behind the other and fit the first-level cache. Each number
// is summed up in the order of the depth, whatever the number of rows or threads: the same bits each time.
#pragma once
#include <algorithm>
#include <cstdint>

#include "steps.h"
#include "vectors.h"

namespace skiplab {

// A copy for each set of instructions, as in epilogue.h.
namespace {

/** Vectors of a panel and rows of accumulators that fit the registers beside them. */
#if defined(__AVX512F__)
constexpr int panelVectors = 2, stripRows = 12;
#elif defined(__AVX2__)
constexpr int panelVectors = 2, stripRows = 6;
#elif defined(__aarch64__)
constexpr int panelVectors = 4, stripRows = 4;
#else
constexpr int panelVectors = 4, stripRows = 2;
#endif
constexpr int panelWidth = panelVectors * lanes;

/** Width of the panel that begins with this column; columns are multiples of 16, so that AVX-512's last one may be half as wide. */
inline int widthAt(int column, int columns) { return std::min(panelWidth, columns - column); }

/** Where a column's values begin in panels of that many rows. */
inline int64_t inPanels(int column, int64_t rows) {
  const int first = column / panelWidth * panelWidth;
  return first * rows + column - first;
}

/** Distance of a panel's rows, for the panel that holds the column. */
inline int rowStepOf(int column, int columns) { return widthAt(column / panelWidth * panelWidth, columns); }

/** What a result starts with: nothing; what is there, added at the end; what is there, summed up from. */
enum class Start { nothing, addition, before };

/** Where the left matrix's numbers lie: rows and steps of the depth by known distances, blocks of `blockDepth` steps by another. */
template <typename Number>
struct Left {
  const Number* values;
  int64_t blockStep;
  int blockDepth;
};

template <int rows, int vectors, int rowStep, int depthStep, Start start, typename Number>
inline void strip(const Left<Number>& left, const Number* right, int depth, float* c) {
  constexpr int width = vectors * lanes;
  Floats sums[rows][vectors];
#pragma GCC unroll 16
  for (int row = 0; row < rows; ++row)
#pragma GCC unroll 4
    for (int vector = 0; vector < vectors; ++vector) sums[row][vector] = start == Start::before ? load(c + row * width + vector * lanes) : Floats{};
  const Number* block = left.values;
  for (int done = 0; done < depth; done += left.blockDepth, block += left.blockStep) {
    const Number* a = block;
    for (int step = std::min(left.blockDepth, depth - done); step > 0; --step, a += depthStep, right += width) {
      decltype(load(right)) b[vectors];
#pragma GCC unroll 4
      for (int vector = 0; vector < vectors; ++vector) b[vector] = load(right + vector * lanes);
#pragma GCC unroll 16
      for (int row = 0; row < rows; ++row) {
        const Number value = a[row * rowStep];
#pragma GCC unroll 4
        for (int vector = 0; vector < vectors; ++vector) sums[row][vector] = addProduct(sums[row][vector], value, b[vector]);
      }
    }
  }
#pragma GCC unroll 16
  for (int row = 0; row < rows; ++row)
#pragma GCC unroll 4
    for (int vector = 0; vector < vectors; ++vector) {
      float* to = c + row * width + vector * lanes;
      store(to, start == Start::addition ? load(to) + sums[row][vector] : sums[row][vector]);
    }
}

/** Strips of so many rows, then of fewer. */
template <int together, int vectors, int rowStep, int depthStep, Start start, typename Number>
void strips(Left<Number> left, int rows, const Number* right, int depth, float* c) {
  int row = 0;
  for (; row + together <= rows; row += together, left.values += together * rowStep, c += together * vectors * lanes)
    strip<together, vectors, rowStep, depthStep, start>(left, right, depth, c);
  if constexpr (together > 1)
    if (row < rows) strips<(together == 6 ? 4 : together == 12 ? 8 : together / 2), vectors, rowStep, depthStep, start>(left, rows - row, right, depth, c);
}

/** One panel of c = (or +=) left * right. */
template <int rowStep, int depthStep, Start start, typename Number>
inline void panel(const Left<Number>& left, int rows, const Number* right, int width, int depth, float* c) {
  if (width == panelWidth) strips<stripRows, panelVectors, rowStep, depthStep, start>(left, rows, right, depth, c);
  else strips<stripRows, panelVectors / 2, rowStep, depthStep, start>(left, rows, right, depth, c);
}

/**
 * c [rows, columns] = left * right over the given steps, or summed up from what is there when they are not the first.
 * @param left the steps' own: [block][roomForRows][blockDepth], rows of `blockDepth` steps
 * @param right [panel][depth][panelWidth], all steps
 * @param c [panel][roomForRows][panelWidth]
 */
template <int blockDepth, typename Number>
void multiplyRows(const Number* left, int rows, int64_t roomForRows, const Number* right, int64_t depth, Steps steps, int columns, float* c) {
  const Left<Number> all{left, roomForRows * blockDepth, blockDepth};
  const auto one = steps.first > 0 ? panel<blockDepth, 1, Start::before, Number> : panel<blockDepth, 1, Start::nothing, Number>;
  for (int column = 0; column < columns; column += panelWidth) {
    const int width = widthAt(column, columns);
    one(all, rows, right + column * depth + int64_t(steps.first) * width, width, steps.count, c + column * roomForRows);
  }
}

/**
 * The given rows of c [cRows, columns] = (or +=) left^T * right.
 * @param left the rows' own: [block][roomForDepth][blockRows], of each step the rows of a block
 * @param right [panel][roomForDepth][panelWidth]
 * @param c [panel][cRows][panelWidth], all rows
 */
template <int blockRows, typename Number>
void multiplyTransposed(const Number* left, Steps rows, int64_t roomForDepth, const Number* right, int columns, int depth, bool add, float* c, int64_t cRows) {
  const auto one = add ? panel<1, blockRows, Start::addition, Number> : panel<1, blockRows, Start::nothing, Number>;
  for (int row = 0; row < rows.count; row += blockRows, left += roomForDepth * blockRows)
    for (int column = 0; column < columns; column += panelWidth) {
      const int width = widthAt(column, columns);
      one({left, 0, depth}, std::min(blockRows, rows.count - row), right + column * roomForDepth, width, depth, c + column * cRows + int64_t(rows.first + row) * width);
    }
}

}  // namespace

}  // namespace skiplab
