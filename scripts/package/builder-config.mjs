// What electron-builder is told. Auto-update is left out: nothing is published, and the app asks no server.
import { join } from 'node:path'
import { inProject } from '../setup/project.mjs'

/** @param {{folder: string, output: string, electronVersion: string, electronDist: string | null}} parts `folder` as `stage` laid it out */
export function builderConfig({ folder, output, electronVersion, electronDist }) {
  return {
    appId: 'org.skiplab.workbench',
    productName: 'Skiplab',
    directories: { output, buildResources: inProject('resources') },
    files: ['**/*'],
    electronVersion,
    ...(electronDist && { electronDist }),
    asar: true,
    npmRebuild: false,
    nodeGypRebuild: false,
    publish: null,
    // A folder node_modules is passed over unless it is named itself.
    extraResources: [
      { from: join(folder, 'lab'), to: 'lab', filter: ['**/*'] },
      { from: join(folder, 'lab', 'node_modules'), to: 'lab/node_modules', filter: ['**/*'] },
    ],
    protocols: [{ name: 'Skiplab run', schemes: ['skiplab'] }],
    // Engine and workers run on a Node of their own, so Electron need not be one.
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      // Known to Electron 29 and newer; the page comes from a protocol of its own.
      ...(Number.parseInt(electronVersion, 10) >= 29 && { grantFileProtocolExtraPrivileges: false }),
    },
    linux: {
      target: ['AppImage', 'deb'],
      category: 'Science',
      executableName: 'skiplab',
      icon: inProject('resources', 'icons', 'linux'),
      maintainer: 'The Skiplab project',
      synopsis: 'Does depth help, and do shortcuts make it help?',
    },
    mac: { target: ['dmg'], category: 'public.app-category.education', icon: inProject('resources', 'icons', 'icon.icns') },
    win: { target: ['nsis'], icon: inProject('resources', 'icons', 'icon.ico') },
    nsis: { oneClick: true, perMachine: false },
  }
}
