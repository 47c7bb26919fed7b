import { computed, type ComputedRef, reactive, type Ref, watch } from 'vue'
import { depthOfN, maximumN } from '../../../../common/network/architectures/cifar.ts'
import { readSeeds, seedsExpected, writeSeeds } from '../../../../common/sweep/seeds.ts'
import { type Draft, paperWidths, type Widths } from './draft.ts'

/** What stands in the fields for depths, widths and seeds, which counts while it is typed. */
export interface Typed {
  readonly texts: { n: string; widths: string; seeds: string }
  /** What is wrong with each, null when nothing is. */
  readonly problems: ComputedRef<{ n: string | null; widths: string | null; seeds: string | null }>
  /** The draft with a depth and widths that are typed but not added yet. */
  readonly whole: ComputedRef<Draft>
  /** Takes over what is typed, if it can be read; the fields are empty afterwards. */
  readonly add: () => void
}

export function useTyped(draft: Ref<Draft>): Typed {
  const texts = reactive({ n: '', widths: '', seeds: '' })
  // Another draft leaves nothing of what was typed for the one before.
  watch(draft, ({ seeds }) => Object.assign(texts, { n: '', widths: '', seeds: writeSeeds(seeds) }), { immediate: true, flush: 'sync' })
  watch(
    () => texts.seeds,
    (text) => (draft.value.seeds = readSeeds(text) ?? draft.value.seeds),
    { flush: 'sync' },
  )
  const n = computed(() => readDepth(texts.n))
  const widths = computed(() => readWidths(texts.widths))
  const problems = computed(() => ({
    n: isWrong(texts.n, n.value) ? `n is a whole number from 1 to ${maximumN}; n = ${maximumN} gives ${depthOfN(maximumN)} layers.` : null,
    widths: isWrong(texts.widths, widths.value) ? `Widths are three whole numbers from 1 to 4096, one for each stage, such as ${paperWidths.join(', ')}.` : null,
    seeds: readSeeds(texts.seeds) === null ? `Expected ${seedsExpected}.` : null,
  }))
  const whole = computed<Draft>(() => ({ ...draft.value, n: withDepth(draft.value.n, n.value), widths: withWidths(draft.value.widths, widths.value) }))

  function add(): void {
    if (n.value !== null) Object.assign(draft.value, { n: whole.value.n })
    if (widths.value !== null) Object.assign(draft.value, { widths: whole.value.widths })
    if (n.value !== null) texts.n = ''
    if (widths.value !== null) texts.widths = ''
  }
  return { texts, problems, whole, add }
}

function isWrong(text: string, value: unknown): boolean {
  return text.trim() !== '' && value === null
}

function readDepth(text: string): number | null {
  const n = Number(text)
  return text.trim() !== '' && Number.isInteger(n) && n >= 1 && n <= maximumN ? n : null
}

function withDepth(depths: readonly number[], n: number | null): number[] {
  return n === null || depths.includes(n) ? [...depths] : [...depths, n].sort((a, b) => a - b)
}

/** Three widths from text; null when it is none. */
function readWidths(text: string): Widths | null {
  const [first, second, third, ...more] = text.trim().split(/[\s,;/-]+/).map(Number)
  const valid = (width: number | undefined): width is number => width !== undefined && Number.isInteger(width) && width >= 1 && width <= 4096
  return valid(first) && valid(second) && valid(third) && more.length === 0 ? [first, second, third] : null
}

function withWidths(all: readonly Widths[], widths: Widths | null): Widths[] {
  return widths === null || all.some((one) => one.join() === widths.join()) ? [...all] : [...all, widths].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
}
