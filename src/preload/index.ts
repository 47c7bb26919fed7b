import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { CallName } from '../common/rpc/contract.ts'
import type { PageBridge } from '../common/rpc/page-bridge.ts'

/** All calls by name; the compiler keeps the list equal to the contract without loading its schemas here. */
const callNames = {
  'engine.status': true,
  'engine.stop': true,
  'engine.doctor': true,
  'engine.settings': true,
  'engine.configure': true,
  'disk.usage': true,
  'disk.plan': true,
  'disk.free': true,
  'sweeps.plan': true,
  'sweeps.queue': true,
  'sweeps.list': true,
  'templates.list': true,
  'templates.save': true,
  'templates.rename': true,
  'templates.remove': true,
  'engine.measure': true,
  'sweeps.get': true,
  'queue.list': true,
  'queue.pause': true,
  'queue.resume': true,
  'queue.cancel': true,
  'queue.retry': true,
  'queue.move': true,
  'queue.setPriority': true,
  'queue.forecast': true,
  'queue.setHours': true,
  'queue.setWhenDone': true,
  'places.list': true,
  'places.add': true,
  'places.configure': true,
  'places.check': true,
  'places.remove': true,
  'places.bind': true,
  'queue.setLeftover': true,
  'runs.list': true,
  'runs.get': true,
  'sweeps.rename': true,
  'sweeps.setQuestion': true,
  'sweeps.remove': true,
  'sweeps.restore': true,
  'runs.rename': true,
  'runs.remove': true,
  'runs.restore': true,
  'runs.annotate': true,
  'runs.epochs': true,
  'runs.results': true,
  'runs.confusion': true,
  'runs.steps': true,
  'evaluations.queue': true,
  'evaluations.list': true,
  'evaluations.get': true,
  'evaluations.cancel': true,
  'evaluations.remove': true,
  'evaluations.details': true,
  'analyses.queue': true,
  'analyses.list': true,
  'analyses.get': true,
  'analyses.cancel': true,
  'analyses.remove': true,
  'exports.figure': true,
  'exports.networks': true,
  'exports.predictions': true,
  'exports.csv': true,
  'exports.weights': true,
  'runs.layerStatistics': true,
  'runs.events': true,
  'runs.attempts': true,
  'runs.effects': true,
  'runs.reached': true,
  'datasets.list': true,
  'datasets.add': true,
  'datasets.inspect': true,
  'datasets.cancel': true,
  'datasets.verify': true,
  'datasets.remove': true,
  'datasets.samples': true,
  'datasets.images': true,
  'weights.inspect': true,
  'weights.import': true,
} satisfies Record<CallName, true>

/** Named methods with fixed channels: the page never chooses a channel, and never sees Electron's event objects. */
const bridge: PageBridge = {
  engine: Object.fromEntries(
    Object.keys(callNames).map((name) => [name, (input: unknown) => ipcRenderer.invoke('skiplab:call', name, input)]),
  ) as PageBridge['engine'], // built from the names above, one method each
  onEvent: (listener) => subscribe('skiplab:event', listener),
  connection: () => ipcRenderer.invoke('skiplab:connection'),
  onConnection: (listener) => subscribe('skiplab:connection-changed', listener),
  reconnect: () => ipcRenderer.invoke('skiplab:reconnect'),
  chooseDatasetSource: (kind) => ipcRenderer.invoke('skiplab:choose-dataset-source', kind),
  chooseExportPath: (suggestedName) => ipcRenderer.invoke('skiplab:choose-export-path', suggestedName),
  // Electron before 29 says it on the file itself.
  pathOfFile: (file) => (file instanceof File && webUtils ? webUtils.getPathForFile(file) || null : null),
  openWorkspace: () => ipcRenderer.invoke('skiplab:open-workspace'),
  recentWorkspaces: () => ipcRenderer.invoke('skiplab:recent-workspaces'),
  switchWorkspace: (folder) => ipcRenderer.invoke('skiplab:switch-workspace', folder),
  setTheme: (theme) => ipcRenderer.invoke('skiplab:set-theme', theme),
  shellSettings: () => ipcRenderer.invoke('skiplab:shell-settings'),
  changeShellSettings: (change) => ipcRenderer.invoke('skiplab:change-shell-settings', change),
  onDestination: (listener) => subscribe('skiplab:destination', listener),
  takeDestination: () => ipcRenderer.invoke('skiplab:take-destination'),
}

/** Payloads come from our own main process, as the bridge's types say. */
function subscribe(channel: string, listener: (payload: never) => void): () => void {
  const receive = (_event: unknown, payload: unknown): void => listener(payload as never)
  ipcRenderer.on(channel, receive)
  return () => ipcRenderer.off(channel, receive)
}

contextBridge.exposeInMainWorld('skiplab', bridge)
