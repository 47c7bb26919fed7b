/** Measures the time of a step, smoothed over the last dozen. */
export class StepTime {
  #meanMs: number | null = null

  add(elapsedMs: number): void {
    this.#meanMs = this.#meanMs === null ? elapsedMs : this.#meanMs + (elapsedMs - this.#meanMs) / 12
  }

  /** 0 before the first step. */
  get expectedMs(): number {
    return this.#meanMs ?? 0
  }

  imagesPerSecond(batchSize: number): number | null {
    return this.#meanMs === null ? null : (batchSize * 1000) / this.#meanMs
  }
}
