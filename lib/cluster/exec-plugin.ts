import 'server-only'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ClusterError } from './errors'
import type { ExecConfig, KubeconfigCluster, KubeconfigContext } from './kubeconfig'
import { readKubeconfigText } from './kubeconfig-text'
import { tokenExpiry } from './token-file'

/** What a plugin gives (k8s client-go pkg/apis/clientauthentication/types.go `ExecCredentialStatus`). */
export type ExecCredential = {
  token: string | null
  clientCertificateData: string | null
  clientKeyData: string | null
}

const outputSchema = z.object({
  apiVersion: z.string(),
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
/** A plugin that has just run is not run again within this time, whoever asks. */
const leastPauseMs = 2_000
const firstPauseMs = 5_000
const longestPauseMs = 60_000

type Got = { credential: ExecCredential; end: string | null; renewAt: number }

/**
 * The credentials of one plugin: run once for all who wait, kept until shortly before they end, asked again when the
 * server refused them. Throws `exec-plugin`, which tells the command and the end of its error output. A plugin that
 * fails while its last credentials are valid is not heard: they are used on.
 *
 * A plugin may open a browser, or count wrong passwords at a directory. So one failure is everybody's answer for 5
 * seconds, and for twice as long after each further one, at most a minute; the same holds for credentials that the server
 * refuses time and again, and for those that have ended when they come. `retry` is a person who wants it tried now.
 */
export function execCredentials(
  context: KubeconfigContext,
  exec: ExecConfig,
  timeoutSeconds: number,
): {
  get(refresh: boolean): Promise<ExecCredential>
  expiresAt(): string | null
  waitingFor(): { program: string; ms: number } | null
  retry(): void
} {
  let running: Promise<ExecCredential> | undefined
  let begunAt = 0
  let last: Got | undefined
  let failure: unknown
  let pauseMs = 0
  /** Until then the last answer, good or bad, is everybody's. */
  let quietUntil = Number.NEGATIVE_INFINITY

  const isValid = (got: Got | undefined): got is Got =>
    got !== undefined && (got.end === null || Date.parse(got.end) > Date.now())

  const longer = () => {
    pauseMs = pauseMs === 0 ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs)
    quietUntil = Date.now() + pauseMs
  }

  const run = async (refused: boolean): Promise<ExecCredential> => {
    // A credential that was used for long and then refused has simply ended.
    if (refused && Date.now() - quietUntil > longestPauseMs) pauseMs = 0
    try {
      const output = await runPlugin(context, exec, timeoutSeconds)
      const { credential, end } = readOutput(exec, context.name, output)
      const now = Date.now()
      const life = end === null ? Number.POSITIVE_INFINITY : Date.parse(end) - now
      last = { credential, end, renewAt: now + (end === null ? life : Math.max(0, life - skew(life))) }
      failure = undefined
      if (refused || life <= 0) longer()
      else {
        pauseMs = 0
        quietUntil = now + leastPauseMs
      }
      return credential
    } catch (error) {
      longer()
      failure = error
      if (!refused && isValid(last)) return last.credential
      throw error
    }
  }

  return {
    expiresAt: () => last?.end ?? null,
    waitingFor: () =>
      running === undefined ? null : { program: nameOf(context, exec), ms: performance.now() - begunAt },
    retry() {
      pauseMs = 0
      quietUntil = Number.NEGATIVE_INFINITY
    },
    async get(refresh) {
      if (running) return running
      const now = Date.now()
      if (now < quietUntil) {
        // Several requests may meet the same 401: the first of them asks, the others find the new credentials.
        if (failure === undefined && last) return last.credential
        if (!refresh && isValid(last)) return last.credential
        if (failure !== undefined) throw failure
      }
      if (last && !refresh && now < last.renewAt) return last.credential
      begunAt = performance.now()
      running = run(refresh).finally(() => {
        running = undefined
      })
      return running
    },
  }
}

function nameOf(context: KubeconfigContext, exec: ExecConfig): string {
  return `credential plugin ${exec.command} of context ${context.name}`
}

async function runPlugin(context: KubeconfigContext, exec: ExecConfig, timeoutSeconds: number): Promise<string> {
  const tried = nameOf(context, exec)
  const fail = (message: string, cause?: unknown) => new ClusterError('exec-plugin', message, { tried, cause })
  if (exec.interactiveMode === 'Always') {
    throw fail('The plugin wants a terminal (interactiveMode Always), and Ordinal has none.')
  }
  const env = {
    ...process.env,
    ...Object.fromEntries(exec.env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(context, exec)),
  }
  const begin = () => {
    try {
      return spawn(exec.command, [...exec.args], {
        shell: false,
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
        env,
      })
    } catch (cause) {
      throw fail(`The plugin cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
    }
  }
  const child = begin()
  return new Promise((resolve, reject) => {
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

/** What a plugin is told (k8s client-go rest/exec.go `ConfigToExecCluster`, KEP-541). */
function execInfo({ cluster }: KubeconfigContext, exec: ExecConfig): unknown {
  const told = () => {
    const authority = cluster ? readAuthorityBytes(cluster) : null
    return {
      server: cluster?.serverText,
      'tls-server-name': cluster?.['tls-server-name'] || undefined,
      'insecure-skip-tls-verify': cluster?.['insecure-skip-tls-verify'] || undefined,
      'certificate-authority-data': authority?.toString('base64'),
      'proxy-url': cluster?.['proxy-url'] || undefined,
      'disable-compression': cluster?.['disable-compression'] || undefined,
      config: cluster?.execConfig ?? null,
    }
  }
  return {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: told() } : {}) },
  }
}

function readAuthorityBytes(cluster: KubeconfigCluster): Buffer | null {
  const { 'certificate-authority-data': data, 'certificate-authority': file, name } = cluster
  if (data) return Buffer.from(data, 'base64')
  if (!file) return null
  try {
    return readFileSync(file)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    const what = `certificate authority of the cluster ${JSON.stringify(name)}`
    throw new ClusterError('bad-credentials', `The ${what} cannot be used: ${message}.`, { tried: file, cause })
  }
}

/** JSON or YAML, as kubectl decodes it. What cannot be read is never quoted: it may hold a token. */
function readOutput(
  exec: ExecConfig,
  contextName: string,
  output: string,
): { credential: ExecCredential; end: string | null } {
  const fail = (message: string) =>
    new ClusterError('exec-plugin', message, { tried: `credential plugin ${exec.command} of context ${contextName}` })
  let value: unknown
  try {
    value = readKubeconfigText(Buffer.from(output, 'utf8'))
  } catch {
    throw fail('The plugin printed neither JSON nor YAML.')
  }
  const result = outputSchema.safeParse(value)
  if (!result.success) throw fail('The plugin did not print an ExecCredential with a status.')
  const { apiVersion, status } = result.data
  if (apiVersion !== exec.apiVersion) {
    throw fail(`The kubeconfig asks the plugin for ${exec.apiVersion}, and it answers in ${apiVersion.slice(0, 100)}.`)
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = status
  if (!token && !clientCertificateData && !clientKeyData) {
    throw fail('The plugin gave neither a token nor a certificate with its key.')
  }
  if (Boolean(clientCertificateData) !== Boolean(clientKeyData)) {
    throw fail('The plugin gave a certificate without its key, or a key without its certificate.')
  }
  if (expirationTimestamp && Number.isNaN(Date.parse(expirationTimestamp))) {
    throw fail('The plugin gave an expirationTimestamp that is no time.')
  }
  return {
    credential: {
      token: token || null,
      clientCertificateData: clientCertificateData || null,
      clientKeyData: clientKeyData || null,
    },
    end: expirationTimestamp || tokenExpiry(token ?? ''),
  }
}
