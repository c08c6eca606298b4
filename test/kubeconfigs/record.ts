import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import http from 'node:http'
import path from 'node:path'
import { promisify } from 'node:util'
import { ensureBinaries, kubernetesMinor } from '@/tools/control-plane/binaries'
import { corpus } from './corpus'
import { Listener } from './listener'
import { connected, type Outcome, words } from './outcome'
import { makeCertificates, place } from './place'

/**
 * Asks the real kubectl, and the client library for JavaScript, what they do with each kubeconfig of the corpus, and
 * writes it to `recorded.json`. Run it after a case was added and for a new version of Kubernetes:
 *
 *   npx tsx test/kubeconfigs/record.ts [path of kubectl]
 */
const run = promisify(execFile)
const say = (line: string) => void process.stderr.write(`${line}\n`)
const kubectl = process.argv[2] ?? (await ensureBinaries(kubernetesMinor(), say)).kubectl
const { stdout: version } = await run(kubectl, ['version', '--client', '--output=json'])

const certificates = makeCertificates()
await using listener = await new Listener().start(certificates.leaf)
const cases: Record<string, { kubectl: Outcome; clientNode: Outcome }> = {}
for (const one of corpus) {
  const { folder, kubeconfig } = place(one, listener, certificates)
  cases[one.name] = {
    kubectl: await askKubectl(folder, kubeconfig),
    clientNode: await askLibrary(folder, kubeconfig),
  }
  rmSync(folder, { recursive: true })
}
const recorded = {
  kubectl: (JSON.parse(version) as { clientVersion: { gitVersion: string } }).clientVersion.gitVersion,
  clientNode: '@kubernetes/client-node 2.0.1',
  cases,
}
writeFileSync(path.join(import.meta.dirname, 'recorded.json'), `${JSON.stringify(recorded, null, 2)}\n`)
process.exit(0)

async function askKubectl(folder: string, kubeconfig: string): Promise<Outcome> {
  listener.clear()
  const env = { NODE_ENV: 'test' as const, PATH: process.env.PATH, HOME: folder, KUBECONFIG: kubeconfig }
  const asked = run(kubectl, ['get', '--raw', '/version'], { env, timeout: 20_000 })
  asked.child.stdin?.end()
  try {
    await asked
    return connected(listener) ?? { refuses: 'it answered without a request' }
  } catch (error) {
    return { refuses: words((error as { stderr?: string }).stderr ?? String(error), folder, listener) }
  }
}

async function askLibrary(folder: string, kubeconfig: string): Promise<Outcome> {
  listener.clear()
  process.env.KUBECONFIG = kubeconfig
  process.env.HOME = folder
  try {
    const { KubeConfig } = await import('@kubernetes/client-node')
    const config = new KubeConfig()
    config.loadFromDefault()
    const options: https.RequestOptions = {}
    await config.applyToHTTPSOptions(options)
    const url = new URL(`${config.getCurrentCluster()?.server.replace(/\/$/, '')}/version`)
    await new Promise<void>((resolve, reject) => {
      const client = url.protocol === 'https:' ? https : http
      const asked = client.request(url, { ...options, timeout: 5_000 }, (answer) =>
        answer.resume().once('end', resolve),
      )
      asked
        .once('error', reject)
        .once('timeout', () => asked.destroy(new Error('no answer')))
        .end()
    })
    return connected(listener) ?? { refuses: 'it answered without a request' }
  } catch (error) {
    return { refuses: words(error instanceof Error ? error.message : String(error), folder, listener) }
  }
}
