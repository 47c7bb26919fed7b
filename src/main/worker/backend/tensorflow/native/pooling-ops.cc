// SkiplabMaxPool      Max pooling with a border that is never the largest.
// SkiplabMaxPoolGrad  Its input gradient.
//
// TensorFlow's would want an op for the border, which copies the images, and one that cuts it off again. See pooling.h for the arithmetic.
#include "kernels.h"
#include "op-support.h"
#include "share-images.h"

namespace skiplab {
namespace {

struct PoolingAttributes {
  int kernel, stride, padding;

  explicit PoolingAttributes(Attributes& attributes)
      : kernel(attributes.integer("kernel")), stride(attributes.integer("stride")), padding(attributes.integer("padding")) {}

  /** Of images [batch, height, width, channels], if pooling takes them. */
  bool of(const std::vector<int64_t>& shape, Pooling& pooling) const {
    if (shape.size() != 4 || shape[3] % 16 != 0) return false;
    pooling = {shape[0], int(shape[1]), int(shape[2]), int(shape[3]), kernel, stride, padding};
    return pooling.outHeight() > 0 && pooling.outWidth() > 0;
  }
};

const char* const wanted = "SkiplabMaxPool takes images [batch, height, width, channels], multiples of 16 channels, at least as large as its window";

template <typename T>
struct MaxPool : PoolingAttributes {
  using PoolingAttributes::PoolingAttributes;

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor x = call.input(0);
    if (!call.ok()) return;
    Pooling pooling;
    if (!of(shapeOf(x), pooling)) return call.fail(wanted);
    const Tensor y = call.output<T>(0, {pooling.images, pooling.outHeight(), pooling.outWidth(), pooling.channels});
    if (!call.ok()) return;
    shareImages(pooling.images, [&](int64_t image) {
      for (int64_t row = image * pooling.outHeight(); row < (image + 1) * pooling.outHeight(); ++row) ofType<T>(kernels().pooling).pool(pooling, data<T>(x), row, data<T>(y));
    });
  }
};

template <typename T>
struct MaxPoolGradient : PoolingAttributes {
  using PoolingAttributes::PoolingAttributes;

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor x = call.input(0), gradient = call.input(1);
    if (!call.ok()) return;
    Pooling pooling;
    const std::vector<int64_t> shape = shapeOf(x);
    if (!of(shape, pooling)) return call.fail(wanted);
    if (shapeOf(gradient) != std::vector<int64_t>{pooling.images, pooling.outHeight(), pooling.outWidth(), pooling.channels}) return call.fail("SkiplabMaxPoolGrad takes a gradient of the output's shape");
    const Tensor dx = call.output<T>(0, shape);
    if (!call.ok()) return;
    shareImages(pooling.images, [&](int64_t image) { ofType<T>(kernels().pooling).gradient(pooling, data<T>(x), data<T>(gradient), image, data<T>(dx)); });
  }
};

}  // namespace

void registerPooling(TF_Status* status) {
  const std::initializer_list<const char*> attributes{"T: {float, bfloat16}", "kernel: int >= 1", "stride: int >= 1", "padding: int >= 0"};
  registerOp({"SkiplabMaxPool", {"x: T"}, {"y: T"}, attributes}, status);
  registerOp({"SkiplabMaxPoolGrad", {"x: T", "gradient: T"}, {"x_gradient: T"}, attributes}, status);
  registerKernel<MaxPool<float>>("SkiplabMaxPool", TF_FLOAT, status);
  registerKernel<MaxPool<bf16>>("SkiplabMaxPool", TF_BFLOAT16, status);
  registerKernel<MaxPoolGradient<float>>("SkiplabMaxPoolGrad", TF_FLOAT, status);
  registerKernel<MaxPoolGradient<bf16>>("SkiplabMaxPoolGrad", TF_BFLOAT16, status);
}

}  // namespace skiplab
