import { basename } from 'node:path'
import { Menu, type MenuItemConstructorOptions } from 'electron'
import { type Destination, type ViewName, viewNames } from '../../common/rpc/page-bridge.ts'

export interface MenuActions {
  show(destination: Destination): void
  readonly workspaces: () => readonly string[]
  openWorkspace(folder: string): void
  chooseWorkspace(): void
}

const titles: Readonly<Record<ViewName, string>> = {
  design: 'Design',
  queue: 'Queue',
  live: 'Live',
  layers: 'Layers',
  runs: 'Runs',
  report: 'Report',
  data: 'Data Sets',
  settings: 'Settings',
}

/** Installs the native menu; call again when the recent workspaces changed. */
export function installMenu(actions: MenuActions): void {
  const mac = process.platform === 'darwin'
  const [, ...recent] = actions.workspaces()
  const views = viewNames.map((view, index): MenuItemConstructorOptions => ({
    label: titles[view],
    accelerator: view === 'settings' ? 'CmdOrCtrl+,' : `CmdOrCtrl+${index + 1}`,
    click: () => actions.show({ kind: 'view', view }),
  }))
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open Workspace…', accelerator: 'CmdOrCtrl+O', click: () => actions.chooseWorkspace() },
        {
          label: 'Recent Workspaces',
          enabled: recent.length > 0,
          submenu: recent.map((folder) => ({ label: `${basename(folder)}  (${folder})`, click: () => actions.openWorkspace(folder) })),
        },
        { type: 'separator' },
        { role: 'close' },
        ...(mac ? [] : [{ role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { label: 'Command Palette…', accelerator: 'CmdOrCtrl+K', click: () => actions.show({ kind: 'palette' }) },
        { type: 'separator' },
        ...views,
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [{ label: 'Keyboard Shortcuts', accelerator: 'CmdOrCtrl+/', click: () => actions.show({ kind: 'shortcuts' }) }],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
