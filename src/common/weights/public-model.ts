import { depthOf, type NetworkDesign, widthsOf } from '../network/design.ts'
import { architectureNamed } from '../network/architectures/architectures.ts'
import { layerSettings } from '../network/settings/layer-settings.ts'

/** How a public code makes a network, in Python. */
interface PublicModel {
  /** "from torchvision.models import resnet18" */
  readonly imports: string
  /** "resnet18(num_classes=10)" */
  readonly expression: string
  /** Lines that make it this very network, on the name `model`. */
  readonly changes: readonly string[]
  /** What its code has otherwise and no such line changes, in whole sentences. */
  readonly differences: readonly string[]
}

/** What a recipe says that a code for PyTorch has to know. */
interface PublicModelRecipe {
  readonly batchNormEpsilon: number
}

/** PyTorch's own. */
const usualEpsilon = 1e-5

/**
 * Finds how the code whose names weights have makes such a network.
 * @param naming name of the habit
 * @returns null where it has no such network
 */
export function publicModel(naming: string, design: NetworkDesign, { batchNormEpsilon }: PublicModelRecipe): PublicModel | null {
  const hasUsualWidths = widthsOf(design).join() === architectureNamed(design.architecture).usualWidths.join()
  // At test time stochastic depth scales each branch, which none of them does.
  if (!hasUsualWidths || design.inputShape[2] !== 3 || layerSettings(design).survival < 1) return null
  const model = makers[naming]?.(design) ?? null
  if (!model || batchNormEpsilon === usualEpsilon) return model
  const epsilon = `for m in model.modules(): m.eps = ${batchNormEpsilon}  # of BN; others have none`
  return { ...model, changes: [...model.changes, epsilon] }
}

const makers: Readonly<Record<string, (design: NetworkDesign) => PublicModel | null>> = {
  torchvision: (design) => (design.architecture === 'vgg' ? torchvisionVgg(design) : torchvisionResnet(design)),
  akamaster(design) {
    const depth = depthOf(design)
    if (!isCifarResnet(design) || design.shortcut !== 'A' || ![20, 32, 44, 56, 110].includes(depth)) return null
    const between =
      'Its option A puts half of the zero channels before the others; this network has all of them behind. In its resnet.py, ' +
      'F.pad must end in (0, 0, 0, 0, 0, planes // 2).'
    const differences = layerSettings(design).shortcutPadding === 'both' ? [] : [between]
    const classes = design.classes === 10 ? [] : [`model.linear = torch.nn.Linear(64, ${design.classes})`]
    return { imports: `from resnet import resnet${depth}`, expression: `resnet${depth}()`, changes: classes, differences }
  },
  'a-martyn'(design) {
    if (layerSettings(design).shortcutPadding === 'both') return null
    const n = (depthOf(design) - 2) / 6
    const classes = design.classes === 10 ? [] : [`model.fcOut = torch.nn.Linear(64, ${design.classes})`]
    const logarithm = 'Its scores are logarithms of probabilities: those of this network behind a log-softmax.'
    const shortcuts = design.family === 'residual' ? 'True' : 'False'
    const expression = `ResNet(${n}, shortcuts=${shortcuts})`
    return { imports: 'from resnet import ResNet', expression, changes: classes, differences: [logarithm] }
  },
}

function isCifarResnet({ architecture, family, blockKind }: NetworkDesign): boolean {
  return architecture === 'cifar' && family === 'residual' && blockKind !== 'bottleneck'
}

function torchvisionResnet(design: NetworkDesign): PublicModel | null {
  const { architecture, family, shortcut, stem, bottleneckStride, blocks, blockKind, classes } = design
  const depth = depthOf(design)
  const counts = resnetBlocks[depth]
  if (architecture !== 'imagenet' || family !== 'residual' || shortcut !== 'B' || stem === '3x3') return null
  if (!counts || String(blocks) !== counts.join() || (blockKind === 'bottleneck') !== depth >= 50) return null
  const inFirst = 'for m in (model.layer2, model.layer3, model.layer4): m[0].conv1.stride, m[0].conv2.stride = (2, 2), (1, 1)'
  return {
    imports: `from torchvision.models import resnet${depth}`,
    expression: `resnet${depth}(num_classes=${classes})`,
    changes: blockKind === 'bottleneck' && bottleneckStride !== '3x3' ? [inFirst] : [],
    differences: [],
  }
}

const resnetBlocks: Readonly<Record<number, readonly number[]>> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
}

/** Its VGG nets have heads of 4096 features behind maps of 7x7; others go through another pool first. */
function torchvisionVgg(design: NetworkDesign): PublicModel | null {
  const [height, width] = design.inputShape
  if (design.headWidth !== 4096 || Math.floor(height / 32) !== 7 || Math.floor(width / 32) !== 7) return null
  const name = `vgg${depthOf(design)}${design.normalization === 'none' ? '' : '_bn'}`
  return {
    imports: `from torchvision.models import ${name}`,
    expression: `${name}(num_classes=${design.classes})`,
    changes: [],
    differences: [],
  }
}
