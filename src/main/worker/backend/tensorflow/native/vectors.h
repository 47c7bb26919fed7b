// As many floats at a time as one register holds, loaded from and stored to fp32 or bf16 memory. GCC's and Clang's vector extension.
// Wider vectors would compile too, but live in memory: sixteen floats on AVX2 took five times as long.
#pragma once
#include <cstdint>
#include <cstring>
#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace skiplab {

struct bf16 {
  uint16_t bits;
};

#if defined(__AVX512F__)
#define SKIPLAB_LANES 16
#elif defined(__AVX2__)
#define SKIPLAB_LANES 8
#else
#define SKIPLAB_LANES 4
#endif

/** Floats of a register. Each set of instructions has its own, so that nothing that is shared between them may depend on it. */
static constexpr int lanes = SKIPLAB_LANES;
typedef float Floats __attribute__((vector_size(SKIPLAB_LANES * 4)));
typedef int32_t Ints __attribute__((vector_size(SKIPLAB_LANES * 4)));
typedef uint32_t Words __attribute__((vector_size(SKIPLAB_LANES * 4)));
typedef uint16_t Halves __attribute__((vector_size(SKIPLAB_LANES * 2)));

static inline float toFloat(float value) { return value; }
static inline float toFloat(bf16 value) {
  const uint32_t word = uint32_t(value.bits) << 16;
  float result;
  std::memcpy(&result, &word, sizeof result);
  return result;
}

static inline void put(float* to, float value) { *to = value; }
static inline void put(bf16* to, float value) {
  uint32_t word;
  std::memcpy(&word, &value, sizeof word);
  // To nearest, ties to even; a NaN stays one, since its last bits may be the only ones that are set.
  to->bits = value != value ? uint16_t(word >> 16 | 0x40) : uint16_t((word + 0x7fff + (word >> 16 & 1)) >> 16);
}

static inline Floats load(const float* from) {
  Floats result;
  std::memcpy(&result, from, sizeof result);
  return result;
}
static inline Floats load(const bf16* from) {
  Halves halves;
  std::memcpy(&halves, from, sizeof halves);
  return (Floats)(__builtin_convertvector(halves, Words) << 16);
}

static inline void store(float* to, Floats values) { std::memcpy(to, &values, sizeof values); }
static inline void store(bf16* to, Floats values) {
#if defined(__AVX512BF16__)
  // The same rounding in one instruction; what is too small for a normal number becomes zero.
  const __m256bh halves = _mm512_cvtneps_pbh((__m512)values);
  std::memcpy(to, &halves, sizeof halves);
#else
  const Words words = (Words)values;
  const Words rounded = (words + 0x7fff + (words >> 16 & 1)) >> 16;
  // Every bit of a NaN is set, which is a NaN too.
  const Halves halves = __builtin_convertvector(rounded | (Words)(values != values), Halves);
  std::memcpy(to, &halves, sizeof halves);
#endif
}

#if defined(__AVX512F__)
/** Turns 16 rows of 16 words into 16 columns. */
static inline void transpose(Words (&rows)[16]) {
  __m512i a[16], b[16];
  for (int row = 0; row < 16; ++row) a[row] = (__m512i)rows[row];
  // Within quarters of a register: of four rows each, then the quarters themselves.
  for (int row = 0; row < 16; row += 2) {
    b[row] = _mm512_unpacklo_epi32(a[row], a[row + 1]);
    b[row + 1] = _mm512_unpackhi_epi32(a[row], a[row + 1]);
  }
  for (int row = 0; row < 16; row += 4)
    for (int half = 0; half < 2; ++half) {
      a[row + 2 * half] = _mm512_unpacklo_epi64(b[row + half], b[row + half + 2]);
      a[row + 2 * half + 1] = _mm512_unpackhi_epi64(b[row + half], b[row + half + 2]);
    }
  for (int column = 0; column < 4; ++column) {
    const __m512i even = _mm512_shuffle_i32x4(a[column], a[column + 4], 0x88), odd = _mm512_shuffle_i32x4(a[column], a[column + 4], 0xdd);
    const __m512i evenBelow = _mm512_shuffle_i32x4(a[column + 8], a[column + 12], 0x88), oddBelow = _mm512_shuffle_i32x4(a[column + 8], a[column + 12], 0xdd);
    rows[column] = (Words)_mm512_shuffle_i32x4(even, evenBelow, 0x88);
    rows[column + 4] = (Words)_mm512_shuffle_i32x4(odd, oddBelow, 0x88);
    rows[column + 8] = (Words)_mm512_shuffle_i32x4(even, evenBelow, 0xdd);
    rows[column + 12] = (Words)_mm512_shuffle_i32x4(odd, oddBelow, 0xdd);
  }
}
#endif

#if defined(__AVX512BF16__)
/** Two bf16 numbers that are multiplied together: neighbours along the sum. The first has the lower bits. */
struct __attribute__((may_alias)) Pair {
  uint32_t bits;
};

static inline Words load(const Pair* from) {
  Words result;
  std::memcpy(&result, from, sizeof result);
  return result;
}

/** Pairs of the numbers that lie at `first` and at `second`; zeros where `second` is null. */
static inline void storePairs(Pair* to, const bf16* first, const bf16* second) {
  Halves low, high{};
  std::memcpy(&low, first, sizeof low);
  if (second) std::memcpy(&high, second, sizeof high);
  const Words pairs = __builtin_convertvector(low, Words) | __builtin_convertvector(high, Words) << 16;
  std::memcpy(to, &pairs, sizeof pairs);
}

/** sum + left * right, of each lane's pair both products. */
static inline Floats addProduct(Floats sum, Pair left, Words right) {
  return (Floats)_mm512_dpbf16_ps((__m512)sum, (__m512bh)_mm512_set1_epi32(int(left.bits)), (__m512bh)right);
}
#endif

static inline Floats addProduct(Floats sum, float left, Floats right) { return sum + left * right; }

// A NaN passes, so that a diverged run is seen as one.
static inline float rectified(float value) { return value < 0 ? 0 : value; }
static inline Floats rectified(Floats values) { return (Floats)(~(values < 0) & (Ints)values); }

static inline float whereOver0(float guard, float value) { return guard > 0 ? value : 0; }
static inline Floats whereOver0(Floats guards, Floats values) { return (Floats)((guards > 0) & (Ints)values); }

}  // namespace skiplab
