// SkiplabNormalize      BN of a training batch (Ioffe and Szegedy 2015), the shortcut's addition and ReLU in one op.
// SkiplabNormalizeGrad  Its gradients.
//
// TensorFlow's own ops read and write the activations once for each of the three, and on a CPU that is what they cost.
// See normalization.h for the arithmetic.
#include <cmath>

#include "kernels.h"
#include "op-support.h"
#include "share-out.h"

namespace skiplab {
namespace {

template <typename T>
const NormalizationCalls<T>& calls() { return ofType<T>(kernels().normalization); }

/** Activations cut into blocks. */
struct Blocks {
  explicit Blocks(const std::vector<int64_t>& shape) : channels(int(shape.back())), pixels(1), each(blockPixels(channels)) {
    for (size_t axis = 0; axis + 1 < shape.size(); ++axis) pixels *= shape[axis];
    count = int((pixels + each - 1) / each);
  }
  Block operator[](int index) const { return {std::min(each, pixels - index * each), channels}; }
  int64_t offset(int index) const { return index * each * channels; }

  int channels;
  int64_t pixels;
  int64_t each;
  int count;
};

template <typename T>
struct Normalize {
  float epsilon;
  bool relu;
  int shortcuts;

  explicit Normalize(Attributes& attributes) : epsilon(attributes.number("epsilon")), relu(attributes.boolean("relu")), shortcuts(attributes.integer("shortcuts")) {}
  void operator()(TF_OpKernelContext* context) const;
};

template <typename T>
void Normalize<T>::operator()(TF_OpKernelContext* context) const {
  Call call(context);
  const Tensor x = call.input(0), scale = call.input(1), offset = call.input(2);
  if (!call.ok()) return;
  const std::vector<int64_t> shape = shapeOf(x);
  const Blocks blocks(shape);
  const int channels = blocks.channels;
  // The shortcut's memory may become y's; asked before the shortcut is held here.
  const Tensor y = call.outputLike(0, shape, shortcuts ? std::vector<int>{3} : std::vector<int>{});
  const Tensor shortcut = shortcuts ? call.input(3) : nullptr;
  const Tensor means = call.output<float>(1, {channels}), variances = call.output<float>(2, {channels}), inverseStds = call.output<float>(3, {channels});
  if (!call.ok()) return;

  std::vector<float> blockMeans(size_t(blocks.count) * channels), blockSquares(blockMeans.size());
  shareOut(blocks.count, threads(), [&](int block) {
    calls<T>().moments(blocks[block], data<T>(x) + blocks.offset(block), &blockMeans[size_t(block) * channels], &blockSquares[size_t(block) * channels]);
  });
  std::vector<float> factors(channels), shifts(channels);
  for (int channel = 0; channel < channels; ++channel) {
    double sum = 0, squares = 0;
    for (int block = 0; block < blocks.count; ++block) sum += double(blockMeans[size_t(block) * channels + channel]) * blocks[block].pixels;
    const double mean = sum / blocks.pixels;
    for (int block = 0; block < blocks.count; ++block) {
      const double between = blockMeans[size_t(block) * channels + channel] - mean;
      squares += blockSquares[size_t(block) * channels + channel] + between * between * blocks[block].pixels;
    }
    const double inverseStd = 1 / std::sqrt(squares / blocks.pixels + epsilon);
    data<float>(means)[channel] = float(mean);
    data<float>(variances)[channel] = float(squares / std::max<int64_t>(1, blocks.pixels - 1));
    data<float>(inverseStds)[channel] = float(inverseStd);
    factors[channel] = float(data<float>(scale)[channel] * inverseStd);
    shifts[channel] = float(data<float>(offset)[channel] - mean * factors[channel]);
  }
  const Affine affine{factors.data(), shifts.data(), relu};
  shareOut(blocks.count, threads(), [&](int index) {
    const int block = blocks.count - 1 - index;  // backwards: the last blocks are still in the cache
    const int64_t at = blocks.offset(block);
    calls<T>().forward(blocks[block], affine, data<T>(x) + at, shortcut ? data<T>(shortcut) + at : nullptr, data<T>(y) + at);
  });
}

template <typename T>
struct NormalizeGradient {
  int gradients;
  bool relu;
  bool addsShortcut;

  explicit NormalizeGradient(Attributes& attributes) : gradients(attributes.integer("gradients")), relu(attributes.boolean("relu")), addsShortcut(attributes.integer("shortcuts") > 0) {}
  void operator()(TF_OpKernelContext* context) const;
};

template <typename T>
void NormalizeGradient<T>::operator()(TF_OpKernelContext* context) const {
  Call call(context);
  const int xIndex = gradients, yIndex = gradients + 5;
  const std::vector<int64_t> shape = shapeOf(call.input(xIndex));
  if (!call.ok()) return;
  const Blocks blocks(shape);
  const int channels = blocks.channels;
  // Asked before the inputs are held here. The shortcut's gradient takes a gradient's memory, dx another's or x's.
  const Tensor shortcutGradient = addsShortcut ? call.outputLike(3, shape, {0}) : nullptr;
  std::vector<int> free{xIndex};
  for (int index = addsShortcut ? 1 : 0; index < gradients; ++index) free.push_back(index);
  const Tensor dx = call.outputLike(0, shape, free);
  const Tensor first = call.input(0), second = gradients > 1 ? call.input(1) : nullptr, x = call.input(xIndex);
  const Tensor scale = call.input(xIndex + 1), offset = call.input(xIndex + 2), means = call.input(xIndex + 3), inverseStds = call.input(xIndex + 4);
  const Tensor y = addsShortcut ? call.input(yIndex) : nullptr;
  const Tensor scaleGradient = call.output<float>(1, {channels}), offsetGradient = call.output<float>(2, {channels});
  if (!call.ok()) return;

  const float* mean = data<float>(means);
  std::vector<float> factors(channels), shifts(channels), slopes(channels), constants(channels);
  for (int channel = 0; channel < channels; ++channel) {
    factors[channel] = float(double(data<float>(scale)[channel]) * data<float>(inverseStds)[channel]);
    shifts[channel] = float(data<float>(offset)[channel] - double(mean[channel]) * factors[channel]);
  }
  const auto arraysAt = [&](int64_t at) {
    return Arrays<T>{data<T>(first) + at, second ? data<T>(second) + at : nullptr, data<T>(x) + at, y ? data<T>(y) + at : nullptr};
  };
  const Affine affine{factors.data(), shifts.data(), relu};
  std::vector<float> blockSums(size_t(blocks.count) * channels), blockProducts(blockSums.size());
  shareOut(blocks.count, threads(), [&](int block) {
    const int64_t at = blocks.offset(block);
    T* passed = shortcutGradient ? data<T>(shortcutGradient) + at : nullptr;
    calls<T>().gradientSums(blocks[block], affine, arraysAt(at), mean, passed, &blockSums[size_t(block) * channels], &blockProducts[size_t(block) * channels]);
  });
  for (int channel = 0; channel < channels; ++channel) {
    double sum = 0, products = 0;
    for (int block = 0; block < blocks.count; ++block) {
      sum += blockSums[size_t(block) * channels + channel];
      products += blockProducts[size_t(block) * channels + channel];
    }
    const double inverseStd = data<float>(inverseStds)[channel];
    data<float>(offsetGradient)[channel] = float(sum);
    data<float>(scaleGradient)[channel] = float(products * inverseStd);
    // dx = factor * (g - sum / N - (x - mean) * inverseStd^2 * products / N)
    const double slope = -factors[channel] * inverseStd * inverseStd * products / blocks.pixels;
    slopes[channel] = float(slope);
    constants[channel] = float(-factors[channel] * sum / blocks.pixels - slope * mean[channel]);
  }
  const Affine open{factors.data(), shifts.data(), false};
  shareOut(blocks.count, threads(), [&](int index) {
    const int block = blocks.count - 1 - index;
    const int64_t at = blocks.offset(block);
    if (shortcutGradient) {
      // What passed the rectifier was written down in the first round.
      const Arrays<T> arrays{data<T>(shortcutGradient) + at, nullptr, data<T>(x) + at, nullptr};
      calls<T>().gradient(blocks[block], open, arrays, slopes.data(), constants.data(), data<T>(dx) + at);
    } else {
      calls<T>().gradient(blocks[block], affine, arraysAt(at), slopes.data(), constants.data(), data<T>(dx) + at);
    }
  });
}

}  // namespace

void registerNormalization(TF_Status* status) {
  const char* const types = "T: {float, bfloat16}";
  const char* const shortcuts = "shortcuts: int >= 0";
  registerOp({"SkiplabNormalize", {"x: T", "scale: float", "offset: float", "shortcut: shortcuts * T"}, {"y: T", "mean: float", "variance: float", "inverse_std: float"}, {types, shortcuts, "relu: bool", "epsilon: float"}}, status);
  registerOp({"SkiplabNormalizeGrad",
              {"gradient: gradients * T", "x: T", "scale: float", "offset: float", "mean: float", "inverse_std: float", "y: shortcuts * T"},
              {"x_gradient: T", "scale_gradient: float", "offset_gradient: float", "shortcut_gradient: shortcuts * T"},
              {types, "gradients: int >= 1", shortcuts, "relu: bool"}},
             status);
  registerKernel<Normalize<float>>("SkiplabNormalize", TF_FLOAT, status);
  registerKernel<Normalize<bf16>>("SkiplabNormalize", TF_BFLOAT16, status);
  registerKernel<NormalizeGradient<float>>("SkiplabNormalizeGrad", TF_FLOAT, status);
  registerKernel<NormalizeGradient<bf16>>("SkiplabNormalizeGrad", TF_BFLOAT16, status);
}

}  // namespace skiplab
