// Files that Vite and vitest import as text, or as a data URL.
declare module '*?raw' {
  const text: string
  export default text
}
declare module '*?inline' {
  const url: string
  export default url
}
