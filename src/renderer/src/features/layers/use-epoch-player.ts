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
 * @param kept where it is kept: null for the newest
 */
export function useEpochPlayer(last: ComputedRef<number>, kept: { epoch: number | null }): EpochPlayer {
  const wanted = ref(kept.epoch)
  const epoch = computed(() => Math.min(last.value, wanted.value ?? last.value))
  const playing = ref(false)
  let frames = 0
  let rest = 0

  function show(next: number): void {
    wanted.value = next >= last.value ? null : Math.max(1, next)
  }
  function pause(): void {
    window.clearInterval(frames)
    playing.value = false
  }
  function play(): void {
    if (playing.value) return pause()
    if (epoch.value === last.value) show(1)
    playing.value = true
    frames = window.setInterval(() => (epoch.value < last.value ? show(epoch.value + 1) : pause()), frameMs)
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
