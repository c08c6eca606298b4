import 'server-only'

/** Where `kubectl proxy` listens unless it is told otherwise. */
export const usualProxy = new URL('http://localhost:8001')

/** Whether something that calls itself Kubernetes answers `/version` there. Asked once, when nothing is configured. */
export async function findProxy(url: URL = usualProxy, timeoutMs = 1500): Promise<boolean> {
  try {
    const response = await fetch(new URL('/version', url), {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    })
    const answer: unknown = response.ok ? await response.json() : null
    return typeof answer === 'object' && answer !== null && 'gitVersion' in answer
  } catch {
    return false
  }
}
