import type Sharp from 'sharp'

let loading: Promise<typeof Sharp> | undefined

/** Loaded when the first image comes: the engine starts sooner and smaller without the codecs. */
export const codecs = () =>
  (loading ??= import('sharp').then(({ default: sharp }) => {
    // Small images one after the other: nothing is read twice, and more than one thread an image only costs.
    sharp.cache(false)
    sharp.concurrency(1)
    return sharp
  }))
