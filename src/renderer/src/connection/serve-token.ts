const token = /[?&]?\btoken=([0-9a-f]{64})&?/

/**
 * Splits what stands behind the # of an address of "skiplab serve": the token, and the view that is asked for.
 * @param text a fragment, a whole address, or the secret alone
 */
export function splitToken(text: string): { token: string | null; view: string } {
  const found = token.exec(text)
  const secret = found?.[1] ?? /^\s*([0-9a-f]{64})\s*$/.exec(text)?.[1] ?? null
  const [, fragment = ''] = text.replace(token, '').split('#')
  return { token: secret, view: fragment.startsWith('/') ? fragment : '' }
}
