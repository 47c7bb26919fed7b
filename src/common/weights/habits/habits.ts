import type { NetworkDesign } from '../../network/design.ts'
import type { NamingHabit } from '../habit.ts'
import { aMartyn } from './a-martyn.ts'
import { akamaster } from './akamaster.ts'
import { own } from './own.ts'
import { torchvision } from './torchvision.ts'

/** Every habit of naming weights; the last has names for all networks. */
export const namingHabits: readonly NamingHabit[] = [torchvision, akamaster, aMartyn, own]

/** Finds the habit that most people expect of such a network: akamaster's for CIFAR nets, torchvision's for others, else Skiplab's own. */
export function usualHabit(design: NetworkDesign): NamingHabit {
  const [first = own] = design.architecture === 'cifar' ? [akamaster] : [torchvision]
  return first.applies(design) ? first : own
}
