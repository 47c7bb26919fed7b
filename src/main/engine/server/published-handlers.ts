import { findPublished } from '../../../common/paper/published-filter.ts'
import type { HandlersOf } from './dispatch.ts'

/** Calls on published numbers. */
export const publishedHandlers: HandlersOf<'published'> = {
  'published.list': ({ filter }) => findPublished(filter),
}
