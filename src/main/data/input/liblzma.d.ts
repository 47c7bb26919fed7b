/** What is used of the package; its own declarations ask for the browser's types. */
declare module 'node-liblzma/wasm' {
  export interface LZMAModule {
    readonly HEAPU8: Uint8Array
    _malloc(bytes: number): number
    _free(pointer: number): void
    /** @returns one of liblzma's codes */
    _lzma_stream_decoder(stream: number, memoryLimit: bigint, flags: number): number
    _lzma_code(stream: number, action: number): number
    _lzma_end(stream: number): void
    /** Bytes; after a memory limit error those that were asked for. */
    _lzma_memusage(stream: number): bigint
  }
  export class WasmLzmaStream {
    constructor(module: LZMAModule)
    readonly ptr: number
    readonly availIn: number
    readonly availOut: number
    setInput(pointer: number, bytes: number): void
    setOutput(pointer: number, bytes: number): void
    free(): void
  }
  export function initModule(): Promise<LZMAModule>
  export function getModule(): LZMAModule
}
