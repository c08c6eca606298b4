import 'server-only'
import { spawn } from 'node:child_process'
import { z } from 'zod'
import { ClusterError } from './errors'
import type { ExecConfig, KubeconfigContext } from './kubeconfig'
import { tokenExpiry } from './token-file'

/** What a plugin gives (k8s client-go pkg/apis/clientauthentication/types.go `ExecCredentialStatus`). */
export type ExecCredential = {
  token: string | null
  clientCertificateData: string | null
  clientKeyData: string | null
}

const statusSchema = z.object({
  kind: z.literal('ExecCredential'),
  status: z.object({
    expirationTimestamp: z.string().nullish(),
    token: z.string().nullish(),
    clientCertificateData: z.string().nullish(),
    clientKeyData: z.string().nullish(),
  }),
})

/** How long before its end a credential is replaced: a tenth of its life, at least 5 and at most 60 seconds. */
const skew = (lifeMs: number) => Math.min(60_000, Math.max(5_000, lifeMs / 10))
const maxOutput = 1024 * 1024

/**
 * The credentials of one plugin: run once for all who wait, kept until shortly before they end, asked again when the
 * server refused them. Throws `exec-plugin`, which tells the command and the end of its error output. A plugin that
 * fails while its last credentials are valid is not heard: they are used on.
 */
export function execCredentials(
  context: KubeconfigContext,
  exec: ExecConfig,
  timeoutSeconds: number,
): { get(refresh: boolean): Promise<ExecCredential>; expiresAt(): string | null } {
  let running: Promise<ExecCredential> | undefined
  let last: { credential: ExecCredential; end: string | null; renewAt: number; gotAt: number } | undefined

  const run = async (): Promise<ExecCredential> => {
    const output = await runPlugin(context, exec, timeoutSeconds)
    const { credential, end } = readOutput(exec, output)
    const now = Date.now()
    const life = end === null ? Number.POSITIVE_INFINITY : Date.parse(end) - now
    last = { credential, end, renewAt: end === null ? Number.POSITIVE_INFINITY : now + life - skew(life), gotAt: now }
    return credential
  }

  return {
    expiresAt: () => last?.end ?? null,
    get(refresh) {
      if (running) return running
      // Several requests may meet the same 401: the first of them asks, the others find the new credentials.
      const justAsked = last !== undefined && Date.now() - last.gotAt < 2_000
      if (last && (justAsked || (!refresh && Date.now() < last.renewAt))) return Promise.resolve(last.credential)
      const started = run()
        .catch((error: unknown) => {
          const stillValid = last && !refresh && (last.end === null || Date.parse(last.end) > Date.now())
          if (last && stillValid) return last.credential
          throw error
        })
        .finally(() => {
          running = undefined
        })
      running = started
      return started
    },
  }
}

function runPlugin(context: KubeconfigContext, exec: ExecConfig, timeoutSeconds: number): Promise<string> {
  const tried = `credential plugin ${exec.command} of context ${context.name}`
  const fail = (message: string, cause?: unknown) => new ClusterError('exec-plugin', message, { tried, cause })
  if (exec.interactiveMode === 'Always') {
    return Promise.reject(fail('The plugin wants a terminal (interactiveMode Always), and Ordinal has none.'))
  }
  return new Promise((resolve, reject) => {
    const child = spawn(exec.command, exec.args ?? [], {
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      env: {
        ...process.env,
        ...Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value])),
        KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(context, exec)),
      },
    })
    let output = ''
    let errors = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(fail(`The plugin did not answer within ${timeoutSeconds} seconds. ${errors.slice(-300)}`))
    }, timeoutSeconds * 1000)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.length > maxOutput) child.kill('SIGKILL')
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-2000)
    })
    child.once('error', (cause) => {
      clearTimeout(timer)
      const missing = 'code' in cause && cause.code === 'ENOENT'
      const hint = exec.installHint ? ` ${exec.installHint.slice(0, 300)}` : ''
      reject(
        fail(missing ? `The plugin is not installed.${hint}` : `The plugin cannot be started: ${cause.message}`, cause),
      )
    })
    child.once('close', (status, signal) => {
      clearTimeout(timer)
      if (status === 0) resolve(output)
      else reject(fail(`The plugin ended with ${signal ?? status}: ${errors.trim().slice(-300) || 'it said nothing'}`))
    })
  })
}

function execInfo({ cluster }: KubeconfigContext, exec: ExecConfig): unknown {
  const info = {
    server: cluster?.server.href,
    'tls-server-name': cluster?.['tls-server-name'] ?? undefined,
    'insecure-skip-tls-verify': cluster?.['insecure-skip-tls-verify'] ?? undefined,
    'certificate-authority-data': cluster?.['certificate-authority-data'] ?? undefined,
    'proxy-url': cluster?.['proxy-url'] ?? undefined,
  }
  return {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: info } : {}) },
  }
}

function readOutput(exec: ExecConfig, output: string): { credential: ExecCredential; end: string | null } {
  const tried = `credential plugin ${exec.command}`
  let json: unknown
  try {
    json = JSON.parse(output)
  } catch {
    // The cause would quote the output, and with it perhaps a token.
    throw new ClusterError('exec-plugin', 'The plugin did not print JSON.', { tried })
  }
  const result = statusSchema.safeParse(json)
  if (!result.success) {
    throw new ClusterError('exec-plugin', 'The plugin did not print an ExecCredential with a status.', { tried })
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = result.data.status
  if (!token && !(clientCertificateData && clientKeyData)) {
    throw new ClusterError('exec-plugin', 'The plugin gave neither a token nor a certificate with its key.', { tried })
  }
  const stated = expirationTimestamp && !Number.isNaN(Date.parse(expirationTimestamp)) ? expirationTimestamp : null
  return {
    credential: {
      token: token ?? null,
      clientCertificateData: clientCertificateData ?? null,
      clientKeyData: clientKeyData ?? null,
    },
    end: stated ?? tokenExpiry(token ?? ''),
  }
}
