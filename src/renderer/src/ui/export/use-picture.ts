import { type Ref, shallowRef } from 'vue'

export interface Picture {
  /** Address of what is shown; null while nothing is. */
  readonly picture: Readonly<Ref<string | null>>
  show(blob: Blob): void
  /** Gives the memory of what is shown back; whoever shows anything calls it in the end. */
  forget(): void
}

/** Shows a picture that the engine drew as an image. */
export function usePicture(): Picture {
  const picture = shallowRef<string | null>(null)
  function forget(): void {
    if (picture.value) URL.revokeObjectURL(picture.value)
    picture.value = null
  }
  return {
    picture,
    show: (blob) => {
      forget()
      picture.value = URL.createObjectURL(blob)
    },
    forget,
  }
}
