// SkiplabShortcut      Option A (He et al. 2015, section 3.3): every stride-th pixel, zero channels before and behind.
//                      [batch, height, width, in] -> [batch, ceil(height / stride), ceil(width / stride), channels]
// SkiplabShortcutGrad  Its way back: [batch, ..., channels] -> [batch, height, width, in]
//
// They only copy: the same numbers as from TensorFlow's slices and concatenations.
#include <algorithm>

#include "op-support.h"
#include "share-images.h"
#include "vectors.h"

namespace skiplab {
namespace {

/** One image on either side. */
struct ShortcutSizes {
  int height, width, in, channels, stride, zerosBefore;

  int down() const { return (height + stride - 1) / stride; }
  int across() const { return (width + stride - 1) / stride; }
  int64_t wide() const { return int64_t(height) * width * in; }
  int64_t narrow() const { return int64_t(down()) * across() * channels; }
};

template <typename T>
void subsample(const ShortcutSizes& of, const T* from, T* to) {
  for (int row = 0; row < of.down(); ++row)
    for (int column = 0; column < of.across(); ++column, to += of.channels) {
      const T* pixel = from + (int64_t(row) * of.width + column) * of.stride * of.in;
      std::fill(to, to + of.zerosBefore, T{});
      std::fill(std::copy(pixel, pixel + of.in, to + of.zerosBefore), to + of.channels, T{});
    }
}

template <typename T>
void spread(const ShortcutSizes& of, const T* from, T* to) {
  for (int row = 0; row < of.height; ++row)
    for (int column = 0; column < of.width; ++column, to += of.in) {
      if (row % of.stride != 0 || column % of.stride != 0) {
        std::fill(to, to + of.in, T{});
        continue;
      }
      const T* pixel = from + (int64_t(row / of.stride) * of.across() + column / of.stride) * of.channels + of.zerosBefore;
      std::copy(pixel, pixel + of.in, to);
    }
}

template <typename T>
struct Shortcut {
  int stride, channels, zerosBefore;

  explicit Shortcut(Attributes& attributes) : stride(attributes.integer("stride")), channels(attributes.integer("channels")), zerosBefore(attributes.integer("zeros_before")) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor x = call.input(0);
    if (!call.ok()) return;
    const std::vector<int64_t> shape = shapeOf(x);
    if (shape.size() != 4 || shape[3] + zerosBefore > channels) return call.fail("SkiplabShortcut takes images [batch, height, width, in] and gives no fewer channels");
    const ShortcutSizes of{int(shape[1]), int(shape[2]), int(shape[3]), channels, stride, zerosBefore};
    const Tensor y = call.output<T>(0, {shape[0], of.down(), of.across(), of.channels});
    if (!call.ok()) return;
    shareImages(shape[0], [&](int64_t image) { subsample(of, data<T>(x) + image * of.wide(), data<T>(y) + image * of.narrow()); });
  }
};

template <typename T>
struct ShortcutGradient {
  ShortcutSizes sizes;

  explicit ShortcutGradient(Attributes& attributes) : sizes{attributes.integer("height"), attributes.integer("width"), attributes.integer("in"), 0, attributes.integer("stride"), attributes.integer("zeros_before")} {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor gradient = call.input(0);
    if (!call.ok()) return;
    const std::vector<int64_t> shape = shapeOf(gradient);
    ShortcutSizes of = sizes;
    if (shape.size() != 4 || shape[1] != of.down() || shape[2] != of.across() || shape[3] < of.in + of.zerosBefore) return call.fail("SkiplabShortcutGrad takes gradients of SkiplabShortcut's outputs [batch, height, width, channels]");
    of.channels = int(shape[3]);
    const Tensor x = call.output<T>(0, {shape[0], of.height, of.width, of.in});
    if (!call.ok()) return;
    shareImages(shape[0], [&](int64_t image) { spread(of, data<T>(gradient) + image * of.narrow(), data<T>(x) + image * of.wide()); });
  }
};

}  // namespace

void registerShortcut(TF_Status* status) {
  registerOp({"SkiplabShortcut", {"x: T"}, {"y: T"}, {"T: {float, bfloat16}", "stride: int >= 1", "channels: int >= 1", "zeros_before: int >= 0"}}, status);
  registerOp({"SkiplabShortcutGrad", {"gradient: T"}, {"x_gradient: T"}, {"T: {float, bfloat16}", "stride: int >= 1", "height: int >= 1", "width: int >= 1", "in: int >= 1", "zeros_before: int >= 0"}}, status);
  registerKernel<Shortcut<float>>("SkiplabShortcut", TF_FLOAT, status);
  registerKernel<Shortcut<bf16>>("SkiplabShortcut", TF_BFLOAT16, status);
  registerKernel<ShortcutGradient<float>>("SkiplabShortcutGrad", TF_FLOAT, status);
  registerKernel<ShortcutGradient<bf16>>("SkiplabShortcutGrad", TF_BFLOAT16, status);
}

}  // namespace skiplab
