// SkiplabConvolve            A convolution, then a bias, a shortcut and ReLU where they are asked for;
//                            `transposed`: of output gradients back to inputs of `height` and `width`, with the same filters;
//                            `training`: nothing follows, and numbers may differ from those of evaluation in their last bits;
//                            `observations`: also mean and variance of each image's outputs, before the shortcut.
// SkiplabConvolveFilterGrad  The filters' gradient.
//
// See winograd.h and gathered-convolution.h for the arithmetic and its conditions.
#include "gathering-runs.h"
#include "op-support.h"
#include "winograd-runs.h"

namespace skiplab {
namespace {

bool isMultiple(int64_t channels) { return channels % channelStep == 0; }

/** Whether Winograd's algorithm computes it, there and back. */
bool inTiles(const DirectConvolution& of) { return of.kernel == 3 && of.stride == 1 && of.padding == 1 && isMultiple(of.in) && isMultiple(of.out); }

/** Tiles below which the transforms of filters take longer in training than products of bf16 without them. */
constexpr int64_t leastTiles = 64;

template <typename T>
bool trainsInTiles(const DirectConvolution& of) {
  const bool few = Convolution{of.images, of.height, of.width, of.in, of.out}.tiles() < leastTiles;
  return inTiles(of) && !(few && std::is_same<T, bf16>::value && kernels().multipliesBf16);
}

/** Sums of an image's parts to mean and variance: [2, images]. */
void writeMoments(const std::vector<Moments>& parts, int64_t images, double values, float* to) {
  const int64_t each = int64_t(parts.size()) / images;
  for (int64_t image = 0; image < images; ++image) {
    Moments all{0, 0};
    for (int64_t part = image * each; part < (image + 1) * each; ++part) {
      all.sum += parts[part].sum;
      all.squares += parts[part].squares;
    }
    const double mean = all.sum / values, variance = all.squares / values - mean * mean;
    to[image] = float(mean);
    to[images + image] = float(variance < 0 ? 0 : variance);  // a NaN passes
  }
}

template <typename T>
struct Convolve {
  bool training, transposed, biased, addsShortcut, relu, withMoments;
  int stride, padding, height, width;

  explicit Convolve(Attributes& attributes)
      : training(attributes.boolean("training")), transposed(attributes.boolean("transposed")), biased(attributes.integer("biases") > 0), addsShortcut(attributes.integer("shortcuts") > 0), relu(attributes.boolean("relu")), withMoments(attributes.integer("observations") > 0),
        stride(attributes.integer("stride")), padding(attributes.integer("padding")), height(attributes.integer("height")), width(attributes.integer("width")) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor x = call.input(0), weights = call.input(1);
    const Tensor bias = biased ? call.input(2) : nullptr, shortcut = addsShortcut ? call.input(biased ? 3 : 2) : nullptr;
    if (!call.ok()) return;
    const std::vector<int64_t> shape = shapeOf(x), filters = shapeOf(weights);
    if (shape.size() != 4 || filters.size() != 4 || filters[0] != filters[1] || filters[transposed ? 3 : 2] != shape[3]) return call.fail("SkiplabConvolve takes images [batch, height, width, in] and filters [kernel, kernel, in, out]");
    const DirectConvolution of{shape[0], transposed ? height : int(shape[1]), transposed ? width : int(shape[2]), int(filters[2]), int(filters[3]), int(filters[0]), stride, padding};
    if (transposed && (of.outHeight() != shape[1] || of.outWidth() != shape[2])) return call.fail("SkiplabConvolve, transposed, takes output gradients of a convolution of `height` x `width` images");
    const std::vector<int64_t> outputs = transposed ? std::vector<int64_t>{of.images, height, width, of.in} : std::vector<int64_t>{of.images, of.outHeight(), of.outWidth(), of.out};
    if (!isMultiple(outputs[3])) return call.fail("SkiplabConvolve gives multiples of 16 channels");
    if ((bias && shapeOf(bias) != std::vector<int64_t>{outputs[3]}) || (shortcut && shapeOf(shortcut) != outputs)) return call.fail("SkiplabConvolve takes a bias [out] and a shortcut of the output's shape");
    const Tensor y = call.output<T>(0, outputs), moments = withMoments ? call.output<float>(1, {2, of.images}) : nullptr;
    if (!call.ok()) return;
    std::vector<Moments> parts;
    const Epilogue<T> epilogue{data<float>(bias), data<T>(shortcut), relu, nullptr};
    if (training && isSmall(of)) GatheringRuns<T>(transposed ? smallBackwards(of) : smallForwards(of), threads()).convolve(data<T>(x), data<T>(weights), epilogue, data<T>(y));
    else if (training ? trainsInTiles<T>(of) : inTiles(of)) convolveTiles(of, data<T>(x), data<T>(weights), epilogue, parts, data<T>(y));
    else if (transposed) transposeGathering(of, data<T>(x), data<T>(weights), data<T>(y));
    else convolveGathering(of, data<T>(x), data<T>(weights), epilogue, parts, data<T>(y));
    if (withMoments) writeMoments(parts, of.images, double(outputs[1]) * outputs[2] * outputs[3], data<float>(moments));
  }

 private:
  Epilogue<T> observing(Epilogue<T> epilogue, std::vector<Moments>& parts, int64_t count) const {
    if (withMoments) parts.resize(size_t(count));
    if (withMoments) epilogue.moments = parts.data();
    return epilogue;
  }

  void convolveTiles(const DirectConvolution& of, const T* x, const T* weights, const Epilogue<T>& epilogue, std::vector<Moments>& parts, T* y) const {
    const Convolution tiled{of.images, of.height, of.width, transposed ? of.out : of.in, transposed ? of.in : of.out};
    WinogradRuns<T>(tiled, threads()).convolve(x, weights, transposed, observing(epilogue, parts, tiled.tiles()), y);
  }

  void convolveGathering(const DirectConvolution& of, const T* x, const T* weights, const Epilogue<T>& epilogue, std::vector<Moments>& parts, T* y) const {
    const GatheringRuns<T> runs(forwards(of), threads());
    runs.convolve(x, weights, observing(epilogue, parts, runs.blocksOfImages()), y);
  }

  /** The rows and columns that meet the same taps, one set after the other. */
  void transposeGathering(const DirectConvolution& of, const T* gradient, const T* weights, T* y) const {
    for (int row = 0; row < of.stride; ++row)
      for (int column = 0; column < of.stride; ++column) GatheringRuns<T>(backwards(of, row, column), threads()).convolve(gradient, weights, Epilogue<T>{}, y);
  }
};

template <typename T>
struct ConvolveFilterGradient {
  int kernel, stride, padding;

  explicit ConvolveFilterGradient(Attributes& attributes) : kernel(attributes.integer("kernel")), stride(attributes.integer("stride")), padding(attributes.integer("padding")) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor x = call.input(0), gradient = call.input(1);
    if (!call.ok()) return;
    const std::vector<int64_t> shape = shapeOf(x), outputs = shapeOf(gradient);
    if (shape.size() != 4 || outputs.size() != 4 || shape[0] != outputs[0]) return call.fail("SkiplabConvolveFilterGrad takes images and output gradients of the same batch");
    const DirectConvolution of{shape[0], int(shape[1]), int(shape[2]), int(shape[3]), int(outputs[3]), kernel, stride, padding};
    if (of.outHeight() != outputs[1] || of.outWidth() != outputs[2] || !isMultiple(of.out)) return call.fail("SkiplabConvolveFilterGrad takes gradients of the convolution's outputs, multiples of 16 channels");
    const Tensor weights = call.output<T>(0, {kernel, kernel, of.in, of.out});
    if (!call.ok()) return;
    if (!isSmall(of) && trainsInTiles<T>(of)) WinogradRuns<T>({of.images, of.height, of.width, of.in, of.out}, threads()).filterGradient(data<T>(x), data<T>(gradient), data<T>(weights));
    else GatheringRuns<T>(forwards(of), threads()).filterGradient(data<T>(x), data<T>(gradient), data<T>(weights));
  }
};

}  // namespace

void registerConvolution(TF_Status* status) {
  registerOp({"SkiplabConvolve",
              {"x: T", "weights: T", "bias: biases * float", "shortcut: shortcuts * T"},
              {"y: T", "moments: observations * float"},
              {"T: {float, bfloat16}", "stride: int >= 1", "padding: int >= 0", "training: bool = false", "transposed: bool", "height: int = 0", "width: int = 0", "biases: int >= 0", "shortcuts: int >= 0", "relu: bool", "observations: int >= 0"}}, status);
  registerOp({"SkiplabConvolveFilterGrad", {"x: T", "gradient: T"}, {"weights_gradient: T"}, {"T: {float, bfloat16}", "kernel: int >= 1", "stride: int >= 1", "padding: int >= 0"}}, status);
  registerKernel<Convolve<float>>("SkiplabConvolve", TF_FLOAT, status);
  registerKernel<Convolve<bf16>>("SkiplabConvolve", TF_BFLOAT16, status);
  registerKernel<ConvolveFilterGradient<float>>("SkiplabConvolveFilterGrad", TF_FLOAT, status);
  registerKernel<ConvolveFilterGradient<bf16>>("SkiplabConvolveFilterGrad", TF_BFLOAT16, status);
}

}  // namespace skiplab
