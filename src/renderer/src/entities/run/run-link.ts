import { messageOf } from '../../../../common/caught.ts'
import { runLink } from '../../../../common/rpc/page-bridge.ts'
import { api } from '../../connection/api.ts'
import { say } from '../../ui/messages.ts'

/** Copies a run's address to the clipboard: the app's own link, or the page's address in a browser. */
export async function copyRunLink(runId: number): Promise<void> {
  const link = api.host === 'app' ? runLink(runId) : `${location.origin}${location.pathname}#/runs/${runId}`
  try {
    await navigator.clipboard.writeText(link)
    say(`${link} is on the clipboard.`)
  } catch (error) {
    say(`The link is ${link}; it could not be copied: ${messageOf(error)}`, 'problem')
  }
}
