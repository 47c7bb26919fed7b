import { computed, type ComputedRef, reactive, type Ref, watch } from 'vue'
import { architectureNamed } from '../../../../common/network/architectures/architectures.ts'
import { depthProblem, readDepths } from '../../../../common/network/depths.ts'
import { multipliedWidths, readWidthMultiple, widthMultipleProblem } from '../../../../common/network/width-multiples.ts'
import { valuesThatFit } from '../../../../common/network/settings/read-settings.ts'
import { capitalized } from '../../../../common/issue-words.ts'
import { readSeeds, seedsExpected, writeSeeds } from '../../../../common/sweep/seeds.ts'
import { type Draft, usualWidthsOf, type Widths } from './draft.ts'

/** What stands in the fields for depths, widths and seeds, which counts while it is typed. */
export interface Typed {
  readonly texts: { depths: string; widths: string; seeds: string }
  /** What is wrong with each, null when nothing is. */
  readonly problems: ComputedRef<{ depths: string | null; widths: string | null; seeds: string | null }>
  /** The draft with depths and widths that are typed but not added yet. */
  readonly whole: ComputedRef<Draft>
  /** Takes over what is typed, if it can be read; the fields are empty afterwards. */
  readonly add: () => void
}

/** What a field's text says, or what is wrong with it; both null when it is empty. */
type Reading<T> = { readonly value: T; readonly problem: null } | { readonly value: null; readonly problem: string | null }

const empty = { value: null, problem: null }

export function useTyped(draft: Ref<Draft>): Typed {
  const texts = reactive({ depths: '', widths: '', seeds: '' })
  // Another draft leaves nothing of what was typed for the one before.
  watch(draft, ({ seeds }) => Object.assign(texts, { depths: '', widths: '', seeds: writeSeeds(seeds) }), {
    immediate: true,
    flush: 'sync',
  })
  watch(
    () => texts.seeds,
    (text) => (draft.value.seeds = readSeeds(text) ?? draft.value.seeds),
    { flush: 'sync' },
  )
  const depths = computed(() => depthsFrom(texts.depths, draft.value))
  const widths = computed(() => widthsFrom(texts.widths, draft.value.architecture))
  const problems = computed(() => ({
    depths: depths.value.problem,
    widths: widths.value.problem,
    seeds: readSeeds(texts.seeds) === null ? `Expected ${seedsExpected}.` : null,
  }))
  const whole = computed<Draft>(() => ({
    ...draft.value,
    depths: withDepths(draft.value.depths, depths.value.value ?? []),
    widths: withWidths(draft.value.widths, widths.value.value ?? []),
  }))

  function add(): void {
    const { depths: allDepths, widths: allWidths } = whole.value
    const read = { depths: depths.value.value !== null, widths: widths.value.value !== null }
    if (read.depths) Object.assign(draft.value, { depths: allDepths })
    if (read.widths) Object.assign(draft.value, { widths: allWidths })
    if (read.depths) texts.depths = ''
    if (read.widths) texts.widths = ''
  }
  return { texts, problems, whole, add }
}

function depthsFrom(text: string, { architecture, network = {} }: Pick<Draft, 'architecture' | 'network'>): Reading<number[]> {
  if (text.trim() === '') return empty
  const { title, depthNotation, settings, usualDepths } = architectureNamed(architecture)
  const given = valuesThatFit(settings, network)
  const value = readDepths(architecture, text, given)
  if (value === null) {
    const other = depthNotation ? `, or ${depthNotation.example}` : ''
    return {
      value,
      problem: `Depths of ${title} are whole numbers of layers, such as ${usualDepths(given).slice(0, 2).join(', ')}${other}.`,
    }
  }
  const problem = value.map((depth) => depthProblem(architecture, depth, given)).find((each) => each !== null)
  return problem ? { value: null, problem } : { value, problem: null }
}

function withDepths(all: readonly number[], more: readonly number[]): number[] {
  return [...new Set([...all, ...more])].sort((a, b) => a - b)
}

/**
 * Reads the widths of all stages, or multiples of the usual ones: "32, 64, 128", "×2", "x2, x4", "0.5". A whole number alone is none,
 * since it may be the beginning of a list.
 */
function widthsFrom(text: string, architecture: string): Reading<Widths[]> {
  if (text.trim() === '') return empty
  const usual = usualWidthsOf(architecture)
  const multiples = multiplesFrom(text)
  if (multiples) {
    const problem = multiples.map((multiple) => widthMultipleProblem(usual, multiple)).find((each) => each !== null)
    if (problem) return { value: null, problem: `${capitalized(problem)}.` }
    return { value: multiples.flatMap((multiple) => [multipliedWidths(usual, multiple) ?? []]), problem: null }
  }
  const value = text
    .trim()
    .split(/[\s,;/-]+/)
    .map(Number)
  const valid = value.length === usual.length && value.every((width) => Number.isInteger(width) && width >= 1 && width <= 4096)
  if (valid) return { value: [value], problem: null }
  const one = usual.length === 1
  const numbers = one ? 'a whole number' : `${usual.length} whole numbers`
  const expected = `Widths are ${numbers} from 1 to 4096${one ? '' : ', one for each stage'}`
  return { value: null, problem: `${expected}, such as ${usual.join(', ')}, or a multiple of these, such as ×2.` }
}

/** Null where a part is no multiple, or could be a width. */
function multiplesFrom(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '')
  const multiples = parts.flatMap((part) => (/^\d+$/.test(part) ? [] : (readWidthMultiple(part) ?? [])))
  return parts.length > 0 && multiples.length === parts.length ? multiples : null
}

function withWidths(all: readonly Widths[], more: readonly Widths[]): Widths[] {
  const others = more.filter((widths, index) => ![...all, ...more.slice(0, index)].some((one) => one.join() === widths.join()))
  return others.length === 0 ? [...all] : [...all, ...others].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
}
