import { ref } from 'vue'
import type { Router } from 'vue-router'
import { mayBeNews, type News, newsOf, newsOfLostRuns } from '../../../common/report/news.ts'
import type { RunEvent } from '../../../common/records/records.ts'
import { unpackRuns } from '../../../common/rpc/run-list.ts'
import { api } from '../connection/api.ts'
import { remembered } from './remembered.ts'

/** Whether the page can notify: in a browser only, since the desktop app notifies through the system. */
export const canNotify = api.host === 'browser' && 'Notification' in window

const wanted = remembered('skiplab-notifications', false, (value) => value === true)
const permission = ref(canNotify ? Notification.permission : 'denied')

/** Whether a person switched them on, and whether the browser lets them through. */
export const notifications = { wanted, permission }

export async function switchNotifications(on: boolean): Promise<void> {
  wanted.value = on
  if (on) permission.value = await Notification.requestPermission()
}

/** Notifies of a sweep's end and of runs that fail, while the page is hidden. @returns a function that ends it */
export function tellNews(router: Router): () => void {
  if (!canNotify) return () => undefined
  return api.on('run.event', (event) => {
    if (!wanted.value || Notification.permission !== 'granted' || document.hasFocus() || !mayBeNews(event)) return
    newsOfEvent(event).then(
      (all) => all.forEach((news) => show(news, router)),
      () => undefined,
    )
  })
}

async function newsOfEvent(event: RunEvent): Promise<readonly News[]> {
  if (event.runId === null) return newsOfLostRuns(event)
  const run = await api.call('runs.get', { runId: event.runId })
  const [list, status] = await Promise.all([
    run.sweepId === null ? null : api.call('runs.list', { filter: { sweepId: run.sweepId }, limit: 100_000 }),
    api.call('engine.status', {}),
  ])
  return newsOf(event, run, list ? unpackRuns(list) : [run], status.running.length + status.waiting)
}

function show({ title, body, runId, view = 'report' }: News, router: Router): void {
  // One of several tabs is enough: the same tag takes the place of what another has shown.
  const notification = new Notification(title, { body, tag: `skiplab ${runId ?? title}`, icon: 'icon.svg' })
  notification.onclick = () => {
    window.focus()
    notification.close()
    void router.push(runId === null ? { name: view } : { name: 'run', params: { id: runId } })
  }
}
