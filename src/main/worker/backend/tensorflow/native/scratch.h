// Memory for vectors.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace skiplab {

/**
 * Floats on a 64-byte boundary for as long as this lives; what they hold at first is anything. Taken from what others gave back: as much
 * memory is kept as was ever in use at the same time.
 */
class Scratch {
 public:
  explicit Scratch(int64_t count) : piece_(take(size_t(count))) {}
  Scratch(const Scratch&) = delete;
  ~Scratch() {
    std::lock_guard<std::mutex> lock(mutex());
    spare().push_back(std::move(piece_));
  }
  float* get() const { return piece_.floats.get(); }

 private:
  struct Free {
    void operator()(float* floats) const { std::free(floats); }
  };
  struct Piece {
    std::unique_ptr<float, Free> floats;
    size_t count = 0;
  };

  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static std::vector<Piece>& spare() {
    static auto* pieces = new std::vector<Piece>;  // never destroyed: threads may outlive main
    return *pieces;
  }

  /** The smallest spare piece that is large enough, else the largest one made larger. */
  static Piece take(size_t count) {
    Piece piece;
    {
      std::lock_guard<std::mutex> lock(mutex());
      std::vector<Piece>& pieces = spare();
      int best = -1;
      for (int at = 0; at < int(pieces.size()); ++at) {
        if (best < 0) best = at;
        const bool fits = pieces[at].count >= count, bestFits = pieces[best].count >= count;
        if (fits ? !bestFits || pieces[at].count < pieces[best].count : !bestFits && pieces[at].count > pieces[best].count) best = at;
      }
      if (best >= 0) {
        piece = std::move(pieces[best]);
        pieces.erase(pieces.begin() + best);
      }
    }
    if (piece.count >= count && piece.floats) return piece;
    piece.floats.reset();  // first, so that both are never there together
    piece.floats.reset(static_cast<float*>(std::aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64)));
    if (!piece.floats) throw std::bad_alloc();
    piece.count = count;
    return piece;
  }

  Piece piece_;
};

}  // namespace skiplab
