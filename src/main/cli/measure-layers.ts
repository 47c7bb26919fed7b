import type { GalleryFigure } from '../../common/gallery/gallery.ts'
import { namesOf } from './analyse.ts'
import { analysisWords } from './analysis-words.ts'
import type { Context } from './command.ts'
import { withEngine } from './connect.ts'
import { followJobs } from './job-view.ts'

/** Measures what runs of these figures did not record, and waits for it: seconds a run. */
export async function measureLayers(context: Context, figures: readonly GalleryFigure[]): Promise<void> {
  const requests = figures.flatMap(({ unmeasured }) => unmeasured?.requests ?? [])
  const { ids, names } = await withEngine(context, async (client) => {
    const queued: number[] = []
    for (const request of requests) queued.push((await client.call('analyses.queue', request)).analysis.id)
    const runIds = requests.flatMap((request) => request.runIds)
    return { ids: queued, names: await namesOf(client, runIds) }
  })
  if (ids.length > 0) await followJobs(context, analysisWords(names), ids)
}
