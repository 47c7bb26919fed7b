// SkiplabImages  A batch as the network sees it: each pixel's (value / 255 - mean) * inverseStd and, given crops, the image
//                padded with zeros, cropped and mirrored (He et al. 2015, section 4.2). Ten of TensorFlow's ops in one pass.
//
// Rounds as TensorFlow's ops do: no product is added to in one instruction, so one source serves every set of instructions.
#include <array>

#include "op-support.h"
#include "share-images.h"
#include "vectors.h"

namespace skiplab {
namespace {

/** A byte's share of 255. */
const std::array<float, 256>& shares() {
  static const std::array<float, 256> all = [] {
    std::array<float, 256> made;
    for (int byte = 0; byte < 256; ++byte) made[size_t(byte)] = float(byte) * float(1.0 / 255);
    return made;
  }();
  return all;
}

/** Where the window lies in the padded image, and whether it is mirrored. */
struct Crop {
  int row, column;
  bool mirrored;
};

struct ImageSize {
  int height, width, channels;

  int64_t values() const { return int64_t(height) * width * channels; }
};

/** @param meanStep values of `mean` from one pixel to the next: 0 for one mean a channel */
template <typename T>
void prepareImage(const ImageSize& of, const Crop& crop, int padding, const uint8_t* pixels, const float* mean, int meanStep, const float* inverseStd, T* to) {
  const float* share = shares().data();
  const int channels = of.channels;
  for (int row = 0; row < of.height; ++row) {
    const int fromRow = row + crop.row - padding;
    for (int column = 0; column < of.width; ++column, to += channels) {
      const int fromColumn = (crop.mirrored ? of.width - 1 - column : column) + crop.column - padding;
      if (fromRow < 0 || fromRow >= of.height || fromColumn < 0 || fromColumn >= of.width) {
        for (int channel = 0; channel < channels; ++channel) put(to + channel, 0.0f);
        continue;
      }
      const int64_t pixel = int64_t(fromRow) * of.width + fromColumn;
      for (int channel = 0; channel < channels; ++channel)
        put(to + channel, (share[pixels[pixel * channels + channel]] - mean[pixel * meanStep + channel]) * inverseStd[channel]);
    }
  }
}

template <typename T>
struct Images {
  bool crops;
  int padding;

  explicit Images(Attributes& attributes) : crops(attributes.integer("crop_count") > 0), padding(attributes.integer("padding")) {}

  void operator()(TF_OpKernelContext* context) const {
    Call call(context);
    const Tensor pixels = call.input(0), mean = call.input(1), inverseStd = call.input(2), choices = crops ? call.input(3) : nullptr;
    if (!call.ok()) return;
    const std::vector<int64_t> shape = shapeOf(pixels), meanShape = shapeOf(mean);
    if (shape.size() != 4) return call.fail("SkiplabImages takes pixels [batch, height, width, channels]");
    const ImageSize size{int(shape[1]), int(shape[2]), int(shape[3])};
    const bool perPixel = meanShape == std::vector<int64_t>(shape.begin() + 1, shape.end());
    const std::vector<int64_t> perChannel{size.channels};
    if ((!perPixel && meanShape != perChannel) || shapeOf(inverseStd) != perChannel) return call.fail("SkiplabImages takes a mean [height, width, channels] or [channels] and an inverse standard deviation [channels]");
    if (choices && shapeOf(choices) != std::vector<int64_t>{shape[0], 3}) return call.fail("SkiplabImages takes crops [batch, 3]: row, column, mirrored");
    const Tensor images = call.output<T>(0, shape);
    if (!call.ok()) return;
    shareImages(shape[0], [&](int64_t image) {
      const int32_t* choice = choices ? data<int32_t>(choices) + image * 3 : nullptr;
      const Crop crop = choice ? Crop{choice[0], choice[1], choice[2] != 0} : Crop{padding, padding, false};
      const int64_t first = image * size.values();
      prepareImage(size, crop, padding, data<uint8_t>(pixels) + first, data<float>(mean), perPixel ? size.channels : 0, data<float>(inverseStd), data<T>(images) + first);
    });
  }
};

}  // namespace

void registerImages(TF_Status* status) {
  registerOp({"SkiplabImages",
              {"pixels: uint8", "mean: float", "inverse_std: float", "crops: crop_count * int32"},
              {"images: T"},
              {"T: {float, bfloat16}", "crop_count: int >= 0", "padding: int >= 0"}}, status);
  registerKernel<Images<float>>("SkiplabImages", TF_FLOAT, status);
  registerKernel<Images<bf16>>("SkiplabImages", TF_BFLOAT16, status);
}

}  // namespace skiplab
