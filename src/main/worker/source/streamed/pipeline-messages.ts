/** What an image thread is started with. */
export interface ThreadSettings {
  /** Files of images, by the numbers that requests name. */
  readonly files: readonly string[]
  readonly channels: number
  /** Whole image files one behind the other; else uint8 [height, width, channels]. */
  readonly encoded: boolean
  /** Height and width of each window that is asked for. */
  readonly height: number
  readonly width: number
  /** Windows of each image. */
  readonly windows: number
  /** Images that are read and decoded side by side. */
  readonly atOnce: number
}

/** One image, which is decoded once, and which windows of it are wanted. */
export interface CropRequest {
  /** Number of its file. */
  readonly file: number
  /** Number in its split, for messages. */
  readonly image: number
  /** Bytes in the file. */
  readonly offset: number
  readonly length: number
  /** As stored. */
  readonly height: number
  readonly width: number
  /** Height to which it is scaled before the windows are taken; the stored ones where it is taken as it is. */
  readonly scaledHeight: number
  readonly scaledWidth: number
  readonly windows: readonly { readonly top: number; readonly left: number }[]
}

/** Main thread to image thread: read these images into this memory. */
export interface ReadRequest {
  readonly id: number
  readonly crops: readonly CropRequest[]
  /** uint8 [crops, windows, height, width, channels], shared. */
  readonly pixels: Uint8Array
}

/** Main thread to image thread: finish the images that are being decoded, read no other, end. */
export type EndRequest = 'end'

/** Image thread to main thread: all images of a request are there, or what is wrong with the first that cannot be read. */
export interface ReadReply {
  readonly id: number
  readonly problem: string | null
}
