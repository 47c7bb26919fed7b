// SkiplabConvolve            Convolves, then adds a bias and a shortcut and applies ReLU where they are asked for;
//                            `transposed`: computes the input gradient from the output gradient, with the same filters;
//                            `observations`: also mean and variance of each image's outputs, before the shortcut;
//                            `branches`: number of calls that run at the same time; each takes its share of the threads.
// SkiplabConvolveFilterGrad  Computes the filter gradient of a 3x3 convolution with stride 1 and SAME padding.
//
// See winograd.h for the arithmetic and its conditions; direct-convolution.h for convolutions that do not meet them.
#include "aligned-floats.h"
#include "kernels.h"
#include "op-support.h"
#include "share-images.h"

namespace skiplab {
namespace {

/** Memory that a thread keeps from one call to the next. */
float* threadScratch(int64_t count) {
  static thread_local AlignedFloats floats;
  return floats.atLeast(count);
}

/** Filters as a kernel wants them, kept like the scratch memory. */
float* threadFilters(int64_t count) {
  static thread_local AlignedFloats floats;
  return floats.atLeast(count);
}

/** Runs of tiles that are taken together. */
int runsOf(const Convolution& of) { return int((of.tiles() + tilesTogether(of) - 1) / tilesTogether(of)); }

template <typename Use>
void withRun(const Convolution& of, int run, Use use) {
  const int64_t first = int64_t(run) * tilesTogether(of);
  use(first, int(std::min<int64_t>(tilesTogether(of), of.tiles() - first)));
}

template <typename T>
const WinogradCalls<T>& calls() { return ofType<T>(kernels().winograd); }

bool fits(const Convolution& of) { return of.in % channelStep == 0 && of.out % channelStep == 0; }

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
  bool transposed, biased, addsShortcut, relu, withMoments;
  int stride, padding, branches;

  explicit Convolve(Attributes& attributes)
      : transposed(attributes.boolean("transposed")), biased(attributes.integer("biases") > 0), addsShortcut(attributes.integer("shortcuts") > 0), relu(attributes.boolean("relu")), withMoments(attributes.integer("observations") > 0),
        stride(attributes.integer("stride")), padding(attributes.integer("padding")), branches(attributes.integer("branches")) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor x = call.input(0), weights = call.input(1);
    const Tensor bias = biased ? call.input(2) : nullptr, shortcut = addsShortcut ? call.input(biased ? 3 : 2) : nullptr;
    if (!call.ok()) return;
    const std::vector<int64_t> shape = shapeOf(x), filters = shapeOf(weights);
    if (shape.size() != 4 || filters.size() != 4 || filters[0] != filters[1] || filters[transposed ? 3 : 2] != shape[3]) return call.fail("SkiplabConvolve takes images [batch, height, width, in] and filters [kernel, kernel, in, out]");
    const DirectConvolution of{shape[0], int(shape[1]), int(shape[2]), int(shape[3]), int(filters[transposed ? 2 : 3]), int(filters[0]), stride, padding};
    const Convolution tiled{of.images, of.height, of.width, of.in, of.out};
    const bool inTiles = of.kernel == 3 && stride == 1 && padding == 1 && fits(tiled);
    if (of.out % channelStep != 0 || (transposed && !inTiles)) return call.fail("SkiplabConvolve gives multiples of 16 channels; transposed, it takes them too, with 3x3 filters, a stride of 1 and a border of 1");
    const std::vector<int64_t> outputs{of.images, of.outHeight(), of.outWidth(), of.out};
    if ((bias && shapeOf(bias) != std::vector<int64_t>{of.out}) || (shortcut && shapeOf(shortcut) != outputs)) return call.fail("SkiplabConvolve takes a bias [out] and a shortcut of the output's shape");
    const Tensor y = call.output<T>(0, outputs), moments = withMoments ? call.output<float>(1, {2, of.images}) : nullptr;
    if (!call.ok()) return;
    std::vector<Moments> parts(withMoments ? size_t(inTiles ? tiled.tiles() : of.images * of.outHeight()) : 0);
    const Epilogue<T> epilogue{data<float>(bias), data<T>(shortcut), relu, withMoments ? parts.data() : nullptr};
    if (inTiles) convolveTiles(tiled, data<T>(x), data<T>(weights), epilogue, data<T>(y));
    else convolveRows(of, data<T>(x), data<T>(weights), epilogue, data<T>(y));
    if (withMoments) writeMoments(parts, of.images, double(of.outHeight()) * of.outWidth() * of.out, data<float>(moments));
  }

 private:
  void convolveTiles(const Convolution& of, const T* x, const T* weights, const Epilogue<T>& epilogue, T* y) const {
    float* transformed = threadFilters(int64_t(positions) * of.in * of.out);
    calls<T>().filters(of, weights, transposed, transformed);
    shareOut(runsOf(of), std::max(1, threads() / branches), [&](int run) {
      withRun(of, run, [&](int64_t first, int count) { calls<T>().convolve(of, x, transformed, first, count, from(epilogue, first), threadScratch(scratchFloats(of)), y); });
    });
  }

  void convolveRows(const DirectConvolution& of, const T* x, const T* weights, const Epilogue<T>& epilogue, T* y) const {
    const int64_t count = int64_t(of.kernel) * of.kernel * of.in * of.out;
    float* widened = threadFilters(count);
    std::transform(weights, weights + count, widened, [](T value) { return toFloat(value); });
    shareImages(of.images, branches, [&](int64_t image) {
      for (int64_t row = image * of.outHeight(); row < (image + 1) * of.outHeight(); ++row)
        ofType<T>(kernels().direct)(of, x, widened, row, from(epilogue, row), threadScratch(of.scratchFloats()), y);
    });
  }

  /** The epilogue of parts from `first` on. */
  static Epilogue<T> from(Epilogue<T> epilogue, int64_t first) {
    if (epilogue.moments) epilogue.moments += first;
    return epilogue;
  }
};

template <typename T>
struct ConvolveFilterGradient {
  explicit ConvolveFilterGradient(Attributes&) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor x = call.input(0), gradient = call.input(1);
    if (!call.ok()) return;
    const std::vector<int64_t> shape = shapeOf(x), outputs = shapeOf(gradient);
    if (shape.size() != 4 || outputs.size() != 4 || !std::equal(shape.begin(), shape.begin() + 3, outputs.begin())) return call.fail("SkiplabConvolveFilterGrad takes images and output gradients of the same batch, height and width");
    const Convolution of{shape[0], int(shape[1]), int(shape[2]), int(shape[3]), int(outputs[3])};
    if (!fits(of)) return call.fail("SkiplabConvolveFilterGrad takes multiples of 16 channels");
    const Tensor weights = call.output<T>(0, {3, 3, of.in, of.out});
    if (!call.ok()) return;
    const int64_t size = int64_t(positions) * of.in * of.out;
    // A sum for each thread, added up in a fixed order: the same numbers each time for a given number of threads.
    const int runs = runsOf(of), parts = std::min(threads(), runs);
    static thread_local AlignedFloats kept;
    float* sums = kept.atLeast(size * parts);
    shareOut(parts, threads(), [&](int part) {
      float* sum = sums + size * part;
      std::fill(sum, sum + size, 0.0f);
      for (int run = int(int64_t(runs) * part / parts); run < int64_t(runs) * (part + 1) / parts; ++run)
        withRun(of, run, [&](int64_t first, int count) { calls<T>().addFilterGradient(of, data<T>(x), data<T>(gradient), first, count, threadScratch(scratchFloats(of)), sum); });
    });
    for (int part = 1; part < parts; ++part)
      for (int64_t at = 0; at < size; ++at) sums[at] += sums[size * part + at];
    calls<T>().filterGradient(of, sums, data<T>(weights));
  }
};

}  // namespace

void registerConvolution(TF_Status* status) {
  registerOp({"SkiplabConvolve",
              {"x: T", "weights: T", "bias: biases * float", "shortcut: shortcuts * T"},
              {"y: T", "moments: observations * float"},
              {"T: {float, bfloat16}", "stride: int >= 1", "padding: int >= 0", "transposed: bool", "biases: int >= 0", "shortcuts: int >= 0", "relu: bool", "observations: int >= 0", "branches: int >= 1"}}, status);
  registerOp({"SkiplabConvolveFilterGrad", {"x: T", "gradient: T"}, {"weights_gradient: T"}, {"T: {float, bfloat16}"}}, status);
  registerKernel<Convolve<float>>("SkiplabConvolve", TF_FLOAT, status);
  registerKernel<Convolve<bf16>>("SkiplabConvolve", TF_BFLOAT16, status);
  registerKernel<ConvolveFilterGradient<float>>("SkiplabConvolveFilterGrad", TF_FLOAT, status);
  registerKernel<ConvolveFilterGradient<bf16>>("SkiplabConvolveFilterGrad", TF_BFLOAT16, status);
}

}  // namespace skiplab
