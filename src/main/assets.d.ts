// Files that Vite and vitest import as text.
declare module '*?raw' {
  const text: string
  export default text
}
