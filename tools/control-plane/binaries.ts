import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, constants, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Where each program of the control plane is, as absolute paths. */
export type Binaries = {
  etcd: string
  'kube-apiserver': string
  'kube-controller-manager': string
  'kube-scheduler': string
  kubectl: string
  kwok: string
  coredns: string
}
export type Program = keyof Binaries

/** A Kubernetes minor version that this folder can build; `version` is what the programs call themselves. */
export type KubernetesMinor = '1.36' | '1.37'
const versions: Record<KubernetesMinor, string> = { '1.36': 'v1.36.3', '1.37': 'v1.37.1' }

const packages: Record<Program, string> = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  kwok: 'sigs.k8s.io/kwok/cmd/kwok',
  coredns: '.',
}
const programs = Object.keys(packages) as Program[]

/**
 * The Kubernetes version asked for: `ORDINAL_KUBERNETES` (`1.36`, `1.37`, with or without a `v`), else 1.37.
 * Anything else is refused with the list of what can be built.
 */
export function kubernetesMinor(asked: string | undefined = process.env['ORDINAL_KUBERNETES']): KubernetesMinor {
  const minor = (asked ?? '').trim().replace(/^v/, '') || '1.37'
  if (minor in versions) return minor as KubernetesMinor
  throw new Error(`ORDINAL_KUBERNETES is "${asked}"; it can be ${Object.keys(versions).join(' or ')}.`)
}

export function kubernetesVersion(minor: KubernetesMinor): string {
  return versions[minor]
}

/**
 * Makes sure that every program is there and says where. What is missing is compiled from its Go module into
 * the XDG cache folder, one program at a time, each told to `progress`. The folder's name holds a hash of the
 * module's go.sum, so a changed version is never mistaken for the old one. With `KUBEBUILDER_ASSETS` set
 * (the convention of envtest) etcd and kube-apiserver are taken from there.
 */
export async function ensureBinaries(minor: KubernetesMinor, progress: (line: string) => void): Promise<Binaries> {
  const found: Partial<Binaries> = {}
  const missing: Program[] = []
  const assets = process.env['KUBEBUILDER_ASSETS']
  for (const program of programs) {
    const given = assets && (program === 'etcd' || program === 'kube-apiserver') ? join(assets, program) : null
    if (given) {
      if (!(await isExecutable(given))) throw new Error(`KUBEBUILDER_ASSETS names ${assets}, which has no ${program}.`)
      found[program] = given
      continue
    }
    const path = join(await cacheFolder(minor, program), program)
    found[program] = path
    if (!(await isExecutable(path))) missing.push(program)
  }
  if (missing.length > 0) {
    const go = await findGo()
    progress(`building ${missing.join(', ')} (several minutes the first time, then never again)`)
    for (const [index, program] of missing.entries()) {
      const started = Date.now()
      progress(`[${index + 1}/${missing.length}] ${program} ...`)
      await build(go, minor, program, found[program] ?? '')
      progress(`[${index + 1}/${missing.length}] ${program} built in ${Math.round((Date.now() - started) / 1000)} s`)
    }
  }
  return found as Binaries
}

function moduleFolder(minor: KubernetesMinor, program: Program): string {
  const folder = program === 'coredns' ? 'coredns' : `kubernetes-${minor}`
  return join(import.meta.dirname, 'binaries', folder)
}

async function cacheFolder(minor: KubernetesMinor, program: Program): Promise<string> {
  const folder = moduleFolder(minor, program)
  const sum = await readFile(join(folder, 'go.sum'))
  const hash = createHash('sha256').update(sum).digest('hex').slice(0, 10)
  const base = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  const name = program === 'coredns' ? 'coredns' : `kubernetes-${minor}`
  return join(base, 'ordinal', 'control-plane', `${name}-${hash}`)
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function findGo(): Promise<string> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin']
  for (const folder of folders) {
    const path = join(folder, 'go')
    if (folder && (await isExecutable(path))) return path
  }
  throw new Error('The control plane is compiled from source, and there is no Go. Install Go 1.26 or newer.')
}

async function build(go: string, minor: KubernetesMinor, program: Program, target: string): Promise<void> {
  await mkdir(join(target, '..'), { recursive: true })
  const version = versions[minor]
  const names: Record<string, string> = { gitVersion: version, gitMajor: '1', gitMinor: minor.slice(2) }
  const stamps = Object.entries(names).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`)
  const flags = ['-s', '-w', ...(program === 'coredns' || program === 'etcd' ? [] : stamps)].join(' ')
  const unfinished = `${target}.${process.pid}.building`
  const args = ['build', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', flags, '-o', unfinished]
  try {
    await run(go, [...args, packages[program]], moduleFolder(minor, program))
    // Two builds at once end in the same file: a rename is whole or not at all.
    await rename(unfinished, target)
  } finally {
    await rm(unfinished, { force: true })
  }
}

function run(command: string, args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
    let tail = ''
    child.stderr.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-4000)))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args[0]} ended with code ${code}:\n${tail}`)),
    )
  })
}
