// TensorFlow ops over the kernels, registered through its C API when this module is loaded, for the CPU.
//
// SkiplabNormalize      BN of a training batch (Ioffe and Szegedy 2015), the shortcut's addition and ReLU in one op.
// SkiplabNormalizeGrad  Its gradients.
//
// TensorFlow's own ops read and write the activations once for each of the three; on a CPU that is memory traffic, a fifth
// of a training step. See normalization.h for the arithmetic.
#include <node_api.h>
#include <tensorflow/c/kernels.h>
#include <tensorflow/c/ops.h>
#include <tensorflow/c/tf_tensor.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "normalization.h"
#include "share-out.h"
#include "vectors.h"

namespace skiplab {
namespace {

struct StatusDeleter {
  void operator()(TF_Status* status) const { TF_DeleteStatus(status); }
};
struct TensorDeleter {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
using OwnedStatus = std::unique_ptr<TF_Status, StatusDeleter>;
using Tensor = std::unique_ptr<TF_Tensor, TensorDeleter>;

/** An op's attributes. */
struct Options {
  float epsilon = 0;
  bool relu = false;
  int shortcuts = 0;
  int gradients = 0;
};

/** As many as TensorFlow takes for one op: it reads the same variable. */
int threads() {
  static const int count = [] {
    const char* asked = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int number = asked ? std::atoi(asked) : 0;
    return number > 0 ? number : std::max(1, int(std::thread::hardware_concurrency()));
  }();
  return count;
}

/** One call of an op; after a failure every further step is a no-op and `ok` is false. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  Call(const Call&) = delete;
  ~Call() {
    if (!ok()) TF_OpKernelContext_Failure(context_, status_.get());
  }

  bool ok() const { return TF_GetCode(status_.get()) == TF_OK; }

  Tensor input(int index) {
    TF_Tensor* tensor = nullptr;
    if (ok()) TF_GetInput(context_, index, &tensor, status_.get());
    return Tensor(tensor);
  }

  /** Of the shape of an input, in its memory or that of another candidate when nobody else needs it any more. */
  Tensor outputLike(int index, const std::vector<int64_t>& shape, const std::vector<int>& candidates) {
    int forwarded = -1;
    if (!ok()) return nullptr;
    return Tensor(TF_ForwardInputOrAllocateOutput(context_, candidates.data(), int(candidates.size()), index, shape.data(), int(shape.size()), &forwarded, status_.get()));
  }

  Tensor floats(int index, int64_t count) {
    if (!ok()) return nullptr;
    return Tensor(TF_AllocateOutput(context_, index, TF_FLOAT, &count, 1, size_t(count) * sizeof(float), status_.get()));
  }

 private:
  TF_OpKernelContext* context_;
  OwnedStatus status_;
};

template <typename T>
T* data(const Tensor& tensor) {
  return tensor ? static_cast<T*>(TF_TensorData(tensor.get())) : nullptr;
}

std::vector<int64_t> shapeOf(const Tensor& tensor) {
  std::vector<int64_t> shape;
  for (int axis = 0; tensor && axis < TF_NumDims(tensor.get()); ++axis) shape.push_back(TF_Dim(tensor.get(), axis));
  return shape;
}

template <typename T>
const Calls<T>& calls();
template <>
const Calls<float>& calls<float>() { return kernels().floats; }
template <>
const Calls<bf16>& calls<bf16>() { return kernels().bf16s; }

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
void normalize(const Options& options, TF_OpKernelContext* context) {
  Call call(context);
  const Tensor x = call.input(0), scale = call.input(1), offset = call.input(2);
  if (!call.ok()) return;
  const std::vector<int64_t> shape = shapeOf(x);
  const Blocks blocks(shape);
  const int channels = blocks.channels;
  // The shortcut's memory may become y's; asked before the shortcut is held here.
  const Tensor y = call.outputLike(0, shape, options.shortcuts ? std::vector<int>{3} : std::vector<int>{});
  const Tensor shortcut = options.shortcuts ? call.input(3) : nullptr;
  const Tensor means = call.floats(1, channels), variances = call.floats(2, channels), inverseStds = call.floats(3, channels);
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
    const double inverseStd = 1 / std::sqrt(squares / blocks.pixels + options.epsilon);
    data<float>(means)[channel] = float(mean);
    data<float>(variances)[channel] = float(squares / std::max<int64_t>(1, blocks.pixels - 1));
    data<float>(inverseStds)[channel] = float(inverseStd);
    factors[channel] = float(data<float>(scale)[channel] * inverseStd);
    shifts[channel] = float(data<float>(offset)[channel] - mean * factors[channel]);
  }
  const Affine affine{factors.data(), shifts.data(), options.relu};
  shareOut(blocks.count, threads(), [&](int index) {
    const int block = blocks.count - 1 - index;  // backwards: the last blocks are still in the cache
    const int64_t at = blocks.offset(block);
    calls<T>().forward(blocks[block], affine, data<T>(x) + at, shortcut ? data<T>(shortcut) + at : nullptr, data<T>(y) + at);
  });
}

template <typename T>
void normalizeGradient(const Options& options, TF_OpKernelContext* context) {
  Call call(context);
  const int gradients = options.gradients, xIndex = gradients, yIndex = gradients + 5;
  const bool addsShortcut = options.shortcuts > 0;
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
  const Tensor scaleGradient = call.floats(1, channels), offsetGradient = call.floats(2, channels);
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
  const Affine affine{factors.data(), shifts.data(), options.relu};
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

template <bool isGradient>
void* create(TF_OpKernelConstruction* construction) {
  const OwnedStatus status(TF_NewStatus());
  auto options = std::make_unique<Options>();
  const auto read = [&](const char* name, auto get, auto* value) {
    if (TF_GetCode(status.get()) == TF_OK) get(construction, name, value, status.get());
  };
  unsigned char relu = 0;
  read("relu", TF_OpKernelConstruction_GetAttrBool, &relu);
  read("shortcuts", TF_OpKernelConstruction_GetAttrInt32, &options->shortcuts);
  if (isGradient) read("gradients", TF_OpKernelConstruction_GetAttrInt32, &options->gradients);
  else read("epsilon", TF_OpKernelConstruction_GetAttrFloat, &options->epsilon);
  options->relu = relu != 0;
  if (TF_GetCode(status.get()) != TF_OK) TF_OpKernelConstruction_Failure(construction, status.get());
  return options.release();
}

void destroy(void* options) { delete static_cast<Options*>(options); }

template <typename T, bool isGradient>
void compute(void* options, TF_OpKernelContext* context) {
  if (isGradient) normalizeGradient<T>(*static_cast<Options*>(options), context);
  else normalize<T>(*static_cast<Options*>(options), context);
}

/** Output `index` has the shape of input `from`. */
void sameShape(TF_ShapeInferenceContext* context, int index, int from, TF_Status* status) {
  TF_ShapeHandle* shape = TF_NewShapeHandle();
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextGetInput(context, from, shape, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, index, shape, status);
  TF_DeleteShapeHandle(shape);
}

void forwardShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  sameShape(context, 0, 0, status);
  for (int index = 1; index < 4; ++index) sameShape(context, index, 1, status);
}

template <typename T, bool isGradient>
void registerKernel(const char* op, TF_DataType type, TF_Status* status) {
  TF_KernelBuilder* builder = TF_NewKernelBuilder(op, "CPU", create<isGradient>, compute<T, isGradient>, destroy);
  TF_KernelBuilder_TypeConstraint(builder, "T", type, status);
  if (TF_GetCode(status) == TF_OK) TF_RegisterKernelBuilder(op, builder, status);
}

void registerOps(TF_Status* status) {
  TF_OpDefinitionBuilder* forward = TF_NewOpDefinitionBuilder("SkiplabNormalize");
  for (const char* input : {"x: T", "scale: float", "offset: float", "shortcut: shortcuts * T"}) TF_OpDefinitionBuilderAddInput(forward, input);
  for (const char* output : {"y: T", "mean: float", "variance: float", "inverse_std: float"}) TF_OpDefinitionBuilderAddOutput(forward, output);
  for (const char* attribute : {"T: {float, bfloat16}", "shortcuts: int >= 0", "relu: bool", "epsilon: float"}) TF_OpDefinitionBuilderAddAttr(forward, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(forward, forwardShapes);
  TF_RegisterOpDefinition(forward, status);
  if (TF_GetCode(status) != TF_OK) return;

  TF_OpDefinitionBuilder* backward = TF_NewOpDefinitionBuilder("SkiplabNormalizeGrad");
  for (const char* input : {"gradient: gradients * T", "x: T", "scale: float", "offset: float", "mean: float", "inverse_std: float", "y: shortcuts * T"}) TF_OpDefinitionBuilderAddInput(backward, input);
  for (const char* output : {"x_gradient: T", "scale_gradient: float", "offset_gradient: float", "shortcut_gradient: shortcuts * T"}) TF_OpDefinitionBuilderAddOutput(backward, output);
  for (const char* attribute : {"T: {float, bfloat16}", "gradients: int >= 1", "shortcuts: int >= 0", "relu: bool"}) TF_OpDefinitionBuilderAddAttr(backward, attribute);
  // Nothing that is built on these needs their shapes beforehand.
  TF_OpDefinitionBuilderSetShapeInferenceFunction(backward, TF_ShapeInferenceContextSetUnknownShape);
  TF_RegisterOpDefinition(backward, status);
  if (TF_GetCode(status) != TF_OK) return;

  registerKernel<float, false>("SkiplabNormalize", TF_FLOAT, status);
  if (TF_GetCode(status) == TF_OK) registerKernel<bf16, false>("SkiplabNormalize", TF_BFLOAT16, status);
  if (TF_GetCode(status) == TF_OK) registerKernel<float, true>("SkiplabNormalizeGrad", TF_FLOAT, status);
  if (TF_GetCode(status) == TF_OK) registerKernel<bf16, true>("SkiplabNormalizeGrad", TF_BFLOAT16, status);
}

napi_value initialize(napi_env env, napi_value exports) {
  static const OwnedStatus status = [] {
    OwnedStatus fresh(TF_NewStatus());
    registerOps(fresh.get());
    return fresh;
  }();
  if (TF_GetCode(status.get()) != TF_OK) {
    napi_throw_error(env, nullptr, TF_Message(status.get()));
    return nullptr;
  }
  napi_value instructions;
  if (napi_create_string_utf8(env, kernels().instructions, NAPI_AUTO_LENGTH, &instructions) == napi_ok) napi_set_named_property(env, exports, "instructions", instructions);
  return exports;
}

}  // namespace
}  // namespace skiplab

NAPI_MODULE_INIT() { return skiplab::initialize(env, exports); }
