import { computed, type ComputedRef, type Ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { z } from 'zod'
import { dpiSchema, paperSizes } from '../../../../common/export/figure.ts'
import {
  type FigureChoice,
  type GalleryFigure,
  type GalleryFormat,
  type GalleryId,
  type GalleryScope,
  galleryScopeSchema,
} from '../../../../common/gallery/gallery.ts'
import { api } from '../../connection/api.ts'
import { useEngine } from '../../connection/engine.ts'
import { useAnalyses } from '../../entities/analysis/store.ts'
import { useRuns } from '../../entities/run/store.ts'
import { attempt, say } from '../../ui/messages.ts'
import { textOf } from '../../ui/query-text.ts'
import { remembered } from '../../ui/remembered.ts'

const settingsSchema = z.object({
  size: z.enum(paperSizes.map(({ value }) => value)),
  dpi: dpiSchema,
  choices: galleryScopeSchema.shape.choices,
  published: galleryScopeSchema.shape.published,
})
export type GallerySettings = z.output<typeof settingsSchema>

const mimeTypes: Readonly<Record<GalleryFormat, string>> = {
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  png: 'image/png',
  tex: 'application/x-tex',
  csv: 'text/csv',
}

export interface Gallery {
  /** Null until the engine has answered. */
  readonly figures: Readonly<Ref<readonly GalleryFigure[] | null>>
  readonly sweepId: ComputedRef<number | null>
  readonly settings: Ref<GallerySettings>
  lookAt(sweepId: number | null): void
  change(figure: GalleryId, choice: FigureChoice | null): void
  draw(figure: GalleryId, format: GalleryFormat): Promise<Blob>
}

/** The gallery of the sweep that the address names, or of all runs; listed anew as runs and analyses end. */
export function useGallery(): Gallery {
  const route = useRoute()
  const router = useRouter()
  const engine = useEngine()
  const store = useRuns()
  const figures = shallowRef<readonly GalleryFigure[] | null>(null)
  const settings = remembered<GallerySettings>(
    'skiplab-gallery',
    { size: 'double', dpi: 300, choices: {}, published: false },
    (value) => settingsSchema.safeParse(value).data ?? null,
  )
  const sweepId = computed(() => {
    const asked = Number(textOf(route.query, 'sweep'))
    return store.sweeps.some(({ id }) => id === asked) ? asked : null
  })
  const scope = computed((): GalleryScope => ({
    sweepIds: sweepId.value === null ? [] : [sweepId.value],
    choices: settings.value.choices,
    published: settings.value.published,
  }))
  const analyses = useAnalyses()
  const states = computed(() => [store.all, analyses.all].map((jobs) => jobs.map(({ id, state }) => `${id}${state}`).join()).join(';'))
  let asked = 0
  watch(
    [() => JSON.stringify(scope.value), states, () => engine.generation],
    async () => {
      if (!engine.generation) return
      const own = ++asked
      const answer = await attempt(() => api.call('gallery.list', scope.value))
      if (answer && own === asked) figures.value = answer.figures
    },
    { immediate: true },
  )
  return {
    figures,
    sweepId,
    settings,
    lookAt: (id) => void router.replace({ query: id === null ? {} : { sweep: String(id) } }),
    change: (figure, choice) => {
      const { [figure]: _, ...others } = settings.value.choices
      settings.value = { ...settings.value, choices: choice ? { ...others, [figure]: choice } : others }
    },
    draw: async (figure, format) => {
      const { size, dpi } = settings.value
      const { width } = paperSizes.find(({ value }) => value === size)!
      const { content, warning } = await api.call('gallery.draw', { ...scope.value, figure, format, width, dpi })
      if (warning && format !== 'svg') say(warning)
      return new Blob([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], { type: mimeTypes[format] })
    },
  }
}
