import type { NetworkDesign } from '../../network/design.ts'
import type { NamingHabit } from '../habit.ts'
import { aMartyn } from './a-martyn.ts'
import { akamaster } from './akamaster.ts'
import { kerasApplications } from './keras-applications.ts'
import { own } from './own.ts'
import { torchvision } from './torchvision.ts'

export { own }

/** Every habit of naming weights that go out; the last has names for all networks. */
export const namingHabits: readonly NamingHabit[] = [torchvision, akamaster, aMartyn, own]

/** Those of weights that come in. */
export const knownHabits: readonly NamingHabit[] = [kerasApplications, ...namingHabits]

/** Finds the habit that most people expect of such a network: akamaster's for CIFAR nets, torchvision's for others, else Skiplab's own. */
export function usualHabit(design: NetworkDesign): NamingHabit {
  const [first = own] = design.architecture === 'cifar' ? [akamaster] : [torchvision]
  return first.applies(design) ? first : own
}
