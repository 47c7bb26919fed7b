import type Sharp from 'sharp'

let loading: Promise<typeof Sharp> | undefined

/** Loads the codecs with the first image: the engine starts sooner and smaller without them. */
export const codecs = () =>
  (loading ??= import('sharp').then(({ default: sharp }) => {
    // Decodes small images one after the other: a cache never hits, and several threads an image are slower.
    sharp.cache(false)
    sharp.concurrency(1)
    return sharp
  }))
