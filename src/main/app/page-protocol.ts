import { type Protocol, protocol } from 'electron'
import { pageHeaders, readPageFile } from '../client/page-files.ts'

const scheme = 'skiplab'
export const pageOrigin = `${scheme}://page`
export const pageAddress = `${pageOrigin}/index.html`

/** Declares, before the app is ready, a scheme with an origin of its own, so that storage and the security policy work as on the web. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true } }])
}

/** Serves the built page, and nothing outside its folder, under `skiplab://page/`. */
export function servePage(session: { protocol: Protocol }, folder: string): void {
  const headers = pageHeaders('none')
  // Not `protocol.handle`: the tests' Electron 22 does not have it, and one path for all is one that is tested.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  session.protocol.registerBufferProtocol(scheme, (request, respond) => {
    const address = new URL(request.url)
    void (address.host === 'page' && request.method === 'GET' ? readPageFile(folder, address.pathname) : Promise.resolve(null)).then(
      (file) => {
        if (file) respond({ data: file.body, mimeType: file.type.split(';')[0], charset: 'utf-8', headers })
        else respond({ statusCode: 404, data: Buffer.from('There is no such file.'), mimeType: 'text/plain', headers })
      },
    )
  })
}
