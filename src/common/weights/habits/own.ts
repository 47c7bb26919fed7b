import { type NamingHabit, namesByModule } from '../habit.ts'

/** `stage1.block1.convolution1.weight`: Skiplab's own names as PyTorch writes paths, for networks that no public code has. */
export const own: NamingHabit = {
  name: 'skiplab',
  words: 'Skiplab',
  applies: () => true,
  names: (network) => namesByModule(network, ({ name }) => name.replaceAll('-', '_')),
}
