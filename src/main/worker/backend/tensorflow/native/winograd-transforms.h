// The transforms of F(4x4, 3x3) with the points 0, 1, -1, 2, -2 and infinity, in one dimension.
#pragma once

namespace skiplab {
namespace {

/** Six values of the input's transform from six inputs: B^T d. */
template <typename V>
inline void inputSix(const V& a, const V& b, const V& c, const V& d, const V& e, const V& f, V* to, int step) {
  const V even = e - 4.0f * c, odd = d - 4.0f * b, evenHalf = e - c, oddHalf = 2.0f * (d - b);
  to[0 * step] = 4.0f * a - 5.0f * c + e;
  to[1 * step] = even + odd;
  to[2 * step] = even - odd;
  to[3 * step] = evenHalf + oddHalf;
  to[4 * step] = evenHalf - oddHalf;
  to[5 * step] = 4.0f * b - 5.0f * d + f;
}

/** Four outputs from six products: A^T m. */
template <typename V>
inline void outputFour(const V& a, const V& b, const V& c, const V& d, const V& e, const V& f, V* to, int step) {
  const V sum = b + c, difference = b - c, sumTwo = d + e, differenceTwo = d - e;
  to[0 * step] = a + sum + sumTwo;
  to[1 * step] = difference + 2.0f * differenceTwo;
  to[2 * step] = sum + 4.0f * sumTwo;
  to[3 * step] = difference + 8.0f * differenceTwo + f;
}

/** The way back from four output gradients: A y. */
template <typename V>
inline void gradientSix(const V& a, const V& b, const V& c, const V& d, V* to, int step) {
  const V even = a + c, odd = b + d, evenTwo = a + 4.0f * c, oddTwo = 2.0f * b + 8.0f * d;
  to[0 * step] = a;
  to[1 * step] = even + odd;
  to[2 * step] = even - odd;
  to[3 * step] = evenTwo + oddTwo;
  to[4 * step] = evenTwo - oddTwo;
  to[5 * step] = d;
}

/** G g */
template <typename V>
inline void filterSix(const V& a, const V& b, const V& c, V* to, int step) {
  const V outer = (a + c) * (-1.0f / 6), half = a * (1.0f / 24) + c * (1.0f / 6);
  to[0 * step] = a * 0.25f;
  to[1 * step] = outer - b * (1.0f / 6);
  to[2 * step] = outer + b * (1.0f / 6);
  to[3 * step] = half + b * (1.0f / 12);
  to[4 * step] = half - b * (1.0f / 12);
  to[5 * step] = c;
}

/** G^T u */
template <typename V>
inline void filterThree(const V& a, const V& b, const V& c, const V& d, const V& e, const V& f, V* to, int step) {
  to[0 * step] = a * 0.25f - (b + c) * (1.0f / 6) + (d + e) * (1.0f / 24);
  to[1 * step] = (c - b) * (1.0f / 6) + (d - e) * (1.0f / 12);
  to[2 * step] = (d + e - b - c) * (1.0f / 6) + f;
}

}  // namespace
}  // namespace skiplab
