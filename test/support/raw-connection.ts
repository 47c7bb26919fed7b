import { connect as connectSocket } from 'node:net'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import { readAddress } from '../../src/main/workspace/address.ts'

/** A socket to a workspace's engine, on which a test says what it likes. */
export async function rawSocket(workspace: string) {
  const address = readAddress(workspace)
  const socket = connectSocket(address!.socket)
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return { socket, closed, token: address!.token }
}

/** A JSON-RPC connection to a workspace's engine that has not said hello yet. */
export async function rawConnection(workspace: string) {
  const { socket, closed, token } = await rawSocket(workspace)
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
  connection.onError(() => undefined)
  connection.listen()
  return { connection, socket, closed, token }
}
