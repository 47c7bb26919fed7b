import type { PageBridge } from '../../../common/rpc/page-bridge.ts'
import { type Api, only, unwrap } from './host-api.ts'

/** The engine through Electron's main process. */
export function overIpc(bridge: PageBridge): Api {
  return {
    host: 'app',
    async call(name, input) {
      // Vue's proxies cannot be cloned over IPC; inputs are plain data below them.
      return unwrap(await bridge.engine[name](JSON.parse(JSON.stringify(input)) as typeof input))
    },
    on: (name, listener) => bridge.onEvent(only(name, listener)),
    onConnection(listener) {
      let heard = false
      const end = bridge.onConnection((connection) => {
        heard = true
        listener(connection)
      })
      void bridge.connection().then((connection) => heard || listener(connection))
      return end
    },
    reconnect: () => void bridge.reconnect(),
    enter: null,
    chooseDatasetSource: bridge.chooseDatasetSource,
    chooseExportPath: bridge.chooseExportPath,
    exportAddress: null,
    pathOfFile: (file) => ('path' in file && typeof file.path === 'string' ? file.path : bridge.pathOfFile(file)),
    openWorkspace: bridge.openWorkspace,
    recentWorkspaces: bridge.recentWorkspaces,
    switchWorkspace: bridge.switchWorkspace,
    shellSettings: bridge.shellSettings,
    changeShellSettings: bridge.changeShellSettings,
    setTheme: (theme) => void bridge.setTheme(theme),
    onDestination(listener) {
      void bridge.takeDestination().then((destination) => destination && listener(destination))
      return bridge.onDestination(listener)
    },
  }
}
