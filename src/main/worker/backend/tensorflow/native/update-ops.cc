// SkiplabMomentum  Moves some neighbours among all weights by their gradient, with momentum and weight decay as in PyTorch's SGD:
//                  m <- keep m + (g + decay w), w <- w - rate m, or with Nesterov's look ahead w <- w - rate (g + decay w + keep m).
//                  In place: weights and momenta are values that were read from variables, whose memory they share. So a gradient is
//                  used up when it is there, and no vector of all gradients is ever made. Nodes that read these weights come before.
//                  Gives the sum of the gradient's squares.
// SkiplabAdd       Adds to some neighbours among sums, in place, and gives 0.
// SkiplabClear     Sets a vector to zeros, in place, and gives 0.
// SkiplabParts     Consecutive parts of a vector, in its own memory.
//
// No product is added to in one instruction: the same numbers with every set of instructions, whatever the number of threads.
#include <cstdint>
#include <vector>

#include "op-support.h"
#include "share-out.h"
#include "vectors.h"

namespace skiplab {
namespace {

/** Values that a thread takes at a time. */
constexpr int64_t longestRun = 16384;
/** Squares that are summed up in fp32, in each lane, before they join the sum in double precision. */
constexpr int64_t squaresAtOnce = 512;

/** Calls `use` with the first value and the end of each run, on all threads. */
template <typename Use>
void inRuns(int64_t count, Use use) {
  const int runs = int((count + longestRun - 1) / longestRun);
  shareOut(runs, std::min(threads(), runs), [&](int run) { use(run * longestRun, std::min((run + 1) * longestRun, count)); });
}

struct Momentum {
  float keep, decay;
  bool nesterov;
};

template <typename V>
inline V moved(const Momentum& by, float learningRate, V gradient, V& weight, V& momentum) {
  const V asked = gradient + weight * by.decay;
  const V next = momentum * by.keep + asked;
  weight = weight - (by.nesterov ? asked + next * by.keep : next) * learningRate;
  momentum = next;
  return gradient * gradient;
}

/** @return the sum of the gradient's squares */
template <typename T>
double move(const Momentum& by, float learningRate, int64_t count, const T* gradients, float* weights, float* momenta) {
  double squares = 0;
  int64_t index = 0;
  while (index + lanes <= count) {
    Floats sum{};
    const int64_t end = std::min(index + squaresAtOnce, count);
    for (; index + lanes <= end; index += lanes) {
      Floats weight = load(weights + index), momentum = load(momenta + index);
      sum = sum + moved(by, learningRate, load(gradients + index), weight, momentum);
      store(weights + index, weight);
      store(momenta + index, momentum);
    }
    for (int lane = 0; lane < lanes; ++lane) squares += double(sum[lane]);
  }
  for (; index < count; ++index) squares += double(moved(by, learningRate, toFloat(gradients[index]), weights[index], momenta[index]));
  return squares;
}

template <typename T>
struct MomentumOp {
  Momentum by;
  int64_t offset;

  explicit MomentumOp(Attributes& attributes) : by{attributes.number("keep"), attributes.number("decay"), attributes.boolean("nesterov")}, offset(attributes.integer("offset")) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor weights = call.input(0), momenta = call.input(1), learningRate = call.input(2), gradient = call.input(3);
    if (!call.ok()) return;
    const int64_t count = TF_TensorElementCount(gradient.get()), all = TF_TensorElementCount(weights.get());
    if (offset + count > all || TF_TensorElementCount(momenta.get()) != all) return call.fail("SkiplabMomentum takes as many momenta as weights, and a gradient of some of them");
    const Tensor result = call.output<float>(0, {});
    if (!call.ok()) return;
    std::vector<double> squares(size_t(count / longestRun + 1), 0.0);
    inRuns(count, [&](int64_t first, int64_t end) {
      const int64_t at = offset + first;
      squares[size_t(first / longestRun)] = move(by, *data<float>(learningRate), end - first, data<T>(gradient) + first, data<float>(weights) + at, data<float>(momenta) + at);
    });
    double sum = 0;
    for (const double part : squares) sum += part;
    *data<float>(result) = float(sum);
  }
};

template <typename T>
struct Add {
  int64_t offset;

  explicit Add(Attributes& attributes) : offset(attributes.integer("offset")) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor sums = call.input(0), values = call.input(1), done = call.output<float>(0, {});
    if (!call.ok()) return;
    const int64_t count = TF_TensorElementCount(values.get());
    if (offset + count > TF_TensorElementCount(sums.get())) return call.fail("SkiplabAdd takes values for some of the sums");
    inRuns(count, [&](int64_t first, int64_t end) {
      const T* from = data<T>(values);
      float* to = data<float>(sums) + offset;
      int64_t index = first;
      for (; index + lanes <= end; index += lanes) store(to + index, load(to + index) + load(from + index));
      for (; index < end; ++index) to[index] += toFloat(from[index]);
    });
    *data<float>(done) = 0;
  }
};

struct Clear {
  explicit Clear(Attributes&) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor sums = call.input(0), done = call.output<float>(0, {});
    if (!call.ok()) return;
    inRuns(TF_TensorElementCount(sums.get()), [&](int64_t first, int64_t end) { std::fill(data<float>(sums) + first, data<float>(sums) + end, 0.0f); });
    *data<float>(done) = 0;
  }
};

using Shared = std::shared_ptr<TF_Tensor>;

template <typename T>
struct Parts {
  std::vector<int64_t> sizes;

  explicit Parts(Attributes& attributes) : sizes(attributes.integers("sizes")) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Shared whole(call.input(0));
    if (!call.ok()) return;
    int64_t first = 0;
    for (size_t index = 0; index < sizes.size(); first += sizes[index], ++index) {
      if (first + sizes[index] > TF_TensorElementCount(whole.get())) return call.fail("SkiplabParts takes a vector as long as all its parts");
      // Where a part does not begin at a multiple of 64 bytes TensorFlow copies it. A part keeps the whole from being freed.
      T* values = static_cast<T*>(TF_TensorData(whole.get())) + first;
      const auto release = [](void*, size_t, void* held) { delete static_cast<Shared*>(held); };
      const TF_DataType type = TF_TensorType(whole.get());
      call.give(int(index), Tensor(TF_NewTensor(type, &sizes[index], 1, values, size_t(sizes[index]) * sizeof(T), release, new Shared(whole))));
    }
  }
};

}  // namespace

void registerUpdates(TF_Status* status) {
  registerOp({"SkiplabMomentum",
              {"weights: float", "momenta: float", "learning_rate: float", "gradient: T"},
              {"squares: float"},
              {"T: {float, bfloat16}", "offset: int >= 0", "keep: float", "decay: float", "nesterov: bool"},
              true}, status);
  registerOp({"SkiplabAdd", {"sums: float", "values: T"}, {"done: float"}, {"T: {float, bfloat16}", "offset: int >= 0"}, true}, status);
  registerOp({"SkiplabClear", {"sums: T"}, {"done: float"}, {"T: {float}"}, true}, status);
  registerOp({"SkiplabParts", {"whole: T"}, {"parts: count * T"}, {"T: {float, bfloat16}", "count: int >= 1", "sizes: list(int)"}}, status);
  registerKernel<MomentumOp<float>>("SkiplabMomentum", TF_FLOAT, status);
  registerKernel<MomentumOp<bf16>>("SkiplabMomentum", TF_BFLOAT16, status);
  registerKernel<Add<float>>("SkiplabAdd", TF_FLOAT, status);
  registerKernel<Add<bf16>>("SkiplabAdd", TF_BFLOAT16, status);
  registerKernel<Clear>("SkiplabClear", TF_FLOAT, status);
  registerKernel<Parts<float>>("SkiplabParts", TF_FLOAT, status);
  registerKernel<Parts<bf16>>("SkiplabParts", TF_BFLOAT16, status);
}

}  // namespace skiplab
