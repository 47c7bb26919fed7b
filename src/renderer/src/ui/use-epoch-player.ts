import { computed, type ComputedRef, onBeforeUnmount, ref, type Ref, watch } from 'vue'

/** Time between two epochs of the play. */
const frameMs = 250
/** How long an epoch must stay chosen before it is kept: scrubbing passes many. */
const restMs = 400

export interface EpochPlayer {
  readonly epoch: ComputedRef<number>
  readonly playing: Ref<boolean>
  show(epoch: number): void
  /** Plays from here to the newest, from the first when that is in sight; or pauses. */
  play(): void
}

/**
 * The epoch that is looked at; the newest, also while a run trains, until somebody moves it.
 * @param epochs that there are, ascending
 * @param kept where it is kept: null for the newest
 */
export function useEpochPlayer(epochs: ComputedRef<readonly number[]>, kept: { epoch: number | null }): EpochPlayer {
  const wanted = ref(kept.epoch)
  const last = computed(() => epochs.value.at(-1) ?? 1)
  const epoch = computed(() => newestUpTo(epochs.value, wanted.value ?? last.value))
  const playing = ref(false)
  let frames = 0
  let rest = 0

  function show(next: number): void {
    wanted.value = next >= last.value ? null : newestUpTo(epochs.value, next)
  }
  function pause(): void {
    window.clearInterval(frames)
    playing.value = false
  }
  function play(): void {
    if (playing.value) return pause()
    if (epoch.value === last.value) show(epochs.value[0] ?? 1)
    playing.value = true
    frames = window.setInterval(() => {
      const next = epochs.value.find((each) => each > epoch.value)
      if (next === undefined) pause()
      else show(next)
    }, frameMs)
  }
  watch(wanted, (next) => {
    window.clearTimeout(rest)
    rest = window.setTimeout(() => (kept.epoch = next), restMs)
  })
  watch(
    () => kept.epoch,
    (next) => (wanted.value = next),
  )
  onBeforeUnmount(() => {
    pause()
    window.clearTimeout(rest)
    kept.epoch = wanted.value
  })
  return { epoch, playing, show, play }
}

/** The newest epoch that is not after one, else the first. */
function newestUpTo(epochs: readonly number[], wanted: number): number {
  return epochs.findLast((each) => each <= wanted) ?? epochs[0] ?? 1
}
