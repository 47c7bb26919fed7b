import { type NamingHabit, namesByModule } from '../habit.ts'
import { isUsualResnet, resnetModules } from './resnet-modules.ts'

/** `layer1.0.shortcut.0`, `linear`: https://github.com/akamaster/pytorch_resnet_cifar10, and kuangliu/pytorch-cifar before it. */
export const akamaster: NamingHabit = {
  name: 'akamaster',
  words: 'akamaster/pytorch_resnet_cifar10 and kuangliu/pytorch-cifar',
  applies: isUsualResnet,
  names: (network) => namesByModule(network, resnetModules({ shortcut: 'shortcut', classifier: 'linear' })),
}
